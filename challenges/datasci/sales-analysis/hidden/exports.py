"""The files that submissions are given, each with the truth behind it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from random import Random

from accepted import price_test
from dirt import Dirt, Export, exported, written
from sales import Order, customers_of, effect, orders_of

NUMBER = 5
"""Files that every question and every corruption is judged on."""

GRADED_LIFTS = (0.0, 0.0, 0.25, 0.7, 0.7)
GRADED_LETTERS = (0.8, 0.8, 0.8, 1.25, 1.25)
"""What is planted in them, in an order of the run's own: no answer holds for all of them."""

SMALL = 220
"""Customers of a file that only has to be read: some thousand rows."""

DEVIATION = (1.0, 1.45)
"""How many standard errors the difference in a telling file is from the truth."""

TESTED = 400
"""Customers of a telling file."""

LIFT = 0.5
"""The effect in a telling file that has one: every sound method finds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One file: what is true, what was written, its bytes. `effect` is that of the price test."""

    name: str
    orders: tuple[Order, ...] = field(repr=False)
    export: Export = field(repr=False)
    data: bytes = field(repr=False)
    effect: float = 0.0


def _own(name: str) -> int:
    """The seed of the file with that name."""
    return Random(name).getrandbits(32)


@cache
def graded(seed: int, number: int) -> Drawn:
    """File `number` of a run: everybody's questions are answered on it."""
    own, plan = _own(f"graded/{seed}/{number}"), Random(f"plan/{seed}")
    lifts, letters = (plan.sample(several, NUMBER) for several in (GRADED_LIFTS, GRADED_LETTERS))
    orders = orders_of(own, lift=lifts[number - 1], letter=letters[number - 1])
    return of_orders(f"export {number}", orders, own)


@cache
def drawn_for(seed: int) -> Drawn:
    """The export that a candidate was given."""
    return of_orders("the candidate's export", orders_of(seed), seed)


def of_orders(name: str, orders: tuple[Order, ...], seed: int, dirt: Dirt | None = None) -> Drawn:
    """The file that these orders become."""
    export = exported(orders, seed, dirt)
    return Drawn(name=name, orders=orders, export=export, data=written(export))


@cache
def small(seed: int) -> Drawn:
    """A file to be read in many spellings."""
    own = _own(f"small/{seed}")
    return of_orders("small export", orders_of(own, customers=SMALL), own)


@cache
def elsewhere(seed: int) -> Drawn:
    """Another year, nothing sold in the West, ids of other lengths."""
    own = _own(f"elsewhere/{seed}")
    orders = tuple(
        replace(
            order,
            day=order.day - timedelta(days=364 * 2),
            id=order.id.replace("ORD-000", "ORD-71"),
            customer=f"{order.customer}7",
        )
        for order in orders_of(own, customers=SMALL)
        if order.region != "West"
    )
    return of_orders("another year, no West", orders, own)


@cache
def telling(seed: int, count: int) -> tuple[Drawn, ...]:
    """Files for the price test: half of them without an effect.

    A sound 95 % interval misses one file in twenty, and nobody shall pay for that one. So files
    are drawn until the difference is between 1.0 and 1.45 standard errors from the truth: there
    every sound interval (1.96 of them, more or less) holds it. One that takes orders for
    independent of each other is a third too narrow and misses many.
    """
    rng = Random(f"telling/{seed}")
    return tuple(_telling(rng, number, LIFT if number % 2 else 0.0) for number in range(count))


def _telling(rng: Random, number: int, lift: float) -> Drawn:
    true = effect(lift)
    low, high = DEVIATION
    while True:
        own = rng.getrandbits(32)
        people = customers_of(own, customers=TESTED, lift=lift)
        found = price_test({who.id: who.orders for who in people}, {w.id: w.group for w in people})
        if low <= abs(found.effect - true) / found.error <= high:
            break
    drawn = of_orders(f"price test {number + 1}", orders_of(own, customers=TESTED, lift=lift), own)
    return replace(drawn, effect=true)


def grown(drawn: Drawn, times: int) -> tuple[bytes, frozenset[str]]:
    """The file so many times over, with other orders and customers each time, and its order ids."""
    rows = [
        row
        | {
            "order_id": _renumbered(row["order_id"], turn),
            "customer": row["customer"].replace("-0", f"-{turn}", 1),
        }
        for turn in range(1, times + 1)
        for row in drawn.export.rows
    ]
    ids = {_renumbered(order.id, turn) for turn in range(1, times + 1) for order in drawn.orders}
    return written(Export(rows=tuple(rows), marks={}, copies=frozenset())), frozenset(ids)


def _renumbered(order: str, turn: int) -> str:
    return order.replace("0", f"{turn}", 1)
