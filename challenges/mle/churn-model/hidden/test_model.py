"""Section 3 of the brief: what predictions may rest on."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from curves import auc, matched
from drawing import bars
from files import FEATURES, KNOWN, LEAK, unanswered, whole, written
from works import SAME, apart, predictions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from files import Row
    from runner.harness.notes import Notes
    from subscriptions import Subscription
    from works import Case, Works

ASKED = 500
"""Rows by which is seen what predictions rest on."""

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
async def test_what_predictions_rest_on(works: Works, usual: Case, seed: int, notes: Notes) -> None:
    """Each column dealt out anew among the rows: how much worse do predictions become?"""
    chosen, rng = usual.held[:ASKED], random.Random(f"columns/{seed}")
    rows = [whole(one) | {LEAK: rng.choice((None, 99.9))} for one in chosen]
    told = await _told(
        works,
        await works.known(usual),
        {"": rows, **{name: _dealt(rows, name, rng) for name in (*FEATURES, LEAK)}},
    )
    base = told.pop("")
    drops = {name: _area(chosen, base) - _area(chosen, other) for name, other in told.items()}
    ordered = dict(sorted(drops.items(), key=lambda pair: -pair[1]))
    notes.picture("what predictions rest on", bars("Columns", "area lost", ordered, (LEAK,)))
    distance = _furthest(base, told[LEAK])
    assert distance <= SAME, f"{LEAK} changes a prediction by {distance:.3f}"


@pytest.mark.requirement("train.metadata")
async def test_what_is_not_named_is_not_read(
    works: Works, usual: Case, seed: int, notes: Notes
) -> None:
    done = await works.train(usual.rows, seed=usual.seed)
    named = done.expect().object("metadata.json").array("features")
    others = [name for name in FEATURES if name not in named]
    notes.note(f"not named: {', '.join(others) or 'none'}")
    if not others:
        return
    rng = random.Random(f"others/{seed}")
    rows = [whole(one) for one in usual.held[:ASKED]]
    mixed = {name: _dealt(rows, name, rng) for name in others}
    told = await _told(works, done.files, {"": rows, **mixed})
    for name in others:
        distance = _furthest(told[""], told[name])
        assert distance <= SAME, (
            f"{name} is not among the features in metadata.json, and changes a prediction by "
            f"{distance:.3f}"
        )


def _dealt(rows: Sequence[Row], name: str, rng: random.Random) -> list[Row]:
    """The rows with the values of a column dealt out anew."""
    values = [row[name] for row in rows]
    rng.shuffle(values)
    return [row | {name: value} for row, value in zip(rows, values, strict=True)]


async def _told(
    works: Works, model: Mapping[str, bytes], several: Mapping[str, Sequence[Row]]
) -> dict[str, list[float]]:
    """The predictions of several tables, by one run: each row gets an id of its own."""
    rows = [row for table in several.values() for row in table]
    named: list[Row] = [row | {"row_id": f"{place:012x}"} for place, row in enumerate(rows)]
    ids = [str(row["row_id"]) for row in named]
    found = predictions(await works.predict(model, written(named, (*KNOWN, LEAK))), ids)
    told = iter([found[one] for one in ids])
    return {name: [next(told) for _ in table] for name, table in several.items()}


def _furthest(one: Sequence[float], other: Sequence[float]) -> float:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


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
async def test_tickets_do_not_lower_the_prediction(works: Works, usual: Case, notes: Notes) -> None:
    rows = [whole(one) | {LEAK: None} for one in usual.held[:ASKED]]
    more: list[Row] = [row | {"tickets": int(row["tickets"] or 0) + MORE_TICKETS} for row in rows]
    told = await _told(works, await works.known(usual), {"before": rows, "after": more})
    pairs = [*zip(told["before"], told["after"], strict=True)]
    rise = sum(after - before for before, after in pairs) / len(pairs)
    notes.measure(f"rise by {MORE_TICKETS} tickets", rise)
    notes.measure("rows that fall", sum(after < before for before, after in pairs), f"of {ASKED}")
    assert rise >= -SAME, f"{MORE_TICKETS} more tickets lower the mean prediction by {-rise:.3f}"
