"""Two queries on an SQLite database in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parent.parent / "sql"

TABLES = """
CREATE TABLE orders (
    order_id TEXT, date TEXT, customer TEXT, segment TEXT, region TEXT, channel TEXT,
    newsletter TEXT, price_group TEXT, product TEXT,
    quantity_kg REAL, price_per_kg REAL, discount_pct REAL
);
CREATE TABLE targets (region TEXT, eur REAL);
"""
INSERT_ORDER = "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_TARGET = "INSERT INTO targets VALUES (?, ?)"

TARGETS = {"East": 24_000.0, "North": 32_000.0, "South": 40_000.0, "West": 16_000.0}
"""EUR of the year."""

Row = dict[str, str | int | float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The rows of both queries."""

    top_products: tuple[Row, ...]
    targets: tuple[Row, ...]


def ask(orders: pd.DataFrame) -> Answers:
    """Both queries on cleaned orders."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(TABLES)
        database.executemany(INSERT_TARGET, TARGETS.items())
        names = [name for _, name, *_ in database.execute("PRAGMA table_info(orders)")]
        database.executemany(INSERT_ORDER, _rows(orders, names))
        return Answers(
            top_products=_asked(database, "top_products"), targets=_asked(database, "targets")
        )


def _rows(orders: pd.DataFrame, names: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """The columns of these names as values of Python's own. SQLite makes NULL of NaN."""
    table = orders.assign(date=orders["date"].dt.strftime("%Y-%m-%d"))
    return zip(*(table[name].tolist() for name in names), strict=True)


def _asked(database: sqlite3.Connection, name: str) -> tuple[Row, ...]:
    query = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    found = database.execute(query)
    columns = [column[0] for column in found.description]
    return tuple(dict(zip(columns, row, strict=True)) for row in found)
