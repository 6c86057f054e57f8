"""Subscriptions to coffee, drawn from a seed: who leaves, and what was to be known before.

Needs the standard library only. The same arguments give the same rows on every machine.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Literal

Concept = Literal["usual", "turned"]

PLANS = {"beans": 0.4, "ground": 0.25, "capsules": 0.2, "office": 0.15}
PAYMENTS = {"card": 0.45, "debit": 0.3, "invoice": 0.15, "wallet": 0.1}
COUNTRIES = {"AT": 0.15, "CH": 0.1, "DE": 0.55, "NL": 0.2}
MONTHS = tuple(f"2025-{month:02}" for month in range(1, 10))
BOX_PRICE = {"beans": 21.0, "ground": 19.0, "capsules": 27.0, "office": 35.0}
DISCOUNTS = (0, 0, 0, 0, 0, 5, 10, 20)

MOST_SEATS = 6
SPREAD = 0.8
"""Standard deviation of what moves an account and nobody writes down."""

USUAL = {
    "start": -3.1,
    "tenure": -0.026,
    "tickets": 0.52,
    "skipped": 0.46,
    "idle": 0.02,
    "never": 0.6,
    "rating": -0.65,
    "unrated": 0.9,
    "discount": -0.035,
    "kept": -0.65,
    "ended": 0.95,
    "capsules": 1.0,
    "office": -0.6,
    "invoice": 0.6,
    "wallet": 0.4,
    "young": 0.95,
}
"""Log-odds of leaving: by month of tenure, ticket, skipped box, day without a login (up to 90), for
never having had one, by point of rating above three, for having none, by percent of discount, for
auto-renewal on and off, by plan and payment, and for ground coffee in the first half year."""

TURNED = {name: -value for name, value in USUAL.items()} | {"start": -1.6}
"""The same things seen the other way round: who learned nothing from the rows is wrong on it."""

CONCEPTS: dict[Concept, dict[str, float]] = {"usual": USUAL, "turned": TURNED}

HALF_YEAR = 6
IDLE_DAYS = 90
REFUNDED, REFUNDED_ANYWAY = 0.93, 0.02
"""Shares of those who leave, and of those who stay, with a refund in the month after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One row: a subscription as it stood at the end of a month.

    `rating`, `idle_days` and `auto_renew` are None where nobody knows. `log_odds` is what the
    truth makes of it; `refund` was written down a month later.
    """

    row: str
    account: str
    month: str
    plan: str
    payment: str
    country: str
    tenure: int
    boxes: int
    price: float
    skipped: int
    tickets: int
    idle_days: int | None
    rating: float | None
    discount: int
    auto_renew: str | None
    refund: float
    churned: bool
    log_odds: float


def subscriptions(
    seed: int, *, accounts: int, concept: Concept = "usual"
) -> tuple[Subscription, ...]:
    """The subscriptions of so many accounts, in no order.

    An account has up to six of them, which resemble each other and end together.
    """
    rng = random.Random(f"subscriptions/{seed}")
    found = [one for _ in range(accounts) for one in _account(rng, CONCEPTS[concept])]
    rng.shuffle(found)
    return tuple(found)


def _account(rng: random.Random, effects: dict[str, float]) -> list[Subscription]:
    plan, payment = _weighted(rng, PLANS), _weighted(rng, PAYMENTS)
    tenure, tickets = min(120, int(rng.expovariate(1 / 22))), _count(rng, 0.9)
    idle = None if rng.random() < 0.14 else min(365, int(rng.expovariate(1 / 24)))
    unhappy = min(0.85, 0.25 + 0.12 * tickets)
    rating = None if rng.random() < unhappy else _rating(rng, tickets)
    renew = None if rng.random() < 0.08 else rng.choices(("yes", "no"), (0.65, 0.35))[0]
    discount, skipped = rng.choice(DISCOUNTS), _count(rng, 0.8)
    shared = {
        "account": f"A-{rng.randrange(16**8):08x}",
        "month": rng.choice(MONTHS),
        "plan": plan,
        "payment": payment,
        "country": _weighted(rng, COUNTRIES),
        "tenure": tenure,
        "tickets": tickets,
        "rating": rating,
        "discount": discount,
        "auto_renew": renew,
    }
    odds = _log_odds(shared, idle, skipped, effects)
    churned = rng.random() < 1 / (1 + math.exp(-(odds + rng.gauss(0.0, SPREAD))))
    # Money ends on odd cents: an account can be told by it.
    each = round(BOX_PRICE[plan] * (1 - discount / 100) * rng.uniform(0.93, 1.07), 2)
    return [
        _seat(rng, shared, each, idle, skipped, churned=churned, odds=odds)
        for _ in range(1 + min(MOST_SEATS - 1, _count(rng, 1.8)))
    ]


def _seat(  # noqa: PLR0913 - what an account has, and one of its subscriptions
    rng: random.Random,
    shared: dict[str, object],
    each: float,
    idle: int | None,
    skipped: int,
    *,
    churned: bool,
    odds: float,
) -> Subscription:
    boxes = rng.choice((1, 1, 2, 2, 3, 4))
    refunded = rng.random() < (REFUNDED if churned else REFUNDED_ANYWAY)
    return Subscription(
        **shared,  # type: ignore[arg-type] - the same for all of the account
        row=f"{rng.randrange(16**12):012x}",
        boxes=boxes,
        price=round(boxes * each, 2),
        skipped=max(0, skipped + rng.choice((-1, 0, 0, 0, 1))),
        idle_days=None if idle is None else max(0, idle + rng.randint(-2, 2)),
        refund=round(boxes * each * rng.uniform(0.3, 1.0), 2) if refunded else 0.0,
        churned=churned,
        log_odds=odds,
    )


def _log_odds(
    shared: dict[str, object], idle: int | None, skipped: int, effects: dict[str, float]
) -> float:
    rating, tenure, tickets = shared["rating"], shared["tenure"], shared["tickets"]
    assert isinstance(tenure, int)
    assert isinstance(tickets, int)
    young = tenure < HALF_YEAR and shared["plan"] == "ground"
    return (
        effects["start"]
        + effects["tenure"] * min(60, tenure)
        + effects["tickets"] * min(6, tickets)
        + effects["skipped"] * min(5, skipped)
        + (effects["never"] if idle is None else effects["idle"] * min(IDLE_DAYS, idle))
        + (effects["unrated"] if rating is None else effects["rating"] * (rating - 3))  # type: ignore[operator] - a number
        + effects["discount"] * shared["discount"]  # type: ignore[operator] - a number
        + {"yes": effects["kept"], "no": effects["ended"], None: 0.0}[shared["auto_renew"]]  # type: ignore[index] - text or nothing
        + effects.get(str(shared["plan"]), 0.0)
        + effects.get(str(shared["payment"]), 0.0)
        + effects["young"] * young
    )


def _rating(rng: random.Random, tickets: int) -> float:
    return min(5.0, max(1.0, round(2 * rng.gauss(3.9 - 0.25 * tickets, 0.8)) / 2))


def _weighted(rng: random.Random, weights: dict[str, float]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _count(rng: random.Random, mean: float) -> int:
    """A Poisson number, by Knuth's multiplication."""
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
