"""Reads an export: its encoding, its separator, its columns, but not the meaning of fields."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import InputError

COLUMNS = (
    "order_id", "date", "customer", "segment", "region", "channel", "newsletter", "price_group",
    "product", "quantity", "unit", "price_per_kg", "discount", "exported_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the export: the columns of the brief as they are written, without outer blanks."""

    line: int
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Export:
    """The rows of an export and the decimal mark of its numbers without a currency."""

    rows: list[Row]
    decimal_mark: str


def read(path: Path) -> Export:
    """Read an export; an `InputError` says why it cannot be read."""
    try:
        text = decode(path.read_bytes())
    except OSError as problem:
        raise InputError(f"{path} cannot be read: {problem.strerror}") from problem
    if not text.strip():
        raise InputError(f"{path} is empty")
    separator = _separator(text)
    try:
        rows = list(_rows(text, separator))
    except csv.Error as problem:
        raise InputError(f"{path} is not a readable CSV file: {problem}") from problem
    if not rows:
        raise InputError(f"{path} has a header and no orders")
    return Export(rows, "," if separator == ";" else ".")


def decode(content: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark, or else Windows-1252.

    Text in Windows-1252 with a letter beyond ASCII is practically never valid UTF-8. The five bytes
    that Windows-1252 leaves undefined become U+FFFD: they do no harm in columns that we ignore, and
    in the others they are refused with the line they stand in.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _separator(text: str) -> str:
    """Return the separator that finds all columns in the header.

    Counting commas and semicolons would do for most files, but columns that mean nothing to us may
    have either of them in their names.
    """
    missing = {separator: _missing(_header(text, separator)) for separator in (",", ";")}
    best = min(missing, key=lambda separator: len(missing[separator]))
    if missing[best]:
        raise InputError(f"the header lacks {', '.join(missing[best])}")
    return best


def _header(text: str, separator: str) -> list[str]:
    try:
        records = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        return _names(next(record for record in records if not _is_blank(record)))
    except (csv.Error, StopIteration):
        return []


def _is_blank(record: list[str]) -> bool:
    return not any(map(str.strip, record))


def _names(header: list[str]) -> list[str]:
    return [name.strip().casefold() for name in header]


def _missing(header: list[str]) -> list[str]:
    return [name for name in COLUMNS if name not in header]


def _rows(text: str, separator: str) -> Iterator[Row]:
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header: list[str] = []
    places: list[tuple[str, int]] = []
    for record in records:
        if _is_blank(record):
            continue
        if not header:
            header = _names(record)
            places = [(name, header.index(name)) for name in COLUMNS]
            continue
        if len(record) != len(header):
            raise InputError(
                f"line {records.line_num} has {len(record)} fields, the header {len(header)}"
            )
        yield Row(records.line_num, {name: record[place].strip() for name, place in places})
