"""What may be answered: every figure under each reading that the brief leaves open.

A price that nobody knows can be left out or filled in; a comparison within segments can be weighted
in any way. A figure is accepted within the range of all of them.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from sales import Order

REL = 1e-3
"""Room for rounding each order to a cent, relative to the figure."""

MARGIN = 0.5
"""Room beyond the readings that are tried here, as a share of their range: for those that are not
(a price by product and week, a model of prices)."""

ROUNDED = 0.051
"""EUR by which the mean of an order may be off: one decimal is enough."""

WITHIN_DAYS = 90

CLEAR = 3.0
"""Standard errors from which on no sound method calls a difference unclear."""

SIGNS = {1: "raises", 0: "unclear", -1: "lowers"}

Filled = tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the most that is accepted."""

    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float], rounded: float = 0.0) -> Range:
        """The range of several readings, with room for others and for rounding."""
        known = list(values)
        low, high = min(known), max(known)
        room = MARGIN * (high - low) + REL * max(abs(low), abs(high)) + rounded
        return cls(low - room, high + room)

    @classmethod
    def from_least(cls, values: Iterable[float]) -> Range:
        """The same for what no reading makes less: revenue without any of the lost prices."""
        known = list(values)
        return cls((1 - REL) * min(known), cls.of(known).high)

    def __contains__(self, value: float) -> bool:
        """Whether a figure is accepted."""
        return self.low <= value <= self.high

    def __str__(self) -> str:
        """For a reader."""
        return f"{self.low:.2f} to {self.high:.2f}"


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers of one month. `complete` when the export reaches far enough to compare them."""

    customers: int
    returned: int
    complete: bool


def readings(orders: Sequence[Order]) -> tuple[Filled, ...]:
    """The orders under several ways to treat a price that nobody knows."""
    known = [order for order in orders if order.price is not None]
    groups: tuple[Callable[[Order], object], ...] = (
        lambda order: order.product,
        lambda order: (order.product, order.group),
        lambda order: (order.product, order.day.month),
        lambda order: (order.product, order.group, order.day.month),
    )
    middles = (statistics.median, statistics.mean)
    filled = (_filled(orders, known, *way) for way in product(groups, middles))
    return (tuple(known), *filled)


def _filled(
    orders: Sequence[Order],
    known: Sequence[Order],
    group: Callable[[Order], object],
    middle: Callable[[list[Decimal]], Decimal],
) -> Filled:
    """Prices from other orders of the group, or where there is none, of the product."""
    prices: dict[object, list[Decimal]] = defaultdict(list)
    for order in known:
        assert order.price is not None
        prices[group(order)].append(order.price)
        prices[order.product].append(order.price)
    at = {name: Decimal(middle(values)) for name, values in prices.items()}
    return tuple(
        order
        if order.price is not None
        else replace(order, price=at.get(group(order)) or at[order.product])
        for order in orders
    )


def months(orders: Sequence[Order]) -> dict[tuple[str, str], int]:
    """How many orders each region and month (`2025-03`) has, with or without a price."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for order in orders:
        found[order.region, f"{order.day:%Y-%m}"] += 1
    return dict(found)


def revenue(orders: Filled) -> dict[tuple[str, str], float]:
    """EUR by region and month."""
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for order in orders:
        assert order.revenue is not None
        found[order.region, f"{order.day:%Y-%m}"] += order.revenue
    return {key: float(value) for key, value in found.items()}


def accepted_revenue(orders: Sequence[Order]) -> dict[tuple[str, str], Range]:
    """The range of each region and month that had an order."""
    several = [revenue(one) for one in readings(orders)]
    return {key: Range.from_least(one.get(key, 0.0) for one in several) for key in months(orders)}


def accepted_total(orders: Sequence[Order]) -> Range:
    """The range of all revenue."""
    return Range.from_least(sum(revenue(one).values()) for one in readings(orders))


def cohorts(orders: Sequence[Order]) -> dict[str, Cohort]:
    """By month of the first order: customers, and those with another one within 90 days.

    A second order on the day of the first one counts.
    """
    days: dict[str, list[date]] = defaultdict(list)
    for order in orders:
        days[order.customer].append(order.day)
    last = max(order.day for order in orders)
    found: dict[str, list[bool]] = defaultdict(list)
    for one in days.values():
        first, *later = sorted(one)
        again = any((day - first).days <= WITHIN_DAYS for day in later)
        found[f"{first:%Y-%m}"].append(again)
    return {
        month: Cohort(
            customers=len(known),
            returned=sum(known),
            complete=_end_of(month) + timedelta(days=WITHIN_DAYS) <= last,
        )
        for month, known in sorted(found.items())
    }


