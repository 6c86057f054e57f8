"""The shapes of the answers: what stands in `answers.json` and what the summary tells."""

from __future__ import annotations

from typing import Literal, TypedDict


class RevenueEntry(TypedDict):
    """The orders of a region in a month."""

    region: str
    month: str
    revenue: float
    orders: int


class Revenue(TypedDict):
    """Question 1; `total_without_filled` leaves out orders whose price is not known."""

    total: float
    total_without_filled: float
    by_region_and_month: list[RevenueEntry]


class Cohort(TypedDict):
    """The customers whose first order was in a month."""

    month: str
    customers: int
    returned: int
    share: float | None


class Retention(TypedDict):
    """Question 2."""

    within_days: int
    cohorts: list[Cohort]


class PriceTest(TypedDict):
    """Question 3, and with it what a customer of B brings in more (or less) than one of A."""

    effect: float | None
    low: float | None
    high: float | None
    n_a: int
    n_b: int
    mean_a: float | None
    mean_b: float | None
    revenue_effect: float | None
    revenue_low: float | None
    revenue_high: float | None
    method: str
    conclusion: Literal["more", "fewer", "unclear"]


class Segment(TypedDict):
    """The orders of a segment, for question 4; `weight` is its part in `within_segments`."""

    segment: str
    readers_orders: int
    other_orders: int
    mean_revenue: float
    difference: float | None
    weight: float


class Newsletter(TypedDict):
    """Question 4."""

    plain: float | None
    within_segments: float | None
    low: float | None
    high: float | None
    segments: list[Segment]
    method: str
    conclusion: Literal["raises", "lowers", "unclear"]


class TopProduct(TypedDict):
    """A row of `sql/top_products.sql`."""

    region: str
    rank: int
    product: str
    kg: float


class Target(TypedDict):
    """A row of `sql/targets.sql`."""

    region: str
    eur: float
    reached: float


class Sql(TypedDict):
    """Section 6."""

    top_products: list[TopProduct]
    targets: list[Target]


class Answers(TypedDict):
    """`answers.json`."""

    revenue: Revenue
    retention: Retention
    price_test: PriceTest
    newsletter: Newsletter
    sql: Sql


class Concentration(TypedDict):
    """A group of orders whose price is missing far more often than that of the others."""

    attribute: str
    level: str
    share: float
    share_elsewhere: float


class Background(TypedDict):
    """What the summary tells beside the answers."""

    customers: int
    first_day: str
    last_day: str
    missing_prices: int
    unfilled_prices: int
    mean_kg_missing: float | None
    mean_kg_known: float | None
    concentration: Concentration | None
    newsletter_without_filled: Newsletter
