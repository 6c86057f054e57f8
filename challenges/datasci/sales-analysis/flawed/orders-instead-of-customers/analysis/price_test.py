"""Question 3: do lower prices bring more orders?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from analysis.confidence import DECIMALS, UPPER
from analysis.errors import InputError

METHOD = (
    "Welch's interval for a difference of means: one count for each customer, who is what was drawn"
    " by lot; variances of their own, quantile of Student's t"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A difference of means with the bounds of its confidence interval."""

    effect: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTest:
    """Orders of a customer of group B beyond one of A. `n_a`, `n_b`: customers."""

    effect: float
    low: float
    high: float
    n_a: int
    n_b: int
    method: str
    conclusion: str


def price_test(orders: pd.DataFrame) -> PriceTest:
    """The test on cleaned orders. `InputError` where a group is too small to be compared."""
    counts = orders.groupby(["price_group", "customer"], observed=True).size()
    a, b = _groups(counts)
    found = difference(a, b)
    return PriceTest(
        effect=found.effect,
        low=found.low,
        high=found.high,
        n_a=len(a),
        n_b=len(b),
        method=METHOD,
        conclusion=conclusion(found),
    )


def revenue_test(orders: pd.DataFrame) -> Difference:
    """EUR that a customer of B brought beyond one of A; orders as `prices.valued` returns them."""
    cents = orders.groupby(["price_group", "customer"], observed=True)["cents"].sum()
    a, b = _groups(cents / 100)
    return difference(a, b)


def _groups(values: pd.Series[Any]) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """The values of customers, indexed by group and customer, parted by group."""
    customers = values.index.get_level_values("customer")
    if customers.has_duplicates:
        who = customers[customers.duplicated()][0]
        raise InputError(f"customer {who} is in both price groups")
    groups = values.index.get_level_values("price_group")
    a, b = values[groups == "A"], values[groups == "B"]
    if min(len(a), len(b)) < 2:
        raise InputError(f"the price groups have {len(a)} and {len(b)} customers: too few")
    return a, b


def difference(a: pd.Series[Any], b: pd.Series[Any]) -> Difference:
    """The mean of `b` minus that of `a` with Welch's interval.

    The values of both groups may spread differently. Bounds are rounded to `DECIMALS`.
    """
    spread_a, spread_b = float(a.mean()) / len(a), float(b.mean()) / len(b)
    error = spread_a + spread_b
    effect = float(b.mean() - a.mean())
    room = 0.0
    if error:
        freedom = error**2 / (spread_a**2 / (len(a) - 1) + spread_b**2 / (len(b) - 1))
        room = float(stdtrit(freedom, UPPER) * np.sqrt(error))
    return Difference(
        effect=round(effect, DECIMALS),
        low=round(effect - room, DECIMALS),
        high=round(effect + room, DECIMALS),
    )


def conclusion(found: Difference) -> str:
    """What the bounds say, as they are written."""
    if found.low > 0:
        return "more"
    return "fewer" if found.high < 0 else "unclear"
