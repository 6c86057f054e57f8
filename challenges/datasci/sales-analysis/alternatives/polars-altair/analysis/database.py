"""Section 6: the two queries, on an SQLite database in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TypedDict

import polars as pl

QUERIES = Path(__file__).parent.parent / "sql"
TARGETS = {"East": 24_000.0, "North": 32_000.0, "South": 40_000.0, "West": 16_000.0}
CREATE = """
CREATE TABLE orders (
    order_id TEXT, date TEXT, customer TEXT, segment TEXT, region TEXT, channel TEXT,
    newsletter TEXT, price_group TEXT, product TEXT,
    quantity_kg REAL, price_per_kg REAL, discount_pct REAL
);
CREATE TABLE targets (region TEXT, eur REAL);
"""
COLUMNS = (
    "order_id", "date", "customer", "segment", "region", "channel", "newsletter", "price_group",
    "product", "quantity_kg", "price_per_kg", "discount_pct",
)  # fmt: skip


class TopProduct(TypedDict):
    """A product among the three that a region buys most of."""

    region: str
    rank: int
    product: str
    kg: float


class Target(TypedDict):
    """What a region has reached of its target."""

    region: str
    eur: float
    reached: float


class Sql(TypedDict):
    """The answer."""

    top_products: list[TopProduct]
    targets: list[Target]


def query(clean: pl.DataFrame) -> Sql:
    """Return the results of both queries."""
    orders = clean.select(pl.col("date").dt.to_string("iso"), pl.exclude("date")).select(COLUMNS)
    with closing(database(orders.iter_rows(), TARGETS.items())) as connection:
        return Sql(
            top_products=[
                TopProduct(region=region, rank=rank, product=product, kg=kg)
                for region, rank, product, kg in connection.execute(_read("top_products"))
            ],
            targets=[
                Target(region=region, eur=eur, reached=reached)
                for region, eur, reached in connection.execute(_read("targets"))
            ],
        )


def database(
    orders: Iterable[tuple[object, ...]], targets: Iterable[tuple[str, float]]
) -> sqlite3.Connection:
    """Return a database in memory with both tables."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(CREATE)
    connection.executemany("INSERT INTO orders VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", orders)
    connection.executemany("INSERT INTO targets VALUES (?,?)", targets)
    return connection


def _read(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
