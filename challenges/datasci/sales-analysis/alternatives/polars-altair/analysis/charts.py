"""Section 7: two charts, as SVG whose text stays text."""

from __future__ import annotations

import io

import altair as alt
import polars as pl

from analysis.retention import Retention
from analysis.revenue import Revenue

WIDTH, HEIGHT = 640, 320
MONTH = alt.X("month:O", title="Month of the order", axis=alt.Axis(labelAngle=-45))


def revenue_chart(revenue: Revenue) -> str:
    """Draw revenue over the months, a line for each region."""
    lines = (
        alt.Chart(_every_month(revenue))
        .mark_line(point=True)
        .encode(
            x=MONTH,
            y=alt.Y("revenue:Q", title="Revenue (EUR)", scale=alt.Scale(zero=True)),
            color=alt.Color("region:N", title="Region"),
            strokeDash=alt.StrokeDash("region:N", title="Region"),  # for eyes that mix up colours
        )
    )
    return _svg(lines, "Revenue by month and region, in EUR")


def retention_chart(retention: Retention) -> str:
    """Draw the share of customers who came back, a bar for each cohort that has one."""
    cohorts = pl.DataFrame(
        [cohort for cohort in retention["cohorts"] if cohort["share"] is not None],
        schema={
            "month": pl.String, "customers": pl.Int64, "returned": pl.Int64, "share": pl.Float64,
        },
    )  # fmt: skip
    days = retention["within_days"]
    base = alt.Chart(cohorts).encode(
        x=MONTH.copy().title("Month of the first order (above the bars: its customers)"),
        y=alt.Y(
            "share:Q",
            title="Share of customers (%)",
            axis=alt.Axis(format="%"),
            scale=alt.Scale(domain=[0, 1]),
        ),
    )
    title = (
        f"Share of customers who ordered again within {days} days, by month of their first order"
    )
    numbers = base.mark_text(dy=-7).encode(text="customers:Q")
    return _svg(base.mark_bar() + numbers, title)


def _every_month(revenue: Revenue) -> pl.DataFrame:
    """Return each region in each month of the file: a month without an order has earned nothing."""
    found = pl.LazyFrame(
        revenue["by_region_and_month"],
        schema={
            "region": pl.String, "month": pl.String, "revenue": pl.Float64, "orders": pl.Int64,
        },
    )  # fmt: skip
    first = pl.col("month").str.to_date("%Y-%m")
    months = found.select(
        pl.date_range(first.min(), first.max(), interval="1mo").dt.strftime("%Y-%m").alias("month")
    )
    return (
        found.select(pl.col("region").unique())
        .join(months, how="cross")
        .join(found, on=["region", "month"], how="left")
        .select("region", "month", pl.col("revenue").fill_null(0))
        .sort("region", "month")
        .collect()
    )


def _svg(chart: alt.Chart | alt.LayerChart, title: str) -> str:
    image = io.StringIO()
    chart.properties(title=title, width=WIDTH, height=HEIGHT).save(image, format="svg")
    return image.getvalue()
