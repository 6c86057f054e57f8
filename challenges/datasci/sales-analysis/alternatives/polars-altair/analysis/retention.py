"""Question 2: who comes back?"""

from __future__ import annotations

from typing import TypedDict

import polars as pl

WITHIN_DAYS = 90


class Cohort(TypedDict):
    """The customers whose first order was in a month; no share before all had their 90 days."""

    month: str
    customers: int
    returned: int
    share: float | None


class Retention(TypedDict):
    """The answer."""

    within_days: int
    cohorts: list[Cohort]


def retention(orders: pl.DataFrame) -> Retention:
    """Return how many customers of each month ordered again within 90 days."""
    day, first = pl.col("date"), pl.col("date").min()
    customers = (
        orders.lazy()
        .group_by("customer")
        .agg(
            first.alias("first"),
            # the first order is one of them
            ((day - first).dt.total_days() <= WITHIN_DAYS).sum().gt(1).alias("returned"),
        )
    )
    last_day = pl.lit(orders.get_column("date").max(), dtype=pl.Date)
    days_had = (last_day - pl.col("first").dt.month_end().first()).dt.total_days()
    cohorts = (
        customers.group_by(pl.col("first").dt.strftime("%Y-%m").alias("month"))
        .agg(
            pl.len().alias("customers"),
            pl.col("returned").sum(),
            pl.when(days_had >= WITHIN_DAYS).then(pl.col("returned").mean()).alias("share"),
        )
        .sort("month")
        .collect()
    )
    return Retention(
        within_days=WITHIN_DAYS,
        cohorts=[
            Cohort(month=month, customers=number, returned=returned, share=share)
            for month, number, returned, share in cohorts.iter_rows()
        ],
    )
