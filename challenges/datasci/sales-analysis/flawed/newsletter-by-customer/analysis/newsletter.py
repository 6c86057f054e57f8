"""Question 4: does our newsletter raise the value of an order?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import pandas as pd

from analysis.confidence import DECIMALS, NORMAL
from analysis.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A segment where readers and others can be compared.

    `readers` and `others` count orders, `mean` is EUR an order, `difference` how much more a
    reader's order is worth, `variance` the squared standard error of that.
    """

    name: str
    readers: int
    others: int
    mean: float
    difference: float
    variance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter:
    """EUR that an order of a reader is worth beyond another one.

    `within_segments` weighs each segment by its readers' orders; `low` and `high` bound its 95 %
    interval.
    """

    plain: float
    within_segments: float
    low: float
    high: float
    conclusion: str
    segments: tuple[Segment, ...]


def newsletter(orders: pd.DataFrame) -> Newsletter:
    """The comparison of orders that `prices.valued` has valued.

    `InputError` when no segment has two customers who read it and two who do not.
    """
    known = orders[orders["cents"].notna()]
    segments = _segments(known)
    if not segments:
        raise InputError("no segment has two readers of the newsletter and two other customers")
    reads = known["newsletter"] == "yes"
    totals = known.groupby([reads, "customer"])["cents"].sum().groupby(level=0).mean()
    plain = totals[True] - totals[False]
    within, error = combined(segments)
    low, high = (round(within + sign * NORMAL * error, DECIMALS) for sign in (-1, 1))
    return Newsletter(
        plain=round(float(plain) / 100, DECIMALS),
        within_segments=round(within, DECIMALS),
        low=low,
        high=high,
        conclusion=conclusion(low, high),
        segments=segments,
    )


def _segments(orders: pd.DataFrame) -> tuple[Segment, ...]:
    found = []
    for name, own in orders.groupby("segment", observed=True):
        reads = own["newsletter"] == "yes"
        kinds = own[reads], own[~reads]
        if min(kind["customer"].nunique() for kind in kinds) > 1:
            (readers, spread), (others, other_spread) = map(_mean, kinds)
            segment = Segment(
                name=str(name),
                readers=len(kinds[0]),
                others=len(kinds[1]),
                mean=float(own["cents"].mean()) / 100,
                difference=readers - others,
                variance=spread + other_spread,
            )
            found.append(segment)
    return tuple(found)


def _mean(orders: pd.DataFrame) -> tuple[float, float]:
    """The mean of an order in EUR and its squared standard error.

    Orders of one customer resemble each other: what varies are the customers (clusters).
    """
    customers = orders.groupby("customer")["cents"].agg(["sum", "size"])
    mean = customers["sum"].sum() / len(orders)
    off = (customers["sum"] - mean * customers["size"]) / len(orders)
    count = len(customers)
    return float(mean) / 100, float((off**2).sum()) * count / (count - 1) / 100**2


def combined(segments: Sequence[Segment]) -> tuple[float, float]:
    """The difference over all segments, weighed by readers' orders, and its standard error.

    These weights ask what the newsletter does to the orders of those who read it.
    """
    readers = sum(segment.readers for segment in segments)
    shares = [segment.readers / readers for segment in segments]
    pairs = [*zip(shares, segments, strict=True)]
    difference = sum(share * segment.difference for share, segment in pairs)
    return difference, sqrt(sum(share**2 * segment.variance for share, segment in pairs))


def conclusion(low: float, high: float) -> str:
    """What the bounds of an interval say."""
    if low > 0:
        return "raises"
    return "lowers" if high < 0 else "unclear"
