"""Two charts as SVG. `matplotlibrc` keeps their text as text.

Figures are made without `pyplot`: it would cost a start-up and keep every figure alive.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter, StrMethodFormatter

from analysis.confidence import NORMAL
from analysis.retention import Cohort, Retention
from analysis.revenue import Revenue
from analysis.values import MONTHS

STYLES = {
    "East": ("#0072b2", "o"),
    "North": ("#d55e00", "s"),
    "South": ("#009e73", "^"),
    "West": ("#b5588f", "D"),
}
"""Colours that differ for the colour-blind too, and marks for those who print in grey."""

GREY = "#555555"
LABELS = 16
"""Months that can be named side by side."""


def revenue_chart(found: Revenue) -> str:
    """EUR over the months, one line a region; a month without orders is 0."""
    sums = {(entry.region, entry.month): entry.revenue for entry in found.by_region_and_month}
    months = span([month for _, month in sums])
    figure, axes = _blank("Revenue by month and region", f"In all {found.total:,.0f} EUR")
    for region, (colour, mark) in STYLES.items():
        axes.plot(
            range(len(months)),
            [float("nan") for _ in months],
            color=colour,
            marker=mark,
            markersize=5,
            linewidth=2,
            label=region,
        )
    axes.set_xlabel("Month of the order")
    axes.set_ylabel("Revenue (EUR)")
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.legend(title="Region", loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False)
    _name_months(axes, months)
    return _svg(figure)


def retention_chart(found: Retention) -> str:
    """The share that came back, with its 95 % interval, for cohorts that have had the time."""
    known = [cohort for cohort in found.cohorts if cohort.share is not None]
    title = f"Customers who ordered again within {found.within_days} days"
    figure, axes = _blank(title, _left_out(found, len(known)))
    shares = np.array([cohort.returned / cohort.customers for cohort in known])
    bounds = np.array([wilson(cohort) for cohort in known]).reshape(len(known), 2)
    places = range(len(known))
    axes.bar(places, shares, width=0.7, color="#9ecae1", label="Share")
    axes.errorbar(
        places,
        shares,
        yerr=np.abs(bounds - shares[:, np.newaxis]).T,
        fmt="none",
        ecolor=GREY,
        capsize=4,
        label="95 % interval",
    )
    for place, cohort in zip(places, known, strict=True):
        label = f"{cohort.returned} of {cohort.customers}"
        axes.text(place, 0.02, label, ha="center", va="bottom", fontsize=8)
    axes.set_xlabel("Month of the first order")
    axes.set_ylabel("Customers who came back (%)")
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, symbol=" %"))
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False)
    _name_months(axes, [cohort.month for cohort in known])
    return _svg(figure)


def wilson(cohort: Cohort) -> tuple[float, float]:
    """Wilson's 95 % interval of the share of a cohort: it stays between 0 and 1."""
    count, share = cohort.customers, cohort.returned / cohort.customers
    extra = NORMAL**2 / count
    middle = share + extra / 2
    room = NORMAL * (share * (1 - share) / count + extra / (4 * count)) ** 0.5
    return (middle - room) / (1 + extra), (middle + room) / (1 + extra)


def span(months: Sequence[str]) -> list[str]:
    """Every month (`2025-01`) from the first to the last."""
    first, last = np.datetime64(min(months), "M"), np.datetime64(max(months), "M")
    return [str(month) for month in np.arange(first, last + 1)]


def _left_out(found: Retention, known: int) -> str:
    young = [cohort.month for cohort in found.cohorts[known:]]
    if not young:
        return "By month of the first order"
    return f"Cohorts from {young[0]} on are left out: not all of their customers have had the time"


def _blank(title: str, subtitle: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(10, 4.8))
    figure.subplots_adjust(left=0.09, right=0.83, top=0.84, bottom=0.17)
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", fontsize=14, fontweight="bold", pad=26)
    axes.text(0, 1.03, subtitle, transform=axes.transAxes, color=GREY, fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)
    return figure, axes


def _name_months(axes: Axes, months: Sequence[str]) -> None:
    """Names under the axis, with the year at the first one and at each January."""
    step = ceil(len(months) / LABELS) or 1
    places = range(0, len(months), step)
    labels = []
    for place in places:
        year, number = months[place].split("-")
        name = MONTHS[int(number) - 1][:3]
        labels.append(f"{name}\n{year}" if place == 0 or number == "01" else name)
    axes.set_xticks(places, labels)


def _svg(figure: Figure) -> str:
    file = io.BytesIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue().decode("utf-8")
