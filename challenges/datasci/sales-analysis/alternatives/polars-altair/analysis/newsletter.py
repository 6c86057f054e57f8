"""Question 4: does our newsletter raise the value of an order?"""

from __future__ import annotations

import math
from typing import Literal, TypedDict

import polars as pl

from analysis.estimates import DIGITS, Estimate, t_interval
from analysis.orders import CENTS, euros

WEIGHTS = (
    "orders compared (readers x others / all) divided by the mean value of an order of the segment"
)
CELLS = 2  # means that are estimated in a segment: of readers, of others
MIN_CUSTOMERS = 2  # from one there is no telling how much customers differ
Conclusion = Literal["raises", "lowers", "unclear"]
CONCLUSIONS: dict[int, Conclusion] = {1: "raises", 0: "unclear", -1: "lowers"}


class Segment(TypedDict):
    """A segment with orders of readers and of others; the weights add up to 1."""

    segment: str
    orders_readers: int
    orders_others: int
    mean_readers: float
    mean_others: float
    weight: float


class Newsletter(TypedDict):
    """The answer; what the data cannot tell is null."""

    plain: float | None
    within_segments: float | None
    within_low: float | None
    within_high: float | None
    weights: str
    segments: list[Segment]
    conclusion: Conclusion


def newsletter(orders: pl.DataFrame) -> Newsletter:
    """Return the difference between orders of readers and others, plain and within segments."""
    priced = (
        orders.lazy()
        .filter(pl.col("cents").is_not_null())
        .with_columns((pl.col("newsletter") == "yes").alias("reader"))
    )
    segments = _segments(priced)
    within = _within(priced, segments)
    return Newsletter(
        plain=_plain(priced),
        within_segments=within.value,
        within_low=within.low,
        within_high=within.high,
        weights=WEIGHTS,
        segments=[
            Segment(
                segment=row["segment"],
                orders_readers=row["orders_readers"],
                orders_others=row["orders_others"],
                mean_readers=round(row["mean_readers"], DIGITS),
                mean_others=round(row["mean_others"], DIGITS),
                weight=round(row["weight"], DIGITS),
            )
            for row in segments.iter_rows(named=True)
        ],
        conclusion=CONCLUSIONS[within.sign],
    )


def _plain(priced: pl.LazyFrame) -> float | None:
    readers, others = _by_reader(euros(pl.col("cents")))
    difference: float | None = priced.select(readers.mean() - others.mean()).collect().item()
    return None if difference is None else round(difference, DIGITS)


def _segments(priced: pl.LazyFrame) -> pl.DataFrame:
    """Return the segments that can be compared, with weights that add up to 1.

    An effect of a newsletter is likelier a percentage of an order than the same euros in orders of
    17 and of 87 EUR, and so is the spread. These weights are then about the best: each segment
    counts by how many orders it compares, in percent of an order.
    """
    cents = pl.col("cents")
    readers, others = _by_reader(euros(cents))
    compared = pl.col("orders_readers") / pl.col("orders") * pl.col("orders_others")
    customers = _by_reader(pl.col("customer"))
    return (
        priced.group_by("segment")
        .agg(
            readers.len().alias("orders_readers"),
            others.len().alias("orders_others"),
            readers.mean().alias("mean_readers"),
            others.mean().alias("mean_others"),
            pl.len().alias("orders"),
            euros(cents.mean()).alias("mean"),
            pl.min_horizontal(each.n_unique() for each in customers).alias("fewest_customers"),
        )
        .filter(pl.min_horizontal("orders_readers", "orders_others") > 0, pl.col("mean") > 0)
        .with_columns((compared / pl.col("mean")).alias("weight"))
        .with_columns(pl.col("weight") / pl.col("weight").sum())
        .sort("segment")
        .collect()
    )


def _by_reader(value: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """A value in orders of readers, and in others."""
    return value.filter(pl.col("reader")), value.filter(~pl.col("reader"))


def _within(priced: pl.LazyFrame, segments: pl.DataFrame) -> Estimate:
    """Return the weighted difference, with an interval that takes a customer's orders together.

    Orders of a customer resemble each other. The error is therefore summed up from what each
    customer, not each order, adds to the distance from the means.
    """
    if segments.is_empty():
        return Estimate()
    difference = pl.col("mean_readers") - pl.col("mean_others")
    value: float = segments.select((difference * pl.col("weight")).sum()).item()
    cell = ("segment", "reader")
    distance = (pl.col("cents") - pl.col("cents").mean().over(cell)) / CENTS / pl.len().over(cell)
    pull = pl.when("reader").then(distance).otherwise(-distance) * pl.col("weight")
    totals = (
        priced.join(
            segments.lazy().select("segment", "weight"), on="segment", maintain_order="left"
        )
        .select("customer", pull.alias("pull"))
        .group_by("customer", maintain_order=True)  # floats add up in the same order
        .agg(pl.col("pull").sum())
        .select(pl.len().alias("number"), pl.col("pull").pow(2).sum().alias("squares"))
        .collect()
    )
    number, squares = totals.row(0)
    freedom = number - CELLS * segments.height
    fewest: int = segments.select(pl.col("fewest_customers").min()).item()
    if freedom < 1 or fewest < MIN_CUSTOMERS:
        return Estimate(round(value, DIGITS))
    return t_interval(value, math.sqrt(squares * number / freedom), freedom)
