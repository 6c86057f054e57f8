"""Section 8: a page for whoever decides about prices and newsletters."""

from __future__ import annotations

import math
from collections import defaultdict

from analysis.answers import (
    Answers,
    Background,
    Cohort,
    Newsletter,
    PriceTest,
    Retention,
    Segment,
)
from analysis.cleaning import Cleaning

PRICE_CUT = 0.05
# Five percent less per order has to be made up by this many percent more orders.
BREAK_EVEN = 100 * (1 / (1 - PRICE_CUT) - 1)


def tell(answers: Answers, cleaned: Cleaning, background: Background) -> str:
    """Return the summary in Markdown."""
    sections = [
        _opening(answers, cleaned, background),
        _revenue(answers, cleaned, background),
        _retention(answers["retention"]),
        _price_test(answers["price_test"]),
        _newsletter(answers["newsletter"]),
        _limits(cleaned, background),
    ]
    return "\n\n".join(sections) + "\n"


def figure(value: float | None) -> str:
    """Write a number with two decimals, or with more when its first digits come later."""
    if value is None:
        return "not known"
    digits = 2 if value == 0 else max(2, 1 - math.floor(math.log10(abs(value))))
    return f"{value:.{digits}f}"


def percent(share: float) -> str:
    """Write a share in percent; one decimal where it is small."""
    return f"{100 * share:.{1 if share < 0.1 else 0}f} %"


def euros(value: float) -> str:
    """Write a large amount in whole euros."""
    return f"{value:,.0f} EUR"


def interval(low: float | None, high: float | None) -> str:
    """Write the bounds of an interval."""
    if low is None or high is None:
        return "no interval: too few customers"
    return f"95 % interval {figure(low)} to {figure(high)}"


def more_or_less(value: float) -> str:
    """Write a difference in euros in words."""
    return f"{figure(abs(value))} EUR {'less' if value < 0 else 'more'}"


def _opening(answers: Answers, cleaned: Cleaning, background: Background) -> str:
    price, news = answers["price_test"], answers["newsletter"]
    orders = {
        "more": "Lower prices bring more orders.",
        "fewer": "Lower prices bring fewer orders.",
        "unclear": "It is not shown that lower prices bring more orders.",
    }[price["conclusion"]]
    value = {
        "raises": "Compared like with like, newsletter readers order for more.",
        "lowers": "The newsletter does not raise the value of an order: compared like with like, "
        "readers order for less.",
        "unclear": "Nor is it shown that the newsletter changes the value of an order."
        if price["conclusion"] == "unclear"
        else "It is not shown that the newsletter changes the value of an order.",
    }[news["conclusion"]]
    return f"""\
# What the orders say

{orders} {value} This rests on {cleaned["orders"]} orders by {background["customers"]} customers, \
{background["first_day"]} to {background["last_day"]}.

| Figure | Value |
|---|---|
| Total revenue | {answers["revenue"]["total"]:.2f} EUR |
| Orders per customer, group B minus A | {figure(price["effect"])} \
({interval(price["low"], price["high"])}) |
| Revenue per order, readers minus others | {figure(news["plain"])} EUR |
| The same within segments | {figure(news["within_segments"])} EUR \
({interval(news["low"], news["high"])}) |"""


def _revenue(answers: Answers, cleaned: Cleaning, background: Background) -> str:
    answer = answers["revenue"]
    regions: defaultdict[str, float] = defaultdict(float)
    months: defaultdict[str, float] = defaultdict(float)
    for entry in answer["by_region_and_month"]:
        regions[entry["region"]] += entry["revenue"]
        months[entry["month"]] += entry["revenue"]
    reached = {row["region"]: row["reached"] for row in answers["sql"]["targets"]}
    by_region = ", ".join(
        f"{region} {euros(earned)} ({percent(reached[region])})"
        for region, earned in sorted(regions.items(), key=lambda item: (-item[1], item[0]))
    )
    best = max(months, key=lambda month: months[month])
    worst = min(months, key=lambda month: months[month])
    text = f"""\
## Where and when we earn

By region, with the share of its target that orders with a known price reach: {by_region}. Best \
month: {best} with {euros(months[best])}; weakest: {worst} with {euros(months[worst])}."""
    if not background["missing_prices"]:
        return f"{text} Every order has a price."
    other = background["newsletter_without_filled"]
    known = answer["total_without_filled"]
    return f"""{text}

{_missing(cleaned, background)} We filled in the median price of the product, which adds \
{euros(answer["total"] - known)}. Without these orders the total would be {euros(known)} and the \
newsletter figures {figure(other["plain"])} and {figure(other["within_segments"])} EUR."""


def _missing(cleaned: Cleaning, background: Background) -> str:
    """Tell how many prices are missing, and which."""
    missing = background["missing_prices"]
    text = f"{missing} orders ({percent(missing / cleaned['orders'])}) have no known price"
    where = background["concentration"]
    if where is not None:
        text += (
            f", most often those with {where['attribute'].replace('_', ' ')} {where['level']}"
            f" ({percent(where['share'])}, elsewhere {percent(where['share_elsewhere'])})"
        )
    weight, known = background["mean_kg_missing"], background["mean_kg_known"]
    if weight is not None and known is not None:
        text += f"; they weigh {figure(weight)} kg on average, the others {figure(known)} kg"
        if weight > known:
            text += ", so more revenue than their number suggests is at stake"
    return text + "."


