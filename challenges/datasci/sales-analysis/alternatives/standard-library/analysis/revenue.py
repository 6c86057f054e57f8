"""Question 1: where and when do we earn? And what do the unknown prices hide?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from analysis.cleaning import CENT, Order

TRAITS: dict[str, Callable[[Order], str]] = {
    "segment": lambda order: order.segment,
    "channel": lambda order: order.channel,
    "region": lambda order: order.region,
    "product": lambda order: order.product,
    "price group": lambda order: order.price_group,
    "newsletter": lambda order: order.newsletter,
}


@dataclass(slots=True)
class Cell:
    """A region in a month."""

    revenue: Decimal = Decimal(0)
    orders: int = 0


@dataclass(frozen=True, slots=True)
class Concentration:
    """Orders of a kind whose prices are unknown more often than those of the others."""

    trait: str
    kind: str
    share: float
    share_of_others: float
    z: float


@dataclass(frozen=True, slots=True)
class UnknownPrices:
    """How many prices are unknown, where, and what they would add if they were filled in."""

    orders: int
    concentrations: list[Concentration]
    estimated: Decimal


@dataclass(frozen=True, slots=True)
class Revenue:
    """The revenue of orders with a known price; all orders are counted."""

    total: Decimal
    cells: dict[tuple[str, str], Cell]
    unknown: UnknownPrices

    def by(self, part: int) -> dict[str, Decimal]:
        """Return the revenue by region (part 0) or by month (part 1)."""
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        for key, cell in self.cells.items():
            sums[key[part]] += cell.revenue
        return dict(sums)


def revenue(orders: Sequence[Order]) -> Revenue:
    """Add up the revenue by region and month."""
    cells: defaultdict[tuple[str, str], Cell] = defaultdict(Cell)
    for order in orders:
        cell = cells[order.region, order.month]
        cell.orders += 1
        cell.revenue += order.revenue or 0
    total = sum((cell.revenue for cell in cells.values()), Decimal(0))
    return Revenue(total, dict(sorted(cells.items())), unknown_prices(orders))


def unknown_prices(orders: Sequence[Order]) -> UnknownPrices:
    """Look at the orders without a price."""
    unknown = [order for order in orders if order.price_per_kg is None]
    found = [_concentration(name, trait, orders) for name, trait in TRAITS.items()]
    clear = [one for one in found if one is not None and one.z > 3]
    return UnknownPrices(
        orders=len(unknown),
        concentrations=sorted(clear, key=lambda one: -one.z),
        estimated=_estimate(orders, unknown),
    )


def _concentration(
    name: str, trait: Callable[[Order], str], orders: Sequence[Order]
) -> Concentration | None:
    """Return the kind whose share of unknown prices is most clearly above that of the others."""
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for order in orders:
        count = counts[trait(order)]
        count[0] += 1
        count[1] += order.price_per_kg is None
    all_orders, all_unknown = len(orders), sum(unknown for _, unknown in counts.values())
    if len(counts) < 2 or not 0 < all_unknown < all_orders:
        return None
    share = all_unknown / all_orders
    found = []
    for kind, (number, unknown) in sorted(counts.items()):
        here, elsewhere = unknown / number, (all_unknown - unknown) / (all_orders - number)
        error = (share * (1 - share) * (1 / number + 1 / (all_orders - number))) ** 0.5
        found.append(Concentration(name, kind, here, elsewhere, (here - elsewhere) / error))
    return max(found, key=lambda one: one.z)


def _estimate(orders: Sequence[Order], unknown: Sequence[Order]) -> Decimal:
    """Return what orders without a price would bring at the mean price of product and group.

    The summary needs it to say what leaving them out does. A product that nobody in the group
    bought at a known price adds nothing.
    """
    prices: defaultdict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for order in orders:
        if order.price_per_kg is not None:
            prices[order.product, order.price_group].append(order.price_per_kg)
    means = {key: sum(known, Decimal(0)) / len(known) for key, known in prices.items()}
    filled = (
        order.revenue_at(means[key])
        for order in unknown
        if (key := (order.product, order.price_group)) in means
    )
    return sum(filled, Decimal(0)).quantize(CENT)
