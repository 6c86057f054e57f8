"""Exports and orders for tests."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pandas as pd

from analysis.cleaning import clean
from analysis.prices import valued
from analysis.reading import COLUMNS, read
from tests.sample import Row

ROW = {
    "order_id": "ORD-000001",
    "date": "2025-01-10",
    "customer": "C-0001",
    "segment": "home",
    "region": "East",
    "channel": "web",
    "newsletter": "no",
    "price_group": "A",
    "product": "KENYA",
    "quantity": "2",
    "unit": "kg",
    "price_per_kg": "30",
    "discount": "0",
    "exported_at": "2026-01-05T06:30",
}
"""One order, 60 EUR."""


def rows(*changes: Row) -> list[Row]:
    """Rows of different orders, each `ROW` with changes."""
    return [ROW | {"order_id": f"ORD-{number}"} | each for number, each in enumerate(changes, 1)]


def export(content: Iterable[Row], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """The bytes of a file with these rows."""
    table = pd.DataFrame(content, columns=list(COLUMNS))
    return written(table, delimiter=delimiter, encoding=encoding)


def written(table: pd.DataFrame, *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """The bytes of a file with these columns."""
    file = io.StringIO()
    table.to_csv(file, index=False, sep=delimiter, lineterminator="\r\n")
    return file.getvalue().encode(encoding)


def orders(*changes: Row) -> pd.DataFrame:
    """The cleaned orders of `rows`."""
    return clean(read(export(rows(*changes))))


def worth(*changes: Row) -> pd.DataFrame:
    """The same with their revenue."""
    return valued(orders(*changes))