def _end_of(month: str) -> date:
    year, number = map(int, month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def accepted_newsletter(orders: Sequence[Order]) -> tuple[Range, Range]:
    """EUR that an order of a reader is worth beyond another one: plainly, and within segments.

    Whatever the weights, what is put together from both segments lies between them.
    """
    several = [_newsletter(one) for one in readings(orders)]
    return (
        Range.of((plain for plain, _ in several), ROUNDED),
        _between(apart for _, apart in several),
    )


def _between(several: Iterable[list[float]]) -> Range:
    """From the lowest segment to the highest, each with the room of its readings."""
    rooms = [Range.of(values, ROUNDED) for values in zip(*several, strict=True)]
    return Range(min(room.low for room in rooms), max(room.high for room in rooms))


def accepted_conclusions(orders: Sequence[Order]) -> frozenset[str]:
    """What may be said of the newsletter: the sign of what is seen within segments.

    Where any reading in any segment could leave a sound method in doubt, so may the answer.
    """
    signs = {
        _sign(*(groups[segment, reader] for reader in (True, False)))
        for groups in map(_by_reader, readings(orders))
        for segment in {name for name, _ in groups}
    }
    return frozenset(SIGNS[sign] for sign in (signs if len(signs) == 1 else {*signs, 0}))


def _sign(readers: list[float], others: list[float]) -> int:
    """Whose orders are worth more beyond doubt; 0 where that is not clear."""
    difference = statistics.mean(readers) - statistics.mean(others)
    error = _error(readers, others)
    return (difference > CLEAR * error) - (difference < -CLEAR * error)


def _error(one: Sequence[float], other: Sequence[float]) -> float:
    """Welch's standard error of the difference of two means."""
    return (statistics.variance(one) / len(one) + statistics.variance(other) / len(other)) ** 0.5


def _newsletter(orders: Filled) -> tuple[float, list[float]]:
    groups = _by_reader(orders)
    segments = sorted({segment for segment, _ in groups})
    everybody = [
        statistics.mean(value for segment in segments for value in groups[segment, reader])
        for reader in (True, False)
    ]
    apart = [
        statistics.mean(groups[segment, True]) - statistics.mean(groups[segment, False])
        for segment in segments
    ]
    return everybody[0] - everybody[1], apart


def _by_reader(orders: Filled) -> dict[tuple[str, bool], list[float]]:
    """EUR of each order by segment and whether the customer reads the newsletter."""
    groups: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for order in orders:
        assert order.revenue is not None
        groups[order.segment, order.newsletter].append(float(order.revenue))
    return groups


@dataclass(frozen=True, slots=True)
class PriceTest:
    """Orders of a customer of B beyond one of A, and Welch's standard error of that."""

    effect: float
    error: float
    n_a: int
    n_b: int


def price_test(counts: dict[str, int], groups: dict[str, str]) -> PriceTest:
    """The comparison of both groups; `counts` and `groups` are by customer."""
    a, b = ([n for who, n in counts.items() if groups[who] == name] for name in "AB")
    return PriceTest(statistics.mean(b) - statistics.mean(a), _error(a, b), len(a), len(b))


def price_test_of(orders: Iterable[Order]) -> PriceTest:
    """The same from orders."""
    counts: dict[str, int] = defaultdict(int)
    groups = {}
    for order in orders:
        counts[order.customer] += 1
        groups[order.customer] = order.group
    return price_test(counts, groups)


def top_products(orders: Sequence[Order]) -> dict[str, dict[str, float]]:
    """Kilograms by region and product."""
    found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for order in orders:
        found[order.region][order.product] += order.kilograms
    return {
        region: {name: float(weight) for name, weight in products.items()}
        for region, products in found.items()
    }


def by_region(orders: Sequence[Order]) -> dict[str, float]:
    """EUR of orders with a known price by region."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        if order.revenue is not None:
            found[order.region] += order.revenue
    return {region: float(value) for region, value in found.items()}
