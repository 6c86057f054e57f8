"""Question 4: does our newsletter raise the value of an order?

Who reads it was not drawn by lot, and offices, which order much more at a time, may read it more
often than homes. So readers and others are compared within each segment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.cleaning import Order
from analysis.intervals import Interval, Mean, added, interval_around, mean_by_cluster, verdict


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment's orders with a known price, and what those of readers bring more than others."""

    name: str
    orders: int
    of_readers: int
    mean_revenue: float
    difference: float | None
    variance: float | None


@dataclass(frozen=True, slots=True)
class Newsletter:
    """The difference as it looks, and within the segments, weighted by their numbers of orders."""

    plain: float | None
    within_segments: float | None
    interval: Interval | None
    segments: list[Segment]

    @property
    def conclusion(self) -> str:
        """What the difference within the segments says."""
        return verdict(self.interval, "raises", "lowers")


def newsletter(orders: Sequence[Order]) -> Newsletter:
    """Compare orders of readers with others, over all and within segments."""
    priced = [order for order in orders if order.price_per_kg is not None]
    by_segment: defaultdict[str, list[Order]] = defaultdict(list)
    for order in priced:
        by_segment[order.segment].append(order)
    segments = [_segment(name, by_segment[name]) for name in sorted(by_segment)]
    plain, _ = _difference(priced)
    within, variance = _together(segments)
    interval = None if within is None else interval_around(within, variance)
    return Newsletter(plain, within, interval, segments)


def _segment(name: str, orders: Sequence[Order]) -> Segment:
    overall = sum(float(order.revenue or 0) for order in orders) / len(orders)
    of_readers = sum(order.newsletter == "yes" for order in orders)
    return Segment(name, len(orders), of_readers, overall, *_difference(orders))


def _together(segments: Iterable[Segment]) -> tuple[float | None, float | None]:
    """Put the differences together, each weighted by the segment's share of the orders.

    A segment in which all read, or nobody does, allows no comparison and has no weight.
    """
    compared = [
        (one.orders, one.difference, one.variance) for one in segments if one.difference is not None
    ]
    orders = sum(number for number, _, _ in compared)
    if not orders:
        return None, None
    within = sum(number / orders * difference for number, difference, _ in compared)
    variances = (
        None if variance is None else (number / orders) ** 2 * variance
        for number, _, variance in compared
    )
    return within, added(*variances)


def _difference(orders: Sequence[Order]) -> tuple[float | None, float | None]:
    """Return the mean revenue of orders of readers minus that of others, and its variance."""
    readers, others = _mean(orders, "yes"), _mean(orders, "no")
    if readers is None or others is None:
        return None, None
    return readers.value - others.value, added(readers.variance, others.variance)


def _mean(orders: Sequence[Order], reads: str) -> Mean | None:
    """Return the mean revenue of an order. Orders of one customer resemble one another."""
    sums: defaultdict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for order in orders:
        if order.newsletter == reads:
            number, total = sums[order.customer]
            sums[order.customer] = number + 1, total + float(order.revenue or 0)
    return mean_by_cluster(list(sums.values()))
