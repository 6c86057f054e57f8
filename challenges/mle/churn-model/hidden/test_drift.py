"""`serve.drift`: a bonus."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from files import features
from works import case

if TYPE_CHECKING:
    from files import Row
    from runner.harness.notes import Notes
    from serving import Serving

ROWS = 500
LARGER = {"tenure_months": 48, "tickets": 3, "days_since_login": 60}
"""By how much: two of their standard deviations or more."""

LARGEST = {"tenure_months": 240, "tickets": 100, "days_since_login": 3650}
WORDS = {"plan": "office", "payment": "wallet", "country": "CH"}
GAPS = ("days_since_login", "rating", "auto_renew")


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
async def test_larger_numbers_are_drift(serving: Serving, seed: int) -> None:
    rows, name = _rows(seed), random.Random(f"larger/{seed}").choice([*LARGER])
    for row in rows:
        if (value := row[name]) is not None:
            row[name] = min(LARGEST[name], int(value) + LARGER[name])
    assert await _drifts(serving, rows, name), f"POST /drift: larger {name} are not seen"


@pytest.mark.requirement("serve.drift")
async def test_another_mix_of_words_is_drift(serving: Serving, seed: int) -> None:
    rows, name = _rows(seed), random.Random(f"words/{seed}").choice([*WORDS])
    for row in rows:
        row[name] = WORDS[name]
    assert await _drifts(serving, rows, name), f"POST /drift: another mix in {name} is not seen"


@pytest.mark.requirement("serve.drift")
async def test_gaps_are_drift(serving: Serving, seed: int) -> None:
    rows, name = _rows(seed), random.Random(f"gaps/{seed}").choice(GAPS)
    for row in rows:
        row[name] = None
    assert await _drifts(serving, rows, name), f"POST /drift: that {name} is gone is not seen"


def _rows(seed: int) -> list[Row]:
    return [features(one) for one in case(seed, "usual").held[:ROWS]]


async def _drifts(serving: Serving, rows: list[Row], column: str = "") -> bool:
    service = await serving.ready()
    answer = (await service.post("/drift", json={"rows": rows})).expect(200).object()
    seen, named = answer.boolean("drift"), answer.array("features")
    return seen and (not column or column in named)
