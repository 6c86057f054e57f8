"""Questions 1 and 2, and what the summary needs beside the answers, in DuckDB SQL."""

from __future__ import annotations

import duckdb

from analysis.answers import (
    Background,
    Cohort,
    Concentration,
    Newsletter,
    Retention,
    Revenue,
    RevenueEntry,
)

WITHIN_DAYS = 90

# How many standard errors apart shares of missing prices have to be to be worth a word. The worst
# of some twenty groups is looked for, and chance alone often makes one that is two apart.
WORTH_A_WORD = 3.5


def value_orders(database: duckdb.DuckDBPyConnection) -> None:
    """Fill the table `valued`: the orders with their revenue, to a cent.

    A price that is not known is taken to be the median of the product's known prices. Where a
    product has none, the revenue is NULL. Cents are decimals, so that sums are exact.
    """
    database.execute("""
        CREATE TABLE valued AS
        SELECT
            *,
            price_per_kg IS NULL AS filled,
            CAST(
                quantity_kg
                * coalesce(price_per_kg, median(price_per_kg) OVER (PARTITION BY product))
                * (1 - discount_pct / 100)
            AS DECIMAL(18, 2)) AS revenue
        FROM orders
        ORDER BY order_id
    """)


def revenue(database: duckdb.DuckDBPyConnection) -> Revenue:
    """Question 1: where and when do we earn?"""
    entries = database.execute("""
        SELECT
            region,
            strftime(date, '%Y-%m') AS month,
            CAST(coalesce(sum(revenue), 0) AS DOUBLE),
            count(*)
        FROM valued
        GROUP BY region, month
        ORDER BY region, month
    """).fetchall()
    totals = database.execute("""
        SELECT
            CAST(coalesce(sum(revenue), 0) AS DOUBLE),
            CAST(coalesce(sum(revenue) FILTER (NOT filled), 0) AS DOUBLE)
        FROM valued
    """).fetchall()
    total, without_filled = totals[0]
    return Revenue(
        total=total,
        total_without_filled=without_filled,
        by_region_and_month=[
            RevenueEntry(region=region, month=month, revenue=earned, orders=orders)
            for region, month, earned, orders in entries
        ],
    )


def retention(database: duckdb.DuckDBPyConnection) -> Retention:
    """Question 2: who comes back?

    A cohort has a share when its last day and the last order of the file are 90 days apart.
    """
    cohorts = database.execute(
        """
        WITH firsts AS (
            SELECT customer, min(date) AS first_day FROM orders GROUP BY customer
        ),
        customers AS (
            SELECT
                customer,
                first_day,
                -- The first order itself is one of them, another one makes it two.
                count(*) FILTER (date - first_day <= $days) > 1 AS returned
            FROM orders
            JOIN firsts USING (customer)
            GROUP BY customer, first_day
        )
        SELECT
            strftime(first_day, '%Y-%m') AS month,
            count(*),
            count(*) FILTER (returned),
            (SELECT max(date) FROM orders) - max(last_day(first_day)) >= $days
        FROM customers
        GROUP BY month
        ORDER BY month
        """,
        {"days": WITHIN_DAYS},
    ).fetchall()
    return Retention(
        within_days=WITHIN_DAYS,
        cohorts=[
            Cohort(
                month=month,
                customers=customers,
                returned=returned,
                share=returned / customers if complete else None,
            )
            for month, customers, returned, complete in cohorts
        ],
    )


def background(
    database: duckdb.DuckDBPyConnection, newsletter_without_filled: Newsletter
) -> Background:
    """Return what the summary tells of the file and of the prices that are missing."""
    found = database.execute("""
        SELECT
            count(DISTINCT customer),
            CAST(min(date) AS VARCHAR),
            CAST(max(date) AS VARCHAR),
            count(*) FILTER (filled),
            count(*) FILTER (revenue IS NULL),
            avg(quantity_kg) FILTER (filled),
            avg(quantity_kg) FILTER (NOT filled)
        FROM valued
    """).fetchall()
    customers, first_day, last_day, missing, unfilled, kg_missing, kg_known = found[0]
    return Background(
        customers=customers,
        first_day=first_day,
        last_day=last_day,
        missing_prices=missing,
        unfilled_prices=unfilled,
        mean_kg_missing=kg_missing,
        mean_kg_known=kg_known,
        concentration=_concentration(database),
        newsletter_without_filled=newsletter_without_filled,
    )


def _concentration(database: duckdb.DuckDBPyConnection) -> Concentration | None:
    """Return the group of orders whose prices are missing most clearly more often, if there is one.

    Groups are compared by the difference of the shares in its standard errors, as for two samples.
    """
    found = database.execute(
        """
        WITH long AS (
            UNPIVOT (SELECT filled, region, channel, segment, product, price_group FROM valued)
            ON region, channel, segment, product, price_group
            INTO NAME attribute VALUE level
        ),
        groups AS (
            SELECT
                attribute,
                level,
                count(*) AS n,
                count(*) FILTER (filled) AS missing,
                (SELECT count(*) FROM valued) - n AS n_elsewhere,
                (SELECT count(*) FROM valued WHERE filled) - missing AS missing_elsewhere
            FROM long
            GROUP BY attribute, level
        ),
        shares AS (
            SELECT
                attribute,
                level,
                missing / n AS share,
                missing_elsewhere / n_elsewhere AS share_elsewhere,
                (missing + missing_elsewhere) / (n + n_elsewhere) AS overall,
                sqrt(overall * (1 - overall) * (1 / n + 1 / n_elsewhere)) AS error
            FROM groups
            WHERE n_elsewhere > 0
        )
        SELECT attribute, level, share, share_elsewhere
        FROM shares
        WHERE share - share_elsewhere > $apart * error
        ORDER BY (share - share_elsewhere) / error DESC, attribute, level
        LIMIT 1
        """,
        {"apart": WORTH_A_WORD},
    ).fetchall()
    for attribute, level, share, elsewhere in found:
        return Concentration(
            attribute=attribute, level=level, share=share, share_elsewhere=elsewhere
        )
    return None
