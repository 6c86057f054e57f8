"""Section 6: loads the cleaned orders into SQLite and runs the queries in `sql/`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb

from analysis.answers import Sql, Target, TopProduct

QUERIES = Path(__file__).parent.parent / "sql"

TARGETS = {"East": 24_000.0, "North": 32_000.0, "South": 40_000.0, "West": 16_000.0}

TABLES = """
    CREATE TABLE orders (
        order_id TEXT, date TEXT, customer TEXT, segment TEXT, region TEXT, channel TEXT,
        newsletter TEXT, price_group TEXT, product TEXT,
        quantity_kg REAL, price_per_kg REAL, discount_pct REAL
    );
    CREATE TABLE targets (region TEXT, eur REAL);
"""


def answer(database: duckdb.DuckDBPyConnection) -> Sql:
    """Return what the two queries say of the cleaned orders."""
    orders = database.execute(
        "SELECT * REPLACE (CAST(date AS VARCHAR) AS date) FROM orders ORDER BY order_id"
    ).fetchall()
    with closing(sqlite3.connect(":memory:")) as shop:
        shop.executescript(TABLES)
        shop.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", orders)
        shop.executemany("INSERT INTO targets VALUES (?, ?)", TARGETS.items())
        return Sql(
            top_products=[
                TopProduct(region=region, rank=rank, product=product, kg=kg)
                for region, rank, product, kg in run(shop, "top_products")
            ],
            targets=[
                Target(region=region, eur=eur, reached=reached)
                for region, eur, reached in run(shop, "targets")
            ],
        )


def run(shop: sqlite3.Connection, name: str) -> sqlite3.Cursor:
    """Run the query in a file of `sql/`."""
    return shop.execute((QUERIES / f"{name}.sql").read_text(encoding="utf-8"))
