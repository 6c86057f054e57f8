"""Section 3 of the brief: what predictions may rest on."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from curves import auc, matched
from drawing import bars
from files import FEATURES, KNOWN, LEAK, features, unanswered, whole, written
from works import apart, predictions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from files import Row
    from runner.harness.notes import Notes
    from serving import Serving
    from subscriptions import Subscription
    from works import Case, Works

SAME = 1e-6
ASKED = 500
"""Rows that a service is asked about to see what its predictions rest on."""

MORE_TICKETS = 3


@pytest.mark.requirement("model.no_refund")
async def test_a_refund_changes_nothing(works: Works, usual: Case, notes: Notes) -> None:
    model, rows = await works.known(usual), [one.row for one in usual.held]
    plain = predictions(await works.predict(model, unanswered(usual.held)), rows)
    for name, refund in (("0", 0.0), ("99.90", 99.9), ("empty", None)):
        data = written([whole(one) | {LEAK: refund} for one in usual.held], (*KNOWN, LEAK))
        other = predictions(await works.predict(model, data), rows)
        distance = apart(plain, other)
        notes.measure(f"refund {name}: furthest apart", distance)
        assert distance <= SAME, (
            f"with {LEAK} {name} a prediction differs by {distance:.3f} from one without it"
        )


@pytest.mark.requirement("model.no_refund")
async def test_what_predictions_rest_on(
    serving: Serving, usual: Case, seed: int, notes: Notes
) -> None:
    """Each column dealt out anew among the rows: how much worse do predictions become?"""
    chosen = usual.held[:ASKED]
    rows = [features(one) for one in chosen]
    base, rng = await serving.batch(rows), random.Random(f"columns/{seed}")
    drops: dict[str, float] = {}
    for name in (*FEATURES, LEAK):
        values = [99.9 if name == LEAK and rng.random() < 0.5 else row.get(name) for row in rows]
        rng.shuffle(values)
        mixed = [row | {name: value} for row, value in zip(rows, values, strict=True)]
        told = await serving.batch(mixed)
        drops[name] = _area(chosen, base) - _area(chosen, told)
        if name == LEAK:
            distance = max(abs(a - b) for a, b in zip(base, told, strict=True))
            assert distance <= SAME, f"{LEAK} changes a prediction by {distance:.3f}"
    ordered = dict(sorted(drops.items(), key=lambda pair: -pair[1]))
    notes.picture("what predictions rest on", bars("Columns", "area lost", ordered, (LEAK,)))


def _area(rows: Sequence[Subscription], told: Sequence[float]) -> float:
    truth = {one.row: (one.account, one.churned) for one in rows}
    return auc(matched(truth, dict(zip(truth, told, strict=True))))


@pytest.mark.requirement("model.no_identity")
async def test_names_and_order_change_nothing(works: Works, usual: Case, seed: int) -> None:
    model, rng = await works.known(usual), random.Random(f"names/{seed}")
    rows = [one.row for one in usual.held]
    plain = predictions(await works.predict(model, unanswered(usual.held)), rows)
    renamed = [_renamed(one, rng, usual) for one in usual.held]
    columns = [*KNOWN]
    rng.shuffle(columns)
    mixed = rng.sample(renamed, len(renamed))
    done = await works.predict(model, written([whole(one) for one in mixed], columns))
    other = predictions(done, [one.row for one in renamed])
    back = {old: other[new.row] for old, new in zip(rows, renamed, strict=True)}
    assert apart(plain, back) <= SAME, (
        f"other names, months and order change a prediction by {apart(plain, back):.3f}"
    )


def _renamed(one: Subscription, rng: random.Random, known: Case) -> Subscription:
    """The same subscription under the name of an account of the training, in another month."""
    return replace(
        one,
        row=f"{rng.randrange(16**12):012x}",
        account=rng.choice(known.rows).account,
        month="2025-11",
    )


@pytest.mark.requirement("model.direction")
async def test_tickets_do_not_lower_the_prediction(
    serving: Serving, usual: Case, notes: Notes
) -> None:
    rows = [features(one) for one in usual.held[:ASKED]]
    more: list[Row] = [row | {"tickets": int(row["tickets"] or 0) + MORE_TICKETS} for row in rows]
    pairs = [*zip(await serving.batch(rows), await serving.batch(more), strict=True)]
    rise = sum(after - before for before, after in pairs) / len(pairs)
    notes.measure(f"rise by {MORE_TICKETS} tickets", rise)
    notes.measure("rows that fall", sum(after < before for before, after in pairs), f"of {ASKED}")
    assert rise >= 0, f"{MORE_TICKETS} more tickets lower the mean prediction by {-rise:.3f}"
