"""Question 1: where and when do we earn?"""

from __future__ import annotations

from typing import TypedDict

import polars as pl

from analysis.estimates import DIGITS
from analysis.orders import euros


class Entry(TypedDict):
    """A region in a month."""

    region: str
    month: str
    revenue: float
    orders: int


class Gap(TypedDict):
    """How many orders of a segment or a channel have no price."""

    group: str
    share: float


class Revenue(TypedDict):
    """The answer; the keys from `without_filled` on are for the summary."""

    total: float
    by_region_and_month: list[Entry]
    without_filled: float
    orders: int
    orders_filled: int
    orders_unpriced: int
    kg_without_price: float | None
    kg_with_price: float | None
    gaps: list[Gap]


def revenue(orders: pl.DataFrame) -> Revenue:
    """Return the revenue of each region and month with an order, and their total."""
    cents = pl.col("cents")
    missing, kilograms = pl.col("price_per_kg").is_null(), pl.col("quantity_kg")
    table = (
        orders.lazy()
        .group_by("region", "month")
        .agg(euros(cents.sum()).alias("revenue"), pl.len().alias("orders"))
        .sort("region", "month")
    )
    figures = orders.lazy().select(
        euros(cents.sum()).alias("total"),
        euros(cents.filter(~pl.col("filled")).sum()).alias("without_filled"),
        pl.len().alias("orders"),
        pl.col("filled").sum().alias("orders_filled"),
        cents.is_null().sum().alias("orders_unpriced"),
        kilograms.filter(missing).mean().round(DIGITS).alias("kg_without_price"),
        kilograms.filter(~missing).mean().round(DIGITS).alias("kg_with_price"),
    )
    gaps = pl.concat(
        orders.lazy()
        .group_by(pl.col(column).alias("group"))
        .agg(missing.mean().round(DIGITS).alias("share"))
        for column in ("segment", "channel")
    ).sort(pl.col("share").neg(), "group")
    entries, totals, groups = pl.collect_all([table, figures, gaps])
    found = totals.row(0, named=True)
    return Revenue(
        total=found["total"],
        by_region_and_month=[
            Entry(region=region, month=month, revenue=amount, orders=number)
            for region, month, amount, number in entries.iter_rows()
        ],
        without_filled=found["without_filled"],
        orders=found["orders"],
        orders_filled=found["orders_filled"],
        orders_unpriced=found["orders_unpriced"],
        kg_without_price=found["kg_without_price"],
        kg_with_price=found["kg_with_price"],
        gaps=[Gap(group=group, share=share) for group, share in groups.iter_rows()],
    )
