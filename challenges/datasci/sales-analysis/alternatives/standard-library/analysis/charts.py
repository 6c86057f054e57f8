"""Section 7: the two charts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from analysis.retention import WITHIN_DAYS, Cohort
from analysis.revenue import Cell, Revenue
from analysis.svg import Chart


def draw(folder: Path, revenue: Revenue, cohorts: Sequence[Cohort]) -> None:
    """Draw both charts into a folder."""
    folder.mkdir(exist_ok=True)
    revenue_chart(revenue).write(folder / "revenue.svg")
    retention_chart(cohorts).write(folder / "retention.svg")


def revenue_chart(revenue: Revenue) -> Chart:
    """Return the revenue over the months, a line a region; a month without orders is at 0."""
    cells = revenue.cells
    regions = sorted({region for region, _ in cells})
    months = span({month for _, month in cells})
    lines = [
        [float(cells.get((region, month), Cell()).revenue) for month in months]
        for region in regions
    ]
    chart = Chart(
        "Revenue of each month by region",
        ("Month of the order", "Revenue (EUR)"),
        months,
        max(map(max, lines)),
    )
    for place, (region, amounts) in enumerate(zip(regions, lines, strict=True)):
        chart.line(place, region, amounts)
    return chart


def retention_chart(cohorts: Sequence[Cohort]) -> Chart:
    """Return the share that came back, a bar for each cohort that has one."""
    shares = [(one.month, one.share) for one in cohorts if one.share is not None]
    chart = Chart(
        f"Customers who came back within {WITHIN_DAYS} days of their first order",
        ("Month of the first order", "Share of customers (%)"),
        [month for month, _ in shares],
        100,
    )
    for place, (_, share) in enumerate(shares):
        chart.bar(place, 100 * share, f"{100 * share:.0f} %")
    if not shares:
        chart.note(f"No month is {WITHIN_DAYS} days past yet.")
    return chart


def span(months: Collection[str]) -> list[str]:
    """Return all months from the first to the last."""
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (min(months), max(months)))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1)]
