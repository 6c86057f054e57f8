"""Section 7: two charts, in SVG whose text stays text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.answers import Retention, Revenue

# Colours that people with any kind of colour vision can tell apart (Okabe and Ito).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
MARKERS = ("o", "s", "^", "D")

MOST_LABELS = 24
SIZE = (9, 5)


def revenue(answer: Revenue, path: Path) -> None:
    """Draw the revenue of each region over the months."""
    entries = answer["by_region_and_month"]
    earned = {(entry["region"], entry["month"]): entry["revenue"] for entry in entries}
    months = calendar([entry["month"] for entry in entries])
    regions = sorted({entry["region"] for entry in entries})
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    for number, region in enumerate(regions):
        axes.plot(
            range(len(months)),
            # A month without an order earned nothing.
            [earned.get((region, month), 0.0) for month in months],
            label=region,
            color=COLOURS[number % len(COLOURS)],
            marker=MARKERS[number % len(MARKERS)],
        )
    axes.set_title("Revenue by region and month")
    axes.set_ylabel("Revenue per month (EUR)")
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.legend(title="Region")
    _label_months(axes, months, "Order month")
    _save(figure, path)


def retention(answer: Retention, path: Path) -> None:
    """Draw the share of customers who came back, for the cohorts that have one."""
    days = answer["within_days"]
    shares = [
        (cohort["month"], 100 * cohort["share"], cohort["customers"])
        for cohort in answer["cohorts"]
        if cohort["share"] is not None
    ]
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    bars = axes.bar(range(len(shares)), [share for _, share, _ in shares], color=COLOURS[0])
    axes.bar_label(bars, [f"of {customers}" for _, _, customers in shares], fontsize="small")
    axes.set_title(f"Customers who ordered again within {days} days of their first order")
    axes.set_ylabel("Share of the cohort's customers (%)")
    axes.set_ylim(0, 105)
    if not shares:
        axes.text(0.5, 0.5, f"No cohort had {days} days yet", transform=axes.transAxes, ha="center")
    _label_months(axes, [month for month, _, _ in shares], "Cohort: month of the first order")
    _save(figure, path)


def calendar(months: Sequence[str]) -> list[str]:
    """Return all months from the first to the last, `2025-01` and so on."""
    numbers = [int(month[:-3]) * 12 + int(month[-2:]) - 1 for month in months]
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(min(numbers), max(numbers) + 1)]


def _label_months(axes: Axes, months: Sequence[str], name: str) -> None:
    step = 1 + len(months) // MOST_LABELS
    axes.set_xticks(range(0, len(months), step), months[::step], rotation=45, ha="right")
    axes.set_xlabel(name)
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # As `matplotlibrc` says, which is read only when the program is started from the repository.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "sales-analysis"}):
        figure.savefig(path, format="svg", metadata={"Date": None})
