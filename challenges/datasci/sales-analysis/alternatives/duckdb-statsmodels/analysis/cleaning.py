"""Cleans an export in DuckDB and writes the cleaned file."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypedDict

import duckdb
import pandas as pd

from analysis.reading import COLUMNS, ExportError, Row

SCRIPT = Path(__file__).with_name("cleaning.sql")

CLEAN_COLUMNS = (
    "order_id",
    "date",
    "customer",
    "segment",
    "region",
    "channel",
    "newsletter",
    "price_group",
    "product",
    "quantity_kg",
    "price_per_kg",
    "discount_pct",
)


class Cleaning(TypedDict):
    """What cleaning did, in numbers."""

    rows: int
    orders: int
    grams_as_kg: int


def connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    """Return a database in memory that spills into `scratch`, in one thread: always the same.

    The threads that DuckDB 2 keeps for files reserve half a gigabyte of addresses, for nothing.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "temp_directory": str(scratch),
    }
    try:
        return duckdb.connect(config=settings | {"async_threads": 0})
    except duckdb.Error:  # DuckDB 1 has neither these threads nor the setting
        return duckdb.connect(config=settings)


def clean(database: duckdb.DuckDBPyConnection, rows: list[Row]) -> Cleaning:
    """Fill the table `orders` from the rows of an export."""
    export = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    export["line"] = range(len(rows))
    database.register("export", export)
    database.execute(SCRIPT.read_text(encoding="utf-8"))
    _refuse_unreadable(database, rows)
    counts = database.execute(
        "SELECT count(*), count(*) FILTER (grams_as_kg) FROM latest"
    ).fetchall()
    orders, grams_as_kg = counts[0]
    return Cleaning(rows=len(rows), orders=orders, grams_as_kg=grams_as_kg)


def _refuse_unreadable(database: duckdb.DuckDBPyConnection, rows: list[Row]) -> None:
    """Raise an error that names the first field that cannot be read, if there is one."""
    found = database.execute(
        "SELECT line, field, count(*) OVER () FROM unreadable ORDER BY line, field LIMIT 1"
    ).fetchall()
    for line, field, count in found:
        fields = dict(zip(COLUMNS, rows[line], strict=True))
        raise ExportError(
            f"{count} field(s) cannot be read, the first of them: "
            f"{field} {fields[field]!r} of order {fields['order_id']!r}"
        )


def write(database: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the table `orders` as `clean.csv`."""
    orders = database.execute("SELECT * FROM orders ORDER BY order_id").fetchall()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(CLEAN_COLUMNS)
        writer.writerows([field(value) for value in order] for order in orders)


def field(value: str | float | date | None) -> str:
    """Return a value as it is written in the file: numbers plain, what is not known empty."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        shortest = repr(value)
        plain = f"{Decimal(shortest):f}" if "e" in shortest else shortest
        return plain.removesuffix(".0")
    return value
