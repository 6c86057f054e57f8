"""Reads an export: finds out its encoding and its separator, keeps the columns that are named."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

COLUMNS = (
    "order_id",
    "date",
    "customer",
    "segment",
    "region",
    "channel",
    "newsletter",
    "price_group",
    "product",
    "quantity",
    "unit",
    "price_per_kg",
    "discount",
    "exported_at",
)

Row = tuple[str, ...]


class ExportError(Exception):
    """Something about the export that stops the program, in one line for its user."""


def read(path: Path) -> list[Row]:
    """Return the rows of an export, each with the fields of `COLUMNS` without outer blanks."""
    try:
        text = decode(path.read_bytes())
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror}") from error
    try:
        return parse(text)
    except (ExportError, csv.Error) as error:
        raise ExportError(f"{path}: {error}") from error


def decode(content: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark, or else Windows-1252.

    Text in Windows-1252 with an umlaut or a euro sign is never valid UTF-8, and text without
    any reads the same in both.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def parse(text: str) -> list[Row]:
    """Return the rows of the text of an export."""
    missing: list[str] = []
    for separator in ",;":
        lines = _lines(text, separator)
        header = next(lines, None)
        if header is None:
            raise ExportError("the file is empty")
        places, absent = _places(header)
        if absent:
            missing = min(missing or absent, absent, key=len)
            continue
        # A line may end before its last columns: what is not there is empty.
        padding = [""] * (max(places) + 1)
        rows = [tuple((line + padding)[place].strip() for place in places) for line in lines]
        if not rows:
            raise ExportError("there is a header but no order")
        return rows
    raise ExportError(f"the header lacks {', '.join(missing)}")


def _lines(text: str, separator: str) -> Iterator[list[str]]:
    """Return the lines of a CSV file that have anything in them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    return (line for line in reader if any(map(str.strip, line)))


def _places(header: list[str]) -> tuple[list[int], list[str]]:
    """Return where the named columns stand, and the names of those that stand nowhere."""
    names = [name.strip().lower() for name in header]
    absent = [name for name in COLUMNS if name not in names]
    return [names.index(name) for name in COLUMNS if name in names], absent
