"""Section 8: what was found, for somebody who decides and reads no code."""

from __future__ import annotations

import math

from analysis.answers import Answers
from analysis.newsletter import Newsletter
from analysis.price_test import PriceTest
from analysis.retention import Retention
from analysis.revenue import Revenue

UNKNOWN = "not known"
PRICE_CUT = 0.05


def summary(answers: Answers) -> str:
    """Return the page, in Markdown."""
    parts = [
        "# What our orders tell",
        _in_short(answers),
        "## Where and when we earn",
        _revenue(answers),
        "## Who comes back",
        _retention(answers["retention"]),
        "## Lower prices",
        _price_test(answers["price_test"]),
        "## The newsletter",
        _newsletter(answers["newsletter"]),
        "## What these figures cannot say",
        _limits(),
    ]
    return "\n\n".join(parts) + "\n"


def number(value: float | None) -> str:
    """Write a number with two decimals, or more where it takes them for three digits that count."""
    if value is None:
        return UNKNOWN
    decimals = 2 - math.floor(math.log10(abs(value))) if value else 2
    return f"{value:.{max(decimals, 2)}f}"


def percent(share: float | None) -> str:
    """Write a share in percent."""
    return UNKNOWN if share is None else f"{100 * share:.0f} %"


def _interval(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "too few customers for an interval"
    return f"95 % interval {number(low)} to {number(high)}"


def _in_short(answers: Answers) -> str:
    test, news = answers["price_test"], answers["newsletter"]
    price = {
        "more": "Customers with lower prices order more often. Before lowering prices for all, "
        "check the margin: see below.",
        "fewer": "Customers with lower prices order less often. Do not lower prices.",
        "unclear": "Whether lower prices bring more orders is open. Keep prices, let the test run.",
    }[test["conclusion"]]
    letter = {
        "raises": "Among customers of the same kind, readers place larger orders. Try the "
        "newsletter on more customers, drawn by lot.",
        "lowers": "Among customers of the same kind, readers place smaller orders. Do not extend "
        "the newsletter to raise the value of orders.",
        "unclear": "No effect of the newsletter on the value of an order can be shown. Do not "
        "extend it for that reason.",
    }[news["conclusion"]]
    return "\n".join(
        [
            f"- Total revenue: {number(answers['revenue']['total'])} EUR.",
            f"- {price} Orders per customer, lower minus normal price: {number(test['effect'])} "
            f"({_interval(test['low'], test['high'])}).",
            f"- {letter} An order of readers minus other orders: {number(news['plain'])} EUR "
            f"plainly, {number(news['within_segments'])} EUR within segments.",
        ]
    )


def _revenue(answers: Answers) -> str:
    revenue = answers["revenue"]
    regions: dict[str, float] = {}
    months: dict[str, float] = {}
    for entry in revenue["by_region_and_month"]:
        for table, key in ((regions, entry["region"]), (months, entry["month"])):
            table[key] = table.get(key, 0) + entry["revenue"]
    region, month = max(regions, key=regions.__getitem__), max(months, key=months.__getitem__)
    reached = ", ".join(
        f"{target['region']} {percent(target['reached'])}" for target in answers["sql"]["targets"]
    )
    whole = revenue["total"] or 1
    return (
        f"{region} brings {percent(regions[region] / whole)} of the revenue, the most of all "
        f"regions; the best month was {month} with {percent(months[month] / whole)}. Reached of "
        f"the targets, by orders of known price: {reached}.\n\n{_missing_prices(revenue)}"
    )


def _missing_prices(revenue: Revenue) -> str:
    missing, orders = revenue["orders_filled"] + revenue["orders_unpriced"], revenue["orders"]
    if not missing:
        return "Every order has a price."
    groups = " and ".join(
        f"{gap['group']} ({percent(gap['share'])})" for gap in revenue["gaps"][:2]
    )
    text = (
        f"{missing} of {orders} orders ({percent(missing / orders)}) have no price, most often "
        f"those marked {groups}. They weigh {number(revenue['kg_without_price'])} kg on average, "
        f"the others {number(revenue['kg_with_price'])} kg. We filled in the median price of the "
        "same product, price group and month, since leaving them out would tilt the figures; the "
        f"total would be {number(revenue['without_filled'])} EUR without them."
    )
    if revenue["orders_unpriced"]:
        text += (
            f" For {revenue['orders_unpriced']} no order of the product has a price; they count as "
            "orders without revenue."
        )
    return text


def _retention(retention: Retention) -> str:
    days = retention["within_days"]
    shares = {
        cohort["month"]: cohort["share"]
        for cohort in retention["cohorts"]
        if cohort["share"] is not None
    }
    if not shares:
        return (
            f"The file ends less than {days} days after its first month of new customers: no share "
            "of those who came back can be compared yet."
        )
    complete = [cohort for cohort in retention["cohorts"] if cohort["month"] in shares]
    customers = sum(cohort["customers"] for cohort in complete)
    returned = sum(cohort["returned"] for cohort in complete)
    low, high = min(shares, key=shares.__getitem__), max(shares, key=shares.__getitem__)
    text = (
        f"{returned} of {customers} customers ({percent(returned / customers)}) ordered again "
        f"within {days} days. By month of the first order the share runs from "
        f"{percent(shares[low])} ({low}) to {percent(shares[high])} ({high}); months with few new "
        "customers swing by chance."
    )
    young = len(retention["cohorts"]) - len(complete)
    return f"{text} Left out as too recent: customers of {young} later months." if young else text


def _price_test(test: PriceTest) -> str:
    effect, mean = test["effect"], test["mean_a"]
    if effect is None or mean is None:
        return "One of the two price groups has no customer, so there is nothing to compare."
    return (
        f"Price groups were drawn by lot, so they can be compared as they are. The {test['n_b']} "
        f"customers who pay five percent less placed {number(mean + effect)} orders each, the "
        f"{test['n_a']} others {number(mean)}: a difference of {effect / mean:+.0%}. Their revenue "
        f"per customer differs by {number(test['revenue_effect'])} EUR "
        f"({_interval(test['revenue_low'], test['revenue_high'])}). "
        f"{_price_advice(test, effect / mean)}"
    )


def _price_advice(test: PriceTest, growth: float) -> str:
    if test["conclusion"] == "more":
        # growth * (margin - cut) has to make up for the cut on what is sold anyhow
        margin = PRICE_CUT * (1 + growth) / growth
        if margin >= 1:
            return (
                "They are too few, though: with orders of unchanged size, they cannot make up for "
                "the lower price at any margin."
            )
        return (
            "More orders are not yet more profit: with orders of unchanged size, the lower price "
            f"pays only where more than about {percent(margin)} of the normal price is left after "
            "the costs of an order."
        )
    if test["conclusion"] == "fewer":
        return "Nothing speaks for lower prices here."
    return (
        "The interval holds 0, so the difference may be chance. That is no proof of no effect: any "
        "value within the interval agrees with the data."
    )


def _newsletter(news: Newsletter) -> str:
    if news["within_segments"] is None:
        return (
            "In no segment are there orders of readers and of others, so nothing can be said of "
            "the newsletter itself: a plain difference, if any, is one between segments."
        )
    readers = sum(segment["orders_readers"] for segment in news["segments"])
    others = sum(segment["orders_others"] for segment in news["segments"])
    segments = "\n".join(
        f"- {segment['segment']}: {percent(segment['orders_readers'] / readers)} of readers' and "
        f"{percent(segment['orders_others'] / others)} of other orders; worth "
        f"{number(segment['mean_readers'])} against {number(segment['mean_others'])} EUR; weight "
        f"{percent(segment['weight'])}"
        for segment in news["segments"]
    )
    return (
        "The plain difference compares different customers: segments differ in the size of their "
        f"orders and in how many read the newsletter.\n\n{segments}\n\n"
        f"Compared within segments, {number(news['within_segments'])} EUR are left "
        f"({_interval(news['within_low'], news['within_high'])}). The weight of a segment is the "
        "number of orders it compares, divided by their mean value: one percent of an order counts "
        "the same in each."
    )


def _limits() -> str:
    return (
        "Customers without any order are not in the file: whom lower prices win over, or lose, "
        "altogether the price test does not see. Nobody drew by lot who reads the newsletter; "
        "readers may differ in more than their segment, and only sending it to a random half would "
        "tell. Costs are not in the file. Customers from before its first day look like new ones."
    )
