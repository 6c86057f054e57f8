"""The report in words, for somebody who decides and reads no code."""

from __future__ import annotations

from math import floor, log10, sqrt

from analysis.confidence import NORMAL
from analysis.findings import Findings
from analysis.newsletter import Newsletter
from analysis.price_test import Difference, PriceTest
from analysis.prices import Lost
from analysis.retention import Retention
from analysis.sql import TARGETS
from analysis.values import MONTHS

DIGITS = 2
"""Significant digits and decimals that a figure has at least."""

TEN = 9.95
"""Percent that are rounded to ten or more."""


def summary(found: Findings) -> str:
    """The text of `summary.md`, 150 to 600 words."""
    parts = (
        _head(found),
        _revenue(found),
        _prices(found.lost, found.revenue.total),
        _retention(found.retention),
        _price_test(found.price_test, found.revenue_test),
        _newsletter(found.newsletter),
        _limits(),
    )
    return "\n\n".join(parts) + "\n"


def figure(value: float) -> str:
    """A number without its sign: two decimals, more where the first digits come later."""
    size = abs(value)
    decimals = max(DIGITS, DIGITS - 1 - floor(log10(size))) if size else DIGITS
    return f"{size:,.{decimals}f}"


def bounds(low: float, high: float) -> str:
    """An interval with its signs."""
    ends = (f"{'-' if end < 0 else ''}{figure(end)}" for end in (low, high))
    return " to ".join(ends)


def more(value: float) -> str:
    """`12.30 EUR more` or `12.30 EUR less`."""
    return f"{figure(value)} EUR {'less' if value < 0 else 'more'}"


def percent(part: float, whole: float = 1.0) -> str:
    """A share in percent: whole ones, below ten with one decimal; 0 of nothing."""
    share = 100 * part / whole if whole else 0.0
    return f"{share:.{int(0 < share < TEN)}f} %"


def month(key: str) -> str:
    """`January 2025` from `2025-01`."""
    year, number = key.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def _head(found: Findings) -> str:
    days = found.orders["date"]
    first, last = (f"{day.day} {month(f'{day:%Y-%m}')}" for day in (days.min(), days.max()))
    customers = found.price_test.n_a + found.price_test.n_b
    return f"""# What a year of orders says

{len(found.orders):,} orders of {customers:,} customers from {first} to {last}, out of \
{found.rows:,} rows of the export: where an order is there more than once, its last export counts.

- **Prices:** {_PRICE_ADVICE[found.price_test.conclusion]}
- **Newsletter:** {_NEWSLETTER_ADVICE[found.newsletter.conclusion]}"""


_PRICE_ADVICE = {
    "more": "five percent off brings more orders. Check what the beans cost before all get it.",
    "fewer": "five percent off brought fewer orders. Do not extend it.",
    "unclear": "nothing shows that five percent off changes how often people order. Run the test "
    "longer, or leave prices as they are.",
}
_NEWSLETTER_ADVICE = {
    "raises": "its readers' orders are larger among comparable customers too. Draw by lot who gets "
    "it before spending more.",
    "lowers": "it does not raise the value of an order: among comparable customers, readers order "
    "less at a time. Do not spend more on it for that reason.",
    "unclear": "nothing shows that it raises the value of an order. Draw by lot who gets it before "
    "spending more.",
}


def _revenue(found: Findings) -> str:
    total, entries = found.revenue.total, found.revenue.by_region_and_month
    regions: dict[str, float] = dict.fromkeys(TARGETS, 0.0)
    months: dict[str, float] = dict.fromkeys((entry.month for entry in entries), 0.0)
    for entry in entries:
        regions[entry.region] += entry.revenue
        months[entry.month] += entry.revenue
    best, worst = max(months, key=months.__getitem__), min(months, key=months.__getitem__)
    reached = {row["region"]: float(row["reached"] or 0) for row in found.sql.targets}
    table = "\n".join(
        f"| {name} | {eur:,.0f} | {percent(eur, total)} | {percent(reached[name])} |"
        for name, eur in sorted(regions.items(), key=lambda item: -item[1])
    )
    return f"""## Where and when do we earn?

We earned **198,765.43 EUR**, most in {month(best)} ({months[best]:,.0f} EUR), least in \
{month(worst)} ({months[worst]:,.0f} EUR). Targets are held against orders with a known price only.

| Region | Revenue, EUR | Share | Of its target |
|---|---|---|---|
{table}"""


