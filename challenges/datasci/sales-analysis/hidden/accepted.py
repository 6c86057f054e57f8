"""What may be answered: every figure under each reading that the brief leaves open.

A price that nobody knows can be left out or filled in; a comparison within segments can be weighted
in several ways. A figure is accepted within the range of all of them.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sales import Order

REL = 1e-3
"""Room for rounding each order to a cent, relative to the figure."""

Filled = tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the most that is accepted."""

    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float], rel: float = REL) -> Range:
        """The range of several readings, with room for rounding."""
        known = list(values)
        room = rel * max(abs(value) for value in known)
        return cls(min(known) - room, max(known) + room)

    def __contains__(self, value: float) -> bool:
        """Whether a figure is accepted."""
        return self.low <= value <= self.high


def readings(orders: Sequence[Order]) -> tuple[Filled, ...]:
    """The orders under each way to treat a price that nobody knows."""
    known = [order for order in orders if order.price is not None]
    return (
        tuple(known),
        *(
            _filled(orders, known, group, middle)
            for group in (lambda order: order.product, lambda order: (order.product, order.group))
            for middle in (statistics.median, statistics.mean)
        ),
    )


def _filled(
    orders: Sequence[Order],
    known: Sequence[Order],
    group: Callable[[Order], object],
    middle: Callable[[list[Decimal]], Decimal],
) -> Filled:
    prices: dict[object, list[Decimal]] = defaultdict(list)
    for order in known:
        assert order.price is not None
        prices[group(order)].append(order.price)
    at = {name: Decimal(middle(values)) for name, values in prices.items()}
    return tuple(
        order if order.price is not None else replace(order, price=at[group(order)])
        for order in orders
    )


def revenue(orders: Filled) -> dict[tuple[str, str], float]:
    """EUR by region and month (`2025-03`)."""
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for order in orders:
        assert order.revenue is not None
        found[order.region, f"{order.day:%Y-%m}"] += order.revenue
    return {key: float(value) for key, value in found.items()}


def accepted_revenue(orders: Sequence[Order]) -> dict[tuple[str, str], Range]:
    """The range of each region and month that had an order with a price."""
    several = [revenue(one) for one in readings(orders)]
    return {key: Range.of(one.get(key, 0.0) for one in several) for key in several[0]}


def returning(orders: Sequence[Order], within_days: int) -> dict[str, tuple[int, int]]:
    """By month of the first order: customers, and those with another one within so many days.

    A second order on the day of the first one counts.
    """
    days = defaultdict(list)
    for order in orders:
        days[order.customer].append(order.day)
    found: dict[str, list[bool]] = defaultdict(list)
    for one in days.values():
        first, *later = sorted(one)
        again = any((day - first).days <= within_days for day in later)
        found[f"{first:%Y-%m}"].append(again)
    return {month: (len(known), sum(known)) for month, known in sorted(found.items())}


def newsletter(orders: Filled) -> tuple[float, tuple[float, ...]]:
    """EUR that an order of a reader is worth beyond another one: plainly, and within segments.

    Within segments the differences are weighted by all orders, by those of readers, or by the
    precision of each.
    """
    groups: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for order in orders:
        groups[order.segment, order.newsletter].append(float(order.revenue or 0))
    segments = sorted({segment for segment, _ in groups})
    plain = _mean(groups, segments, reader=True) - _mean(groups, segments, reader=False)
    apart = {
        segment: statistics.mean(groups[segment, True]) - statistics.mean(groups[segment, False])
        for segment in segments
    }
    sizes = {s: (len(groups[s, True]), len(groups[s, False])) for s in segments}
    weights = (
        {s: float(sum(sizes[s])) for s in segments},
        {s: float(sizes[s][0]) for s in segments},
        {s: sizes[s][0] * sizes[s][1] / sum(sizes[s]) for s in segments},
    )
    return plain, tuple(
        sum(weight[s] * apart[s] for s in segments) / sum(weight.values()) for weight in weights
    )


def _mean(
    groups: dict[tuple[str, bool], list[float]], segments: list[str], *, reader: bool
) -> float:
    return statistics.mean(value for segment in segments for value in groups[segment, reader])
