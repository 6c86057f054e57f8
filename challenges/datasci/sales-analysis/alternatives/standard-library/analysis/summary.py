"""Section 8: what was found, for somebody who decides and reads no code."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from analysis.cleaning import Order
from analysis.intervals import Interval
from analysis.newsletter import Newsletter
from analysis.price_test import PriceTest
from analysis.retention import WITHIN_DAYS, Cohort
from analysis.revenue import Revenue, UnknownPrices

_PRICE_FINDINGS = {
    "more": "Lower prices bring more orders. A lot decided who pays less, so price is the cause.",
    "fewer": "Lower prices bring fewer orders. A lot decided who pays less, so price is the cause.",
    "unclear": "Whether lower prices bring more orders is open: no difference at all fits, too.",
}
_NEWSLETTER_FINDINGS = {
    "raises": "Compared like with like, orders of readers are worth more.",
    "lowers": "Compared like with like, orders of readers are worth less.",
    "unclear": "Compared like with like, we cannot tell orders of readers from others by value.",
}
_NEWSLETTER_ADVICE = {
    "raises": "Keep it, and confirm the gain by a lot before spending more on it.",
    "lowers": "Do not spend more on it to raise order values, and do not cite the plain figure.",
    "unclear": "Order values are no reason to spend more on it, and none to stop it.",
}


@dataclass(frozen=True, slots=True)
class Findings:
    """All that the summary tells."""

    orders: Sequence[Order]
    revenue: Revenue
    cohorts: Sequence[Cohort]
    price_test: PriceTest
    newsletter: Newsletter
    targets: Sequence[Mapping[str, Any]]


def summary(findings: Findings) -> str:
    """Return the summary as Markdown."""
    first = min(order.day for order in findings.orders)
    last = max(order.day for order in findings.orders)
    test = findings.price_test
    opening = (
        f"{len(findings.orders):,} orders of {test.n_a + test.n_b:,} customers, {first} to {last}."
    )
    sections = [
        "# Sales: what the orders say",
        opening,
        "## Where and when we earn",
        _earnings(findings),
        _unknown(findings.revenue),
        "## Who comes back",
        _retention(findings.cohorts),
        "## Lower prices",
        _price_test(test),
        "## Newsletter",
        _newsletter(findings.newsletter),
        "## What these figures cannot tell",
        _limits(findings.revenue.unknown),
    ]
    return "\n\n".join(sections) + "\n"


def _earnings(findings: Findings) -> str:
    by_region, by_month = findings.revenue.by(0), findings.revenue.by(1)
    region, month = (max(sums, key=lambda key: sums[key]) for sums in (by_region, by_month))
    reached = ", ".join(f"{row['region']} {_percent(row['reached'])}" for row in findings.targets)
    return (
        f"Total revenue is **{findings.revenue.total:,.2f} EUR**. {region} earned most "
        f"({by_region[region]:,.0f} EUR), and {month} was the best month "
        f"({by_month[month]:,.0f} EUR). Reached of the targets: {reached}."
    )


def _unknown(revenue: Revenue) -> str:
    unknown = revenue.unknown
    orders = sum(cell.orders for cell in revenue.cells.values())
    if not unknown.orders:
        return "The price of every order is known."
    text = (
        f"The price of {unknown.orders:,} orders ({_percent(unknown.orders / orders)}) is not "
        "known. They count as orders and are left out of every amount in EUR: we report what we "
        "can document."
    )
    for one in unknown.concentrations[:2]:
        text += (
            f" {one.trait.capitalize()} {one.kind} lacks {_percent(one.share)} of its prices, "
            f"the others {_percent(one.share_of_others)}."
        )
    if unknown.concentrations:
        text += " So the gap is not even: it hides more of the revenue of these orders."
    share = f" ({_percent(unknown.estimated / revenue.total)})" if revenue.total else ""
    return (
        f"{text} At the usual price of its product, what is missing would add about "
        f"{unknown.estimated:,.0f} EUR{share}, to {revenue.total + unknown.estimated:,.0f} EUR."
    )


def _retention(cohorts: Sequence[Cohort]) -> str:
    shares = {one.month: one.share for one in cohorts if one.share is not None}
    if not shares:
        return f"No month of first orders lies {WITHIN_DAYS} days back yet: too early to tell."
    complete = [one for one in cohorts if one.complete]
    customers, returned = (
        sum(getattr(one, name) for one in complete) for name in ("customers", "returned")
    )
    low, high = (choose(shares, key=lambda month: shares[month]) for choose in (min, max))
    text = (
        f"Of {customers:,} customers with {WITHIN_DAYS} full days since the month of their first "
        f"order, {returned:,} came back in time ({_percent(returned / customers)})"
    )
    if len(shares) > 1:
        text += (
            f": from {_percent(shares[low])} of those of {low} to {_percent(shares[high])} "
            f"of those of {high}"
        )
    return f"{text}. Customers of the first months may be older than this file: it starts there."


def _price_test(test: PriceTest) -> str:
    orders, revenue = test.orders, test.revenue
    if orders.effect is None:
        return "One of the price groups has no customers, so there is nothing to compare."
    text = (
        f"{_PRICE_FINDINGS[test.conclusion]} The mean number of orders of a customer of group B "
        f"({test.n_b:,} customers, five percent less) minus that of group A ({test.n_a:,}) is "
        f"**{figure(orders.effect)}** ({_range(orders.interval)})."
    )
    if revenue.effect is not None and revenue.interval is not None:
        text += (
            f" In revenue, the same difference is {figure(revenue.effect)} EUR a customer "
            f"({_range(revenue.interval)})."
        )
    return f"{text} {_price_advice(test)}"


def _price_advice(test: PriceTest) -> str:
    revenue = test.revenue.interval
    if revenue is None or revenue.holds_zero():
        return (
            "Whether the lower price pays is therefore not settled: keep the test running, and "
            "decide on margin, before prices change for all."
        )
    if revenue.low > 0:
        return (
            "The lower price pays in revenue; check the margin of a kilogram before it is for all."
        )
    return "The lower price costs revenue: do not extend it."


def _newsletter(found: Newsletter) -> str:
    if found.plain is None or found.within_segments is None:
        return (
            "No segment has both orders of readers and of others at known prices, so what "
            f"the newsletter does cannot be told (plain difference: {figure(found.plain)} EUR)."
        )
    segments = "; ".join(
        f"{one.name} orders are worth {one.mean_revenue:,.2f} EUR on average, and readers place "
        f"{_percent(one.of_readers / one.orders)} of them"
        for one in found.segments
    )
    return (
        "The mean revenue of an order of readers minus that of other orders is "
        f"**{figure(found.plain)} EUR** at first sight. Within segments, weighted by each "
        f"segment's share of the orders, it is **{figure(found.within_segments)} EUR** "
        f"({_range(found.interval)}). "
        f"The figures differ because segments differ: {segments}. The first figure mixes this "
        f"up with the newsletter. {_NEWSLETTER_FINDINGS[found.conclusion]} "
        f"{_NEWSLETTER_ADVICE[found.conclusion]}"
    )


def _limits(unknown: UnknownPrices) -> str:
    limits = [
        "Readers chose the newsletter themselves. Segment is accounted for, other differences "
        "between readers and others are not; only a lot would settle it.",
        "Revenue is not profit: costs are not in the file.",
        "The price test tells of a five percent cut and of customers who ordered at least once, "
        "not of people whom a price might have won.",
    ]
    if unknown.orders:
        limits.append("Amounts in EUR are somewhat low because of the unknown prices.")
    return "\n".join(f"- {limit}" for limit in limits)


def _range(interval: Interval | None) -> str:
    if interval is None:
        return "too few customers for a range of uncertainty"
    return f"95 % confidence interval {figure(interval.low)} to {figure(interval.high)}"


def figure(value: float | None) -> str:
    """Write a figure with two decimals, or as many more as two significant digits take."""
    if value is None:
        return "not known"
    decimals = 2 if value == 0 else max(2, 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{decimals}f}"


def _percent(share: float | Decimal) -> str:
    return f"{100 * share:.1f} %"
