"""A year of a roastery's orders, drawn from a seed: what is true before anything went wrong.

Needs the standard library only. The same arguments give the same orders on every machine.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Segment = Literal["home", "office"]
Group = Literal["A", "B"]

YEAR = 2025
REGIONS = {"East": 0.2, "North": 0.3, "South": 0.35, "West": 0.15}
CHANNELS = {"phone": 0.2, "shop": 0.35, "web": 0.45}
PRODUCTS = {
    "BRAZIL": Decimal("17.50"),
    "COLOMBIA": Decimal("21.00"),
    "DECAF": Decimal("23.00"),
    "ESPRESSO": Decimal("19.00"),
    "ETHIOPIA": Decimal("26.50"),
    "KENYA": Decimal("29.00"),
}
"""List price per kilogram in EUR."""

OFFICE_SHARE = 0.35
MORE_ORDERS: dict[Segment, float] = {"home": 2.0, "office": 4.0}
"""Orders after the first one that a customer of group A places in the mean."""

KILOGRAMS: dict[Segment, float] = {"home": 0.8, "office": 4.5}
NEWSLETTER_SHARE: dict[Segment, float] = {"home": 0.25, "office": 0.7}
"""Offices buy more and read more: without them the newsletter seems to raise an order's value."""

LETTERS = (0.8, 1.25)
"""What a newsletter may multiply the weight of an order with, in either segment: it seems to raise
the value in any case, and does so in half of the files."""

LIFTS = (0.0, 0.25, 0.7)
"""Share of further orders by which group B may exceed group A: none, hard to tell, plain."""

GROUP_PRICE = {"A": Decimal(1), "B": Decimal("0.95")}
DISCOUNTS = (0, 0, 0, 0, 0, 0, 5, 10, 15, 20)
CENT = Decimal("0.01")
LAST_FIRST_ORDER = date(YEAR, 11, 20)
"""New customers come until then: the last cohorts are too young to be compared."""

LAST_DAY = date(YEAR, 12, 31)
SAME_DAY = 0.05
"""Share of further orders that are placed on the day of the first one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order. `price` is EUR per kilogram, None where nobody knows it any more."""

    id: str
    day: date
    customer: str
    segment: Segment
    region: str
    channel: str
    newsletter: bool
    group: Group
    product: str
    kilograms: Decimal
    price: Decimal | None
    discount: int

    @property
    def revenue(self) -> Decimal | None:
        """EUR after discount, not rounded."""
        if self.price is None:
            return None
        return self.kilograms * self.price * (100 - self.discount) / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who orders, and how often."""

    id: str
    segment: Segment
    region: str
    newsletter: bool
    group: Group
    orders: int


def orders_of(
    seed: int, *, customers: int = 600, lift: float | None = None, letter: float | None = None
) -> tuple[Order, ...]:
    """The orders of one year in the order of their days.

    Customers are in group A or B by the toss of a coin. Those of B place `lift` times more further
    orders: `effect(lift)` more orders a customer. Orders of the newsletter's readers weigh
    `letter` times what others of their segment do. Both are drawn where they are not given.
    """
    rng, plan = random.Random(f"sales/{seed}"), random.Random(f"plan/{seed}")
    drawn_lift, drawn_letter = plan.choice(LIFTS), plan.choice(LETTERS)
    lift = drawn_lift if lift is None else lift
    letter = drawn_letter if letter is None else letter
    drawn = [
        _order(rng, who, day, letter)
        for who in _customers(rng, customers, lift)
        for day in _days(rng, who)
    ]
    drawn.sort(key=lambda order: (order.day, order.customer))
    numbered = [_with_id(order, number) for number, order in enumerate(drawn, 1)]
    return tuple(_forgotten(rng, numbered))


def customers_of(seed: int, *, customers: int, lift: float) -> tuple[Customer, ...]:
    """Who places the orders of `orders_of` with the same arguments."""
    return tuple(_customers(random.Random(f"sales/{seed}"), customers, lift))


def effect(lift: float) -> float:
    """By how many orders a customer of group B exceeds one of group A in the mean."""
    mean = OFFICE_SHARE * MORE_ORDERS["office"] + (1 - OFFICE_SHARE) * MORE_ORDERS["home"]
    return mean * lift


def _customers(rng: random.Random, count: int, lift: float) -> list[Customer]:
    found = []
    for number in range(1, count + 1):
        segment: Segment = "office" if rng.random() < OFFICE_SHARE else "home"
        group: Group = "B" if rng.random() < 0.5 else "A"
        mean = MORE_ORDERS[segment] * (1 + lift if group == "B" else 1)
        # Customers differ: the counts spread more than those of one Poisson distribution.
        further = _poisson(rng, mean * rng.gammavariate(2.0, 0.5))
        found.append(
            Customer(
                id=f"C-{number:04}",
                segment=segment,
                region=_weighted(rng, REGIONS),
                newsletter=rng.random() < NEWSLETTER_SHARE[segment],
                group=group,
                orders=1 + further,
            )
        )
    return found


def _days(rng: random.Random, who: Customer) -> list[date]:
    first = date(YEAR, 1, 1) + timedelta(
        days=rng.randrange((LAST_FIRST_ORDER - date(YEAR, 1, 1)).days + 1)
    )
    span = (LAST_DAY - first).days
    further = (rng.randint(1, span) * (rng.random() >= SAME_DAY) for _ in range(who.orders - 1))
    return [first, *(first + timedelta(days=days) for days in further)]


def _order(rng: random.Random, who: Customer, day: date, letter: float) -> Order:
    product = rng.choice(sorted(PRODUCTS))
    weight = (
        KILOGRAMS[who.segment] * (letter if who.newsletter else 1) * rng.lognormvariate(-0.08, 0.4)
    )
    season = Decimal(
        str(round(1 + 0.06 * math.cos(2 * math.pi * day.timetuple().tm_yday / 365), 3))
    )
    return Order(
        id="",
        day=day,
        customer=who.id,
        segment=who.segment,
        region=who.region,
        channel=_weighted(rng, CHANNELS),
        newsletter=who.newsletter,
        group=who.group,
        product=product,
        kilograms=Decimal(max(1, round(weight * 20))) / 20,
        price=(PRODUCTS[product] * GROUP_PRICE[who.group] * season).quantize(CENT, ROUND_HALF_UP),
        discount=rng.choice(DISCOUNTS),
    )


def _with_id(order: Order, number: int) -> Order:
    return _changed(order, id=f"ORD-{number:06}")


def _forgotten(rng: random.Random, orders: list[Order]) -> list[Order]:
    """Prices are lost, those of large orders by phone most often: not at random."""
    heavy = sorted(order.kilograms for order in orders)[len(orders) * 3 // 4]
    found = []
    for order in orders:
        chance = 0.01 + 0.05 * (order.kilograms > heavy) + 0.04 * (order.channel == "phone")
        found.append(_changed(order, price=None) if rng.random() < chance else order)
    return found


def _changed(order: Order, **changes: object) -> Order:
    parts = {name: getattr(order, name) for name in Order.__slots__}
    return Order(**(parts | changes))


def _weighted(rng: random.Random, weights: dict[str, float]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _poisson(rng: random.Random, mean: float) -> int:
    """Knuth's multiplication of uniform numbers: exact, and fast enough for small means."""
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
