"""The columns that the model reads: their names, their ranges, and rows that were checked.

CSV and JSON go through the same checks, so that a row means the same wherever it comes from.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Row = dict[str, float | str]
"""A checked row: an unknown number is NaN, an unknown word is empty."""


@dataclass(frozen=True)
class Range:
    """What a numeric column may hold."""

    low: float
    high: float
    whole: bool = False


NUMBERS: Mapping[str, Range] = {
    "tenure_months": Range(0, 240, whole=True),
    "boxes": Range(1, 12, whole=True),
    "price_eur": Range(0, 2000),
    "skipped_boxes": Range(0, 36, whole=True),
    "tickets": Range(0, 100, whole=True),
    "days_since_login": Range(0, 3650),
    "rating": Range(1, 5),
    "discount_pct": Range(0, 100),
}
WORDS: tuple[str, ...] = ("plan", "payment", "country", "auto_renew")
OPTIONAL = frozenset({"days_since_login", "rating", "auto_renew"})
AUTO_RENEW = ("yes", "no")
FEATURES: tuple[str, ...] = (
    *("plan", "payment", "country"),
    *NUMBERS,
    "auto_renew",
)
"""All that the model reads, as the file names it. Identity, month and refund are not here."""

HUGE = 1e12
"""No number may be larger, even where ranges are not checked."""


class FieldError(ValueError):
    """A row cannot be predicted because of one of its fields."""

    def __init__(self, field: str, reason: str) -> None:
        """Keep the name of the field, which whoever is refused has to be told."""
        super().__init__(f"{field}: {reason}")
        self.field = field


@dataclass(frozen=True)
class Table:
    """Checked rows by column."""

    numbers: Mapping[str, FloatArray]
    words: Mapping[str, Sequence[str]]

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.words["plan"])

    def take(self, index: IntArray) -> Table:
        """Return some of the rows."""
        return Table(
            {name: values[index] for name, values in self.numbers.items()},
            {name: [values[i] for i in index] for name, values in self.words.items()},
        )


def table(rows: Sequence[Row]) -> Table:
    """Return checked rows by column."""
    return Table(
        {name: np.array([row[name] for row in rows], dtype=np.float64) for name in NUMBERS},
        {name: [str(row[name]) for row in rows] for name in WORDS},
    )


def check_row(values: Mapping[str, object], *, in_range: bool = True) -> Row:
    """Return a row that can be predicted; raise `FieldError` when there is none.

    Without `in_range`, only types are checked: rows that left the range are what drift looks for.
    """
    row: Row = {}
    for name in FEATURES:
        value = values.get(name)
        if value is None:
            if name not in OPTIONAL:
                raise FieldError(name, "is missing")
            row[name] = math.nan if name in NUMBERS else ""
        elif name in NUMBERS:
            row[name] = _number(name, value, in_range)
        else:
            row[name] = _word(name, value, in_range)
    return row


def _number(name: str, value: object, in_range: bool) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FieldError(name, "must be a number")
    allowed = NUMBERS[name] if in_range else Range(-HUGE, HUGE)
    if not allowed.low <= value <= allowed.high:  # catches NaN, infinity and integers of any length
        raise FieldError(name, f"must be from {allowed.low:g} to {allowed.high:g}")
    if allowed.whole and value != int(value):
        raise FieldError(name, "must be a whole number")
    return float(value)


def _word(name: str, value: object, in_range: bool) -> str:
    if not isinstance(value, str):
        raise FieldError(name, "must be text")
    if in_range and name == "auto_renew" and value not in AUTO_RENEW:
        raise FieldError(name, "must be yes, no or null")
    return value


def read_csv(path: Path, needed: Iterable[str]) -> list[dict[str, str]]:
    """Return the rows of a CSV file as text; raise `FieldError` when a needed column is missing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restval="")
        present = reader.fieldnames or ()
        for name in needed:
            if name not in present:
                raise FieldError(name, f"{path.name} has no such column")
        return list(reader)


def needed_columns() -> list[str]:
    """Return the columns without which nothing can be predicted."""
    return [name for name in FEATURES if name not in OPTIONAL]


def table_of_text(rows: Sequence[Mapping[str, str]]) -> Table:
    """Return the rows of a CSV file by column; raise `FieldError` with the number of a bad row."""
    checked = []
    for number, row in enumerate(rows, start=1):
        try:
            checked.append(check_row({name: _cell(name, row.get(name)) for name in FEATURES}))
        except FieldError as error:
            raise FieldError(error.field, f"row {number}: {error}") from error
    return table(checked)


def _cell(name: str, text: str | None) -> object:
    """Return what JSON would hold in the place of a cell."""
    if not text:
        return None
    if name not in NUMBERS:
        return text
    try:
        return float(text)
    except ValueError:
        return text
