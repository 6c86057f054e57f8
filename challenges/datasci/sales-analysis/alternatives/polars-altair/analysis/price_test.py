"""Question 3: do lower prices bring more orders?"""

from __future__ import annotations

from typing import Literal, TypedDict

import polars as pl

from analysis.estimates import (
    RESAMPLES,
    SEED,
    Floats,
    bootstrap_difference,
    welch_difference,
)
from analysis.orders import euros

METHOD = (
    f"studentised bootstrap of customers within each price group, {RESAMPLES} resamples, "
    f"seed {SEED}"
)
Conclusion = Literal["more", "fewer", "unclear"]
CONCLUSIONS: dict[int, Conclusion] = {1: "more", 0: "unclear", -1: "fewer"}


class PriceTest(TypedDict):
    """The answer; what the data cannot tell is null. The keys on revenue are for the summary."""

    effect: float | None
    low: float | None
    high: float | None
    n_a: int
    n_b: int
    mean_a: float | None
    method: str
    conclusion: Conclusion
    revenue_effect: float | None
    revenue_low: float | None
    revenue_high: float | None


def price_test(orders: pl.DataFrame) -> PriceTest:
    """Return by how many orders, and by how much revenue, a customer of B differs from one of A."""
    customers = (
        orders.lazy()
        .group_by("customer")
        .agg(
            # the group is the customer's; were it not, the first order's would count
            pl.col("price_group").sort_by("date", "order_id").first(),
            pl.len().cast(pl.Float64).alias("orders"),
            euros(pl.col("cents").sum()).alias("revenue"),
        )
        .sort("customer")
        .collect()
    )
    a, b = (customers.filter(pl.col("price_group") == group) for group in "AB")
    number = bootstrap_difference(_values(a, "orders"), _values(b, "orders"))
    money = welch_difference(_values(a, "revenue"), _values(b, "revenue"))
    return PriceTest(
        effect=number.value,
        low=number.low,
        high=number.high,
        n_a=a.height,
        n_b=b.height,
        mean_a=float(_values(a, "orders").mean()) if a.height else None,
        method=METHOD,
        conclusion=CONCLUSIONS[number.sign],
        revenue_effect=money.value,
        revenue_low=money.low,
        revenue_high=money.high,
    )


def _values(customers: pl.DataFrame, column: str) -> Floats:
    return customers.get_column(column).to_numpy()
