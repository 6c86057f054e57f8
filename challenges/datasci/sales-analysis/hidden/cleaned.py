"""`clean.csv` held against the truth, cell by cell."""

from __future__ import annotations

import csv
import io
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.harness.errors import SubjectError
from runner.harness.reply import shorten

if TYPE_CHECKING:
    from dirt import Export, Kind
    from exports import Drawn
    from sales import Order

COLUMNS = (
    "order_id", "date", "customer", "segment", "region", "channel", "newsletter", "price_group",
    "product", "quantity_kg", "price_per_kg", "discount_pct",
)  # fmt: skip

RENAMED = {"quantity": "quantity_kg", "discount": "discount_pct"}
"""Columns of the export that have another name in `clean.csv`."""

WORDS = ("segment", "region", "channel", "newsletter")
IDS = ("order_id", "customer", "product", "price_group")

CONCERNED: dict[Kind, tuple[str, ...]] = {
    "dates": ("date",),
    "money": ("price_per_kg",),
    "units": ("quantity_kg",),
    "outliers": ("quantity_kg",),
    "categories": WORDS,
    "blanks": (*IDS, *WORDS),
    "sentinels": ("discount_pct",),
}
"""Where a corruption can be, and where whoever mends it can do harm."""

TOLERANCE = {"quantity_kg": 1.1e-3, "price_per_kg": 5.1e-4, "discount_pct": 5.1e-3}
"""How far a number may be off: pounds have four decimals, and who rounds to grams is right."""