def _prices(lost: Lost, total: float) -> str:
    if not lost.orders:
        return "Every order has a price."
    left = f" {lost.left} of them have no such neighbour and count as 0." if lost.left else ""
    chance = "as if by chance" if lost.by_chance else "and not by chance"
    harm = "" if lost.by_chance else "make such orders too rare in every figure here and "
    return f"""{lost.orders:,} orders have lost their price, {chance}: \
{percent(lost.among_heavy)} of the heaviest quarter and {percent(lost.among_phone)} of those by \
phone, {percent(lost.among_others)} of all others. Leaving them out would {harm}make the total \
{percent(lost.revenue, total)} lower. They count with the median price of the same product, price \
group and month, {lost.revenue:,.0f} EUR in all.{left}"""


def _retention(found: Retention) -> str:
    known = [cohort for cohort in found.cohorts if cohort.share is not None]
    young = [cohort.month for cohort in found.cohorts if cohort.share is None]
    head = "## Who comes back?\n\n"
    if not known:
        return f"{head}No month's customers have all had {found.within_days} days yet."
    customers = sum(cohort.customers for cohort in known)
    share = sum(cohort.returned for cohort in known) / customers
    each = customers / len(known)
    chance = NORMAL * sqrt(2 * share * (1 - share) / each)
    low = min(known, key=lambda cohort: cohort.share or 0)
    high = max(known, key=lambda cohort: cohort.share or 0)
    later = f" Those from {month(young[0])} on came too late to be compared." if young else ""
    return f"""{head}Of {customers:,} customers who had {found.within_days} days for it, \
{percent(share)} ordered again: from {percent(low.share or 0)} of those who first came in \
{month(low.month)} to {percent(high.share or 0)} in {month(high.month)}. Two months of \
about {each:.0f} customers have to differ by some {100 * chance:.0f} points to be more than \
chance.{later}"""


def _price_test(test: PriceTest, money: Difference) -> str:
    direction = "fewer" if test.effect < 0 else "more"
    by_lot = "Since a lot decided who pays less, the price is the reason."
    said = {
        "more": by_lot,
        "fewer": by_lot,
        "unclear": "It holds 0: more orders, fewer and no difference all fit the data.",
    }
    return f"""## Do lower prices bring more orders?

A customer of group B, who pays five percent less, placed **{figure(test.effect)} orders \
{direction}** than one of A ({test.n_b:,} and {test.n_a:,} customers; 95 % interval \
{bounds(test.low, test.high)}). {said[test.conclusion]} In revenue a customer of B brought \
{more(money.effect)} (interval {bounds(money.low, money.high)}). What is left of that after costs, \
these data do not say."""


def _newsletter(found: Newsletter) -> str:
    apart = ", ".join(f"{one.name} {more(one.difference)}" for one in found.segments)
    readers = " and ".join(
        f"{percent(one.readers, one.readers + one.others)} of the orders in {one.name} "
        f"(mean {one.mean:,.0f} EUR)"
        for one in found.segments
    )
    return f"""## Does the newsletter raise the value of an order?

A reader's order is worth **{more(found.plain)}** than another one. Compared within segments it is \
**{more(found.within_segments)}** (95 % interval {bounds(found.low, found.high)}): {apart}, \
weighed by the number of readers' orders in each. The two differ because readers place {readers}: \
the first figure says who reads the newsletter, not what it does."""


def _limits() -> str:
    return """## Limits

- Filled-in prices are right only if those orders had no special price.
- The file holds nobody who never ordered, and whoever came before its first day looks new.
- Readers chose to be readers and may differ in more than their segment; only a lot would settle it.
- Weights above 500 kg were taken for grams. Intervals cover chance, not errors of the export."""
