"""Reads an export: encoding, separator and columns. What stands in the fields is left alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

import polars as pl

from analysis.errors import ExportError

COLUMNS = (
    "order_id", "date", "customer", "segment", "region", "channel", "newsletter", "price_group",
    "product", "quantity", "unit", "price_per_kg", "discount", "exported_at",
)  # fmt: skip

Separator = Literal[",", ";"]
SEPARATORS: tuple[Separator, ...] = (",", ";")


@dataclass(frozen=True)
class Export:
    """The named columns of an export as text, in the order of the file."""

    rows: pl.LazyFrame
    separator: Separator


def read(path: Path) -> Export:
    """Return an export; without a row it is an `ExportError`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror}") from error
    text = decode(content).lstrip()
    if not text:
        raise ExportError(f"{path} is empty")
    try:
        separator, positions = _layout(text)
        table = _table(text, separator, positions)
    except csv.Error as error:
        raise ExportError(f"{path} is not a CSV file: {error}") from error
    if not table:
        raise ExportError(f"{path} has a header and no rows")
    columns = dict(zip(COLUMNS, zip(*table, strict=True), strict=True))
    return Export(pl.LazyFrame(columns, schema=dict.fromkeys(COLUMNS, pl.String)), separator)


def decode(content: bytes) -> str:
    """Return text from UTF-8, or else Windows-1252, which is hardly ever valid UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _layout(text: str) -> tuple[Separator, list[int]]:
    """Return the separator under which the header has our columns, and where they stand."""
    missing = list(COLUMNS)
    for separator in SEPARATORS:
        places = _places(next(_records(text, separator)))
        absent = [name for name in COLUMNS if name not in places]
        if not absent:
            return separator, [places[name] for name in COLUMNS]
        missing = min(missing, absent, key=len)
    raise ExportError(f"the header lacks {', '.join(missing)}")


def _places(names: list[str]) -> dict[str, int]:
    """Return where each name stands; `date` itself comes before a ` Date` beside it."""
    loose = {name.strip().lower(): place for place, name in reversed(list(enumerate(names)))}
    exact = {name: place for place, name in reversed(list(enumerate(names)))}
    return loose | exact


def _records(text: str, separator: Separator) -> Iterator[list[str]]:
    """Return the fields of each row, the header first.

    The reader of the standard library takes what polars refuses: rows of uneven length, and quotes
    within the free text of columns that are not ours.
    """
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)


def _table(text: str, separator: Separator, positions: list[int]) -> list[list[str]]:
    """Return our fields of each row that is not blank; those that a short row lacks are empty."""
    return [
        [row[place] if place < len(row) else "" for place in positions]
        for row in islice(_records(text, separator), 1, None)
        if any(field.strip() for field in row)
    ]
