"""Question 3: do lower prices bring more orders?

The lot was drawn for customers, so customers are counted: orders of one customer are not
independent, and an interval from single orders would be too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.cleaning import Order
from analysis.intervals import Interval, added, interval_around, mean, verdict

METHOD = (
    "Difference of the mean numbers of orders of a customer, B minus A; 95 % interval by the "
    "normal approximation with a variance for each group (Welch)."
)


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of a customer of B minus that of A; `None` where a group has too few customers."""

    effect: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class PriceTest:
    """What the lower price did to the number of orders, and to the revenue of a customer."""

    n_a: int
    n_b: int
    orders: Difference
    revenue: Difference

    @property
    def conclusion(self) -> str:
        """What the interval says about the number of orders."""
        return verdict(self.orders.interval, "more", "fewer")


@dataclass(slots=True)
class _Customer:
    group: str
    orders: int = 0
    revenue: float = 0.0


def price_test(orders: Sequence[Order]) -> PriceTest:
    """Compare the groups. Should a customer stand in both, the group of the first order counts."""
    customers: dict[str, _Customer] = {}
    for order in sorted(orders, key=lambda order: (order.day, order.order_id)):
        customer = customers.setdefault(order.customer, _Customer(order.price_group))
        customer.orders += 1
        customer.revenue += float(order.revenue or 0)
    a = [customer for customer in customers.values() if customer.group == "A"]
    b = [customer for customer in customers.values() if customer.group == "B"]
    return PriceTest(
        n_a=len(a),
        n_b=len(b),
        orders=_difference([one.orders for one in a], [one.orders for one in b]),
        revenue=_difference([one.revenue for one in a], [one.revenue for one in b]),
    )


def _difference(a: Sequence[float], b: Sequence[float]) -> Difference:
    of_a, of_b = mean(a), mean(b)
    if of_a is None or of_b is None:
        return Difference(None, None)
    effect = of_b.value - of_a.value
    return Difference(effect, interval_around(effect, added(of_a.variance, of_b.variance)))