def _retention(answer: Retention) -> str:
    text = "## Who comes back\n\n"
    days = answer["within_days"]
    cohorts = [cohort for cohort in answer["cohorts"] if cohort["share"] is not None]
    if not cohorts:
        return f"{text}No month's new customers have had {days} days yet: it is too early to say."
    customers = sum(cohort["customers"] for cohort in cohorts)
    returned = sum(cohort["returned"] for cohort in cohorts)
    text += f"""\
Of {customers} customers who have had {days} days since their first month, {returned} \
({percent(returned / customers)}) ordered again within {days} days."""
    half = len(cohorts) // 2
    if not half:
        return text
    return f"""{text} Those who came first in \
{_months(cohorts[:half])} did so to {_returned(cohorts[:half])}, those of \
{_months(cohorts[half:])} to {_returned(cohorts[half:])}. Later months cannot be compared yet."""


def _months(cohorts: list[Cohort]) -> str:
    first, last = cohorts[0]["month"], cohorts[-1]["month"]
    return first if first == last else f"{first} to {last}"


def _returned(cohorts: list[Cohort]) -> str:
    returned = sum(cohort["returned"] for cohort in cohorts)
    return percent(returned / sum(cohort["customers"] for cohort in cohorts))


def _price_test(answer: PriceTest) -> str:
    text = "## Do lower prices bring more orders?\n\n"
    low, high, mean_a, mean_b = (answer[key] for key in ("low", "high", "mean_a", "mean_b"))
    if low is None or high is None or mean_a is None or mean_b is None:
        return f"{text}The file has too few customers in one of the price groups to tell."
    least, most = 100 * low / mean_a, 100 * high / mean_a
    text += f"""\
The {answer["n_b"]} customers of group B, who pay five percent less, placed {figure(mean_b)} \
orders each, the {answer["n_a"]} of group A {figure(mean_a)}. As they were drawn by lot, only \
price and chance separate them. To earn as much, B has to order {BREAK_EVEN:.1f} % more; the \
interval allows {least:.1f} % to {most:.1f} %. Revenue per customer of B minus A is \
{figure(answer["revenue_effect"])} EUR \
({interval(answer["revenue_low"], answer["revenue_high"])}). **Advice:** """
    if answer["conclusion"] == "more" and least > BREAK_EVEN:
        return text + (
            "the lower price more than pays for itself in orders; check the margin per kg, then "
            "offer it to everybody."
        )
    if answer["conclusion"] == "more":
        return text + (
            "more orders are shown, enough of them to pay for the discount are not; let the test "
            "run on before prices change."
        )
    if answer["conclusion"] == "fewer":
        return text + "keep the prices of group A."
    return text + "do not lower prices on this evidence; let the test run on."


def _newsletter(answer: Newsletter) -> str:
    text = "## Does the newsletter raise the value of an order?\n\n"
    plain, within, segments = answer["plain"], answer["within_segments"], answer["segments"]
    if plain is None or within is None:
        return f"{text}No segment has both readers and others who could be compared."
    parts = ", ".join(
        f"{segment['segment']} {figure(segment['difference'])} EUR "
        f"(weight {percent(segment['weight'])})"
        for segment in segments
    )
    text += f"""\
Readers' orders are worth {more_or_less(plain)} than others; within segments it is \
{more_or_less(within)}: {parts}. A segment's weight is its readers' orders times its other orders, \
divided by all its orders: that of a regression with segments. {_mix(segments)}"""
    advice = {
        "raises": "the newsletter may well pay; to be sure, draw by lot who gets it.",
        "lowers": "do not count on the newsletter for larger orders; before stopping it, see "
        "whether readers order more often.",
        "unclear": "decide nothing on the plain figure; draw by lot who gets the newsletter.",
    }[answer["conclusion"]]
    return f"{text}**Advice:** {advice}"


def _mix(segments: list[Segment]) -> str:
    """Tell why the two figures differ: readers are not spread over the segments as others are."""
    if len(segments) == 1:
        return "There is only one segment, so both figures are the same. "
    poor, *_, rich = sorted(segments, key=lambda segment: segment["mean_revenue"])
    readers = sum(segment["readers_orders"] for segment in segments)
    others = sum(segment["other_orders"] for segment in segments)
    return f"""\
The figures differ because of who reads: {percent(rich["readers_orders"] / readers)} of readers' \
orders, but {percent(rich["other_orders"] / others)} of others, are in segment {rich["segment"]}, \
where an order is worth {figure(rich["mean_revenue"])} EUR ({poor["segment"]}: \
{figure(poor["mean_revenue"])} EUR). The plain figure takes that for the newsletter's doing. """


def _limits(cleaned: Cleaning, background: Background) -> str:
    text = f"""\
## Limits

- No lot decided who reads the newsletter; readers may differ in more than their segment.
- Costs are not in the file: orders and revenue are not profit.
- A median price knows neither season nor price group. First and last month may be incomplete.
- Of {cleaned["rows"]} rows, {cleaned["rows"] - cleaned["orders"]} were superseded exports; \
{cleaned["grams_as_kg"]} weights above 500 kg were read as grams."""
    if background["unfilled_prices"]:
        text += (
            f"\n- {background['unfilled_prices']} orders are of products without any known price "
            "and count without revenue."
        )
    return text
