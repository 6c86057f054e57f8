"""Question 2: who comes back?"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

WITHIN_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Customers whose first order was in this month (`2025-01`), and those who came back.

    `share` is None while some of them have not had `WITHIN_DAYS` days yet.
    """

    month: str
    customers: int
    returned: int
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Cohorts in the order of their months."""

    within_days: int
    cohorts: tuple[Cohort, ...]


def retention(orders: pd.DataFrame) -> Retention:
    """The cohorts of cleaned orders. A second order on the day of the first one counts."""
    days = orders[["customer", "date"]].sort_values(["customer", "date"], ignore_index=True)
    days = days.drop_duplicates()
    first = days[~days["customer"].duplicated()]
    following = days.shift(-1).loc[first.index]
    soon = following["date"] - first["date"] <= pd.Timedelta(days=WITHIN_DAYS)
    returned = soon & (following["customer"] == first["customer"])
    groups = returned.groupby(first["date"].dt.to_period("M"))
    table = groups.agg(["size", "sum"])
    last = orders["date"].max()
    return Retention(
        within_days=WITHIN_DAYS,
        cohorts=tuple(
            _cohort(month, int(customers), int(back), last)
            for month, customers, back in zip(
                pd.PeriodIndex(table.index), table["size"], table["sum"], strict=True
            )
        ),
    )


def _cohort(month: pd.Period, customers: int, returned: int, last: pd.Timestamp) -> Cohort:
    end = month.to_timestamp(how="end").normalize()
    complete = last - end >= pd.Timedelta(days=WITHIN_DAYS)
    share = returned / customers if complete else None
    return Cohort(month=str(month), customers=customers, returned=returned, share=share)
