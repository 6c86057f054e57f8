"""Section 6: the cleaned orders in SQLite, and the queries in `sql/`."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from analysis.cleaning import Order

QUERIES = Path(__file__).resolve().parent.parent / "sql"
TARGETS = {"East": 24_000.0, "North": 32_000.0, "South": 40_000.0, "West": 16_000.0}

ResultRow = dict[str, Any]

_TABLES = """
CREATE TABLE orders (
    order_id TEXT, date TEXT, customer TEXT, segment TEXT, region TEXT, channel TEXT,
    newsletter TEXT, price_group TEXT, product TEXT,
    quantity_kg REAL, price_per_kg REAL, discount_pct REAL
);
CREATE TABLE targets (region TEXT, eur REAL);
"""


def answers(orders: Sequence[Order]) -> dict[str, list[ResultRow]]:
    """Run both queries on the orders."""
    with closing(load(orders)) as database:
        return {name: run(database, name) for name in ("top_products", "targets")}


def load(orders: Sequence[Order]) -> sqlite3.Connection:
    """Return a database in memory with the orders and the targets."""
    database = sqlite3.connect(":memory:")
    database.row_factory = sqlite3.Row
    database.executescript(_TABLES)
    database.executemany(
        "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_values, orders)
    )
    database.executemany("INSERT INTO targets VALUES (?, ?)", TARGETS.items())
    return database


def run(database: sqlite3.Connection, name: str) -> list[ResultRow]:
    """Return the result of a query in `sql/`."""
    query = (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    return [dict(row) for row in database.execute(query)]


def _values(order: Order) -> tuple[str | float | None, ...]:
    price = order.price_per_kg
    return (
        order.order_id, order.day.isoformat(), order.customer, order.segment, order.region,
        order.channel, order.newsletter, order.price_group, order.product,
        float(order.quantity_kg), None if price is None else float(price),
        float(order.discount_pct),
    )  # fmt: skip