MOST_ROWS = 40_000
MOST_COLUMNS = 50
CELL = 200
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """What was written: the first row of each order by its id, how often each id stands there."""

    rows: Mapping[str, Mapping[str, str]] = field(repr=False)
    counts: Mapping[str, int] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Cells of one corruption: how many there were, how many are right, what was harmed."""

    marked: int
    right: int
    harmed: int
    examples: tuple[str, ...]

    @property
    def f1(self) -> float:
        """2 TP / (2 TP + FP + FN); 1 where there was nothing to do and nothing was done."""
        missed = self.marked - self.right
        total = 2 * self.right + self.harmed + missed
        return 2 * self.right / total if total else 1.0


def read(text: str, where: str) -> Clean:
    """Read `clean.csv`, strictly enough that nobody has to guess."""
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: dict[str, dict[str, str]] = {}
    counts: Counter[str] = Counter()
    try:
        places = _places(next(lines, []), where)
        for number, line in enumerate(filter(None, lines), 2):
            if number > MOST_ROWS:
                message = f"{where}: clean.csv has more than {MOST_ROWS} rows"
                raise SubjectError(message)
            cells = {name: line[at] if at < len(line) else "" for name, at in places.items()}
            rows.setdefault(cells["order_id"], cells)
            counts[cells["order_id"]] += 1
    except csv.Error as error:
        message = f"{where}: clean.csv is no CSV file ({error})"
        raise SubjectError(message) from error
    return Clean(rows=rows, counts=counts)


def _places(header: list[str], where: str) -> dict[str, int]:
    """Where each column stands. A header of a million names ends here, before any row is read."""
    if len(header) > MOST_COLUMNS:
        message = f"{where}: clean.csv has more than {MOST_COLUMNS} columns"
        raise SubjectError(message)
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        message = f"{where}: clean.csv lacks the column {', '.join(missing)}"
        raise SubjectError(message)
    return {name: header.index(name) for name in COLUMNS}


def there(clean: Clean, drawn: Drawn) -> Clean:
    """The same, when there is something in it to be judged."""
    known = [order for order in drawn.orders if order.id in clean.rows]
    if len(known) < len(drawn.orders) / 2:
        message = f"{drawn.name}: clean.csv has {len(known)} of {len(drawn.orders)} orders"
        raise SubjectError(message)
    return clean


def full(clean: Clean, drawn: Drawn) -> Clean:
    """The same, when it is about this file: what is always the same agrees with itself, too.

    Customers are compared as whoever mends neither blanks nor capitals leaves them.
    """
    known = [order for order in drawn.orders if _belongs(clean.rows.get(order.id), order)]
    if len(known) < len(drawn.orders) / 2:
        message = (
            f"{drawn.name}: clean.csv has {len(known)} of {len(drawn.orders)} orders with their "
            "customers: too few to compare"
        )
        raise SubjectError(message)
    return clean


def _belongs(row: Mapping[str, str] | None, order: Order) -> bool:
    return row is not None and row["customer"].strip().upper() == order.customer


def differences(
    first: Clean, second: Clean, same: Callable[[str, str], bool] = operator.eq
) -> list[str]:
    """What two tables of the same orders disagree on, each a clause."""
    gone = sorted(first.rows.keys() ^ second.rows.keys())
    if gone:
        return [f"{len(gone)} orders are in one of both only, {gone[0][:20]!r} for one"]
    return [
        f"{order}, {column}: {row[column]!r} and {second.rows[order][column]!r}"
        for order, row in first.rows.items()
        for column in COLUMNS
        if not same(row[column], second.rows[order][column])
    ]


def due(order: Order) -> dict[str, str | float]:
    """The row that an order has to have."""
    return {
        "order_id": order.id,
        "date": order.day.isoformat(),
        "customer": order.customer,
        "segment": order.segment,
        "region": order.region,
        "channel": order.channel,
        "newsletter": "yes" if order.newsletter else "no",
        "price_group": order.group,
        "product": order.product,
        "quantity_kg": float(order.kilograms),
        "price_per_kg": "" if order.price is None else float(order.price),
        "discount_pct": float(order.discount),
    }


def holds(column: str, cell: str, wanted: str | float) -> bool:
    """Whether a cell says what it should."""
    if isinstance(wanted, str):
        return cell == wanted
    value = number(cell)
    return value is not None and abs(value - wanted) <= TOLERANCE[column]


def number(cell: str) -> float | None:
    """A plain number with a decimal point; None for anything else."""
    return float(cell) if len(cell) < CELL and NUMBER.fullmatch(cell) else None


def wrong_cells(clean: Clean, orders: Iterable[Order]) -> Iterator[tuple[str, str, str, object]]:
    """Order, column, cell and what should be there, of every cell that is wrong.

    Orders that are not there are another matter (`clean.orders`).
    """
    for order in orders:
        row = clean.rows.get(order.id)
        if row is None:
            continue
        for column, wanted in due(order).items():
            if not holds(column, row[column], wanted):
                yield order.id, column, row[column], wanted


def score(clean: Clean, drawn: Drawn, *kinds: Kind) -> Score:
    """How the cells of these corruptions came out, among the orders that are there."""
    marked = _marked(drawn.export, kinds, clean)
    others = _marked(drawn.export, tuple(CONCERNED), clean) - marked
    columns = {name for kind in kinds for name in CONCERNED[kind]}
    wrong = {(who, column): pair for who, column, *pair in wrong_cells(clean, drawn.orders)}
    bad = marked & wrong.keys()
    harmed = {cell for cell in wrong.keys() - marked - others if cell[1] in columns}
    return Score(
        marked=len(marked),
        right=len(marked) - len(bad),
        harmed=len(harmed),
        examples=tuple(shown(*cell, *wrong[cell]) for cell in sorted(bad or harmed)[:2]),
    )


def unharmed(clean: Clean, drawn: Drawn) -> Score:
    """Cells that nothing was wrong with."""
    touched = _marked(drawn.export, tuple(CONCERNED), clean)
    wrong = {(who, column): pair for who, column, *pair in wrong_cells(clean, drawn.orders)}
    there = sum(order.id in clean.rows for order in drawn.orders)
    harmed = sorted(wrong.keys() - touched)
    cells = there * len(COLUMNS) - len(touched)
    return Score(
        marked=cells,
        right=cells - len(harmed),
        harmed=0,
        examples=tuple(shown(*cell, *wrong[cell]) for cell in harmed[:2]),
    )


def _marked(export: Export, kinds: Iterable[Kind], clean: Clean) -> set[tuple[str, str]]:
    return {
        (who, RENAMED.get(column, column))
        for kind in kinds
        for who, column in export.marks.get(kind, ())
        if who in clean.rows
    }


def shown(order: str, column: str, cell: str, wanted: object) -> str:
    """A wrong cell for a reader."""
    said = shorten(repr(cell), 60)
    return f"{order}, {column}: {said} where {wanted if wanted != '' else 'nothing'} is right"
