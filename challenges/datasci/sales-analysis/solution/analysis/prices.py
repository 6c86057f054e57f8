"""What an order is worth, also where its price got lost, and which prices got lost."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import pandas as pd

from analysis.confidence import NORMAL

NEIGHBOURS = (["product", "price_group", "month"], ["product", "price_group"], ["product"])
"""Orders that a lost price is taken from: the first of these groups that knows one."""

HEAVY = 0.75
"""Share of the orders that weigh no more than a heavy one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Orders whose price nobody knows, and how many of each kind they are (shares).

    `by_chance` unless heavy orders and those by phone lack it more often than chance allows.
    `revenue` is what they count with (EUR), `left` how many of them are not valued at all.
    """

    orders: int
    by_chance: bool
    among_heavy: float
    among_phone: float
    among_others: float
    revenue: float
    left: int


def valued(orders: pd.DataFrame) -> pd.DataFrame:
    """The orders with `month` (its first day) and `cents`, their revenue in whole cents.

    A price that nobody knows is the median of orders of the same product, price group and month,
    or of the next of `NEIGHBOURS`. Where no order of the product has a price, `cents` is NaN.
    Whole cents add up the same in any order.
    """
    month = orders["date"].to_numpy().astype("datetime64[M]").astype("datetime64[s]")
    found = orders.assign(month=month)
    price = found["price_per_kg"]
    for group in NEIGHBOURS:
        if price.isna().any():
            middle = found.groupby(group, observed=True)["price_per_kg"].transform("median")
            price = price.fillna(middle)
    # Kilograms times EUR times the percent that are left: percents of EUR are cents.
    cents = found["quantity_kg"] * price * (100 - found["discount_pct"])
    return found.assign(cents=cents.round())


def lost(orders: pd.DataFrame) -> Lost:
    """Which prices are missing among orders that `valued` has valued."""
    gone = orders["price_per_kg"].isna()
    heavy = orders["quantity_kg"] > orders["quantity_kg"].quantile(HEAVY)
    phone = orders["channel"] == "phone"
    return Lost(
        orders=int(gone.sum()),
        by_chance=by_chance(gone[heavy | phone], gone[~heavy & ~phone]),
        among_heavy=_share(gone[heavy]),
        among_phone=_share(gone[phone]),
        among_others=_share(gone[~heavy & ~phone]),
        revenue=float(orders["cents"][gone].sum()) / 100,
        left=int(orders["cents"].isna().sum()),
    )


def by_chance(first: pd.Series[bool], second: pd.Series[bool]) -> bool:
    """Whether `first` does not hold more often than `second`, beyond a 95 % interval."""
    if not len(first) or not len(second):
        return True
    share = (first.sum() + second.sum()) / (len(first) + len(second))
    error = sqrt(share * (1 - share) * (1 / len(first) + 1 / len(second)))
    return bool(first.mean() - second.mean() <= NORMAL * error)


def _share(which: pd.Series[bool]) -> float:
    return float(which.mean()) if len(which) else 0.0
