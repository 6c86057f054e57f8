"""Section 4 of the brief: what becomes of an export."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from cleaned import (
    RENAMED,
    Clean,
    differences,
    full,
    holds,
    number,
    score,
    shown,
    there,
    unharmed,
)
from desk import Desk, cleaned
from dirt import COLUMNS as EXPORTED

if TYPE_CHECKING:
    from dirt import Kind
    from exports import Drawn
    from runner.harness.notes import Notes

ENOUGH = 0.99
"""F1 of a corruption. All of them are stated, so that one cell in a hundred is room for an oddity."""

UNHARMED = 0.999
EARLIER = 0.5
"""Kilograms by which an earlier export of a corrected order is off."""


async def judge(desk: Desk, exports: tuple[Drawn, ...], notes: Notes, *kinds: Kind) -> None:
    """Every file's cells of these corruptions, with a table of how they came out."""
    rows, worst = [], []
    for drawn in exports:
        found = score(there(await desk.clean(drawn), drawn), drawn, *kinds)
        rows.append((drawn.name, found.marked, found.right, found.harmed, round(found.f1, 4)))
        if found.f1 < ENOUGH:
            worst.append(f"{drawn.name}: {'; '.join(found.examples)}")
    notes.table(
        f"Corrupted cells: {', '.join(kinds)}",
        ("file", "corrupted", "right", "harmed", "F1"),
        rows,
    )
    notes.measure("least F1", min(row[-1] for row in rows))
    assert not worst, " | ".join(worst[:2])


@pytest.mark.requirement("clean.dates")
async def test_days_are_written_one_way(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes
) -> None:
    await judge(desk, exports, notes, "dates")


@pytest.mark.requirement("clean.money")
async def test_prices_are_plain_numbers(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes
) -> None:
    await judge(desk, exports, notes, "money")


@pytest.mark.requirement("clean.money")
async def test_a_price_that_nobody_knows_stays_open(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes
) -> None:
    wrong = []
    for drawn in exports:
        clean = there(await desk.clean(drawn), drawn)
        unknown = [order.id for order in drawn.orders if order.price is None]
        cells = {name: clean.rows[name]["price_per_kg"] for name in unknown if name in clean.rows}
        filled = [(name, cell) for name, cell in cells.items() if cell]
        notes.measure(f"{drawn.name}: unknown prices", len(unknown))
        if filled:
            name, cell = filled[0]
            wrong.append(f"{drawn.name}: {shown(name, 'price_per_kg', cell, '')}")
    assert not wrong, " | ".join(wrong[:2])


@pytest.mark.requirement("clean.units")
async def test_weights_are_kilograms(desk: Desk, exports: tuple[Drawn, ...], notes: Notes) -> None:
    await judge(desk, exports, notes, "units")


@pytest.mark.requirement("clean.outliers")
async def test_grams_that_were_entered_as_kilograms_are_found(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes
) -> None:
    await judge(desk, exports, notes, "outliers")


@pytest.mark.requirement("clean.categories")
async def test_words_have_one_spelling(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes
) -> None:
    await judge(desk, exports, notes, "categories")


@pytest.mark.requirement("clean.categories")
async def test_blanks_and_capitals_do_not_tell_ids_apart(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes
) -> None:
    await judge(desk, exports, notes, "blanks")


@pytest.mark.requirement("clean.discounts")
async def test_no_discount_is_none(desk: Desk, exports: tuple[Drawn, ...], notes: Notes) -> None:
    await judge(desk, exports, notes, "sentinels")


@pytest.mark.requirement("clean.unharmed")
async def test_what_was_right_stays_right(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes
) -> None:
    worst = []
    for drawn in exports:
        found = unharmed(there(await desk.clean(drawn), drawn), drawn)
        share = found.right / found.marked
        notes.measure(f"{drawn.name}: cells harmed", found.marked - found.right)
        if share < UNHARMED:
            worst.append(f"{drawn.name}: {'; '.join(found.examples)}")
    assert not worst, " | ".join(worst[:2])


@pytest.mark.requirement("clean.orders")
async def test_every_order_is_there_once(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes
) -> None:
    rows, worst = [], []
    for drawn in exports:
        counts = (await desk.clean(drawn)).counts
        ids = {order.id for order in drawn.orders}
        missing, strange = ids - counts.keys(), counts.keys() - ids
        twice = [name for name, count in counts.items() if count > 1]
        rows.append((drawn.name, len(ids), len(missing), len(twice), len(strange)))
        if missing or twice or strange:
            first = sorted([*missing, *twice, *strange])[0]
            worst.append(f"{drawn.name}: {rows[-1][2:]} orders missing, doubled, unknown: {first}")
    notes.table("Orders", ("file", "due", "missing", "more than once", "unknown"), rows)
    assert not worst, " | ".join(worst[:2])


@pytest.mark.requirement("clean.orders")
async def test_the_last_export_of_an_order_counts(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes
) -> None:
    """A corrected order was half a kilogram heavier before."""
    worst = []
    for drawn in exports:
        clean = there(await desk.clean(drawn), drawn)
        earlier = [
            order.id
            for order in drawn.orders
            if order.id in drawn.export.copies
            and _is(clean, order.id, float(order.kilograms) + EARLIER)
        ]
        notes.measure(f"{drawn.name}: orders as they were before", len(earlier))
        if earlier:
            worst.append(f"{drawn.name}: {', '.join(earlier[:3])}")
    assert not worst, f"earlier exports were kept: {' | '.join(worst[:2])}"


def _is(clean: Clean, order: str, kilograms: float) -> bool:
    row = clean.rows.get(order)
    return row is not None and holds("quantity_kg", row["quantity_kg"], kilograms)


@pytest.mark.requirement("clean.again")
@pytest.mark.parametrize("which", [0, 1], ids=["export 1", "export 2"])
async def test_cleaning_again_changes_nothing(
    desk: Desk, exports: tuple[Drawn, ...], which: int
) -> None:
    first = full(await desk.clean(exports[which]), exports[which])
    second = cleaned(await desk.run(put_back(first)), "clean.csv cleaned again")
    changed = differences(first, second, _same)
    assert not changed, f"{len(changed)} times another one: {'; '.join(changed[:2])}"


def put_back(clean: Clean) -> bytes:
    """What was cleaned, in the form of an export."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(EXPORTED)
    for row in clean.rows.values():
        known = {**row, "unit": "kg", "exported_at": "2026-01-05T06:00"}
        writer.writerow([known[RENAMED.get(column, column)] for column in EXPORTED])
    return text.getvalue().encode()


def _same(one: str, other: str) -> bool:
    first, second = number(one), number(other)
    if first is None or second is None:
        return one == other
    return abs(first - second) <= 1e-9 * max(1.0, abs(first))
