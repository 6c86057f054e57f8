"""Question 1: where and when do we earn?"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A region in a month (`2025-01`): EUR, and all orders, with or without a price."""

    region: str
    month: str
    revenue: float
    orders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Revenue:
    """EUR in all, and one entry for each region and month that has an order."""

    total: float
    by_region_and_month: tuple[Entry, ...]


def revenue(orders: pd.DataFrame) -> Revenue:
    """The revenue of orders that `prices.valued` has valued."""
    groups = orders.groupby(["region", "month"], observed=True)["cents"]
    table = groups.agg(["sum", "size"]).reset_index()
    months = table["month"].dt.strftime("%Y-%m")
    return Revenue(
        total=float(orders["cents"].sum(skipna=False)) / 100,
        by_region_and_month=tuple(
            Entry(region=region, month=month, revenue=float(cents) / 100, orders=int(count))
            for region, month, cents, count in zip(
                table["region"], months, table["sum"], table["size"], strict=True
            )
        ),
    )
