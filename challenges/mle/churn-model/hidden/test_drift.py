"""`serve.drift`: a bonus."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from files import features
from works import case

if TYPE_CHECKING:
    from runner.harness.notes import Notes
    from serving import Serving

ROWS = 500
LATER = 24
"""Months by which tenures are shifted: about a standard deviation of theirs."""


@pytest.mark.requirement("serve.drift")
async def test_other_rows_of_the_same_kind_are_no_drift(
    serving: Serving, seed: int, notes: Notes
) -> None:
    """One alarm in three may be chance."""
    alarms = 0
    for name in ("usual", "other", "third"):
        rows = [features(one) for one in case(seed, name).held[:ROWS]]
        alarms += await _drifts(serving, rows)
    notes.measure("alarms without drift", alarms, "of 3")
    assert alarms <= 1, f"POST /drift: {alarms} of 3 batches without drift raise an alarm"


@pytest.mark.requirement("serve.drift")
async def test_longer_tenures_are_drift(serving: Serving, seed: int) -> None:
    held = case(seed, "usual").held[:ROWS]
    rows = [features(replace(one, tenure=min(240, one.tenure + 2 * LATER))) for one in held]
    assert await _drifts(serving, rows, "tenure_months"), "POST /drift: longer tenures are not seen"


@pytest.mark.requirement("serve.drift")
async def test_another_mix_of_plans_is_drift(serving: Serving, seed: int) -> None:
    held = case(seed, "usual").held
    rows = [features(replace(one, plan="office")) for one in held[:ROWS]]
    assert await _drifts(serving, rows, "plan"), "POST /drift: another mix of plans is not seen"


async def _drifts(serving: Serving, rows: list[dict[str, object]], column: str = "") -> bool:
    service = await serving.ready()
    answer = (await service.post("/drift", json={"rows": rows})).expect(200).object()
    seen, named = answer.boolean("drift"), answer.array("features")
    return seen and (not column or column in named)
