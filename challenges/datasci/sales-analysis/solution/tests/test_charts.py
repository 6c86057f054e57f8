"""What can be read in the charts."""

from __future__ import annotations

import re

import pytest

from analysis.charts import retention_chart, revenue_chart, span, wilson
from analysis.retention import Cohort, Retention
from analysis.revenue import Entry, Revenue


def texts(chart: str) -> list[str]:
    """The texts of a chart."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", chart)


def revenues(*months: str) -> Revenue:
    """100 EUR in the East in each month."""
    return Revenue(
        total=100.0 * len(months),
        by_region_and_month=tuple(
            Entry(region="East", month=month, revenue=100.0, orders=1) for month in months
        ),
    )


def cohorts(*known: int) -> Retention:
    """Cohorts of 40 customers of which so many returned, and one too young."""
    months = [f"2025-{number:02}" for number in range(1, len(known) + 1)]
    old = [
        Cohort(month=month, customers=40, returned=each, share=each / 40)
        for month, each in zip(months, known, strict=True)
    ]
    young = Cohort(month="2025-12", customers=7, returned=1, share=None)
    return Retention(within_days=90, cohorts=(*old, young))


def test_the_revenue_chart_names_everything() -> None:
    """Title, axes with units, regions, months with the year where one begins."""
    found = texts(revenue_chart(revenues("2024-11", "2025-02")))
    assert {"Revenue by month and region", "Month of the order", "Revenue (EUR)"} <= {*found}
    assert {"East", "North", "South", "West"} <= {*found}
    assert [one for one in found if one in {"Nov", "Dec", "Jan", "Feb", "2024", "2025"}] == [
        "Nov",
        "2024",
        "Dec",
        "Jan",
        "2025",
        "Feb",
    ]


def test_many_months_are_not_all_named() -> None:
    """Names must not run into each other."""
    found = texts(revenue_chart(revenues("2021-01", "2025-12")))
    assert sum(one in {"Jan", "Apr", "May", "Sep"} for one in found) <= 16


def test_the_retention_chart_leaves_young_cohorts_out() -> None:
    """And says so."""
    found = texts(retention_chart(cohorts(10, 30)))
    assert {"Month of the first order", "Customers who came back (%)", "100 %"} <= {*found}
    assert {"10 of 40", "30 of 40"} <= {*found}
    assert "1 of 7" not in found
    assert any("Cohorts from 2025-12 on are left out" in one for one in found)


def test_no_cohort_is_old_enough() -> None:
    """A chart is drawn all the same."""
    assert "Month of the first order" in texts(retention_chart(cohorts()))


def test_charts_follow_the_data_and_nothing_else() -> None:
    """The same bytes for the same data."""
    assert retention_chart(cohorts(10)) == retention_chart(cohorts(10))
    assert retention_chart(cohorts(10)) != retention_chart(cohorts(11))


def test_wilsons_interval() -> None:
    """An example from a textbook: 15 of 148, and nobody of 10."""
    some = Cohort(month="2025-01", customers=148, returned=15, share=None)
    none = Cohort(month="2025-01", customers=10, returned=0, share=None)
    assert wilson(some) == pytest.approx((0.0624, 0.1605), abs=1e-4)
    assert wilson(none) == pytest.approx((0.0, 0.2775), abs=1e-4)


def test_months_between() -> None:
    """Over the end of a year."""
    assert span(["2025-02", "2024-12"]) == ["2024-12", "2025-01", "2025-02"]
