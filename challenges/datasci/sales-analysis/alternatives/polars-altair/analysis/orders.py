"""What an order earned, as a few columns beside those of the cleaned file."""

from __future__ import annotations

import polars as pl

from analysis.estimates import DIGITS

CENTS = 100


def with_revenue(clean: pl.DataFrame) -> pl.DataFrame:
    """Return the orders with `month`, `filled` and their `cents`, that is their revenue.

    A price that is not known is the median of other orders of the product: of the same price group
    and month if there are any, else of the price group, else of all. Whole cents add up to the same
    sum in any order, and tables to their totals.
    """
    # from the narrowest comparison to the widest
    known = pl.col("price_per_kg")
    price = pl.coalesce(
        known,
        known.median().over("product", "price_group", "month"),
        known.median().over("product", "price_group"),
        known.median().over("product"),
    )
    revenue = pl.col("quantity_kg") * price * (1 - pl.col("discount_pct") / 100)
    return (
        clean.lazy()
        .with_columns(pl.col("date").dt.strftime("%Y-%m").alias("month"))
        .with_columns(
            (known.is_null() & price.is_not_null()).alias("filled"),
            (revenue * CENTS).round().cast(pl.Int64).alias("cents"),
        )
        .collect()
    )


def euros(cents: pl.Expr) -> pl.Expr:
    """An amount in EUR. Polars divides by multiplying: 3366 would be 33.660000000000004."""
    return (cents / CENTS).round(DIGITS)
