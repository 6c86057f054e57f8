"""The four questions and the queries, put together."""

from __future__ import annotations

import json
from typing import TypedDict

import polars as pl

from analysis.database import Sql, query
from analysis.newsletter import Newsletter, newsletter
from analysis.orders import with_revenue
from analysis.price_test import PriceTest, price_test
from analysis.retention import Retention, retention
from analysis.revenue import Revenue, revenue


class Answers(TypedDict):
    """What `answers.json` holds."""

    revenue: Revenue
    retention: Retention
    price_test: PriceTest
    newsletter: Newsletter
    sql: Sql


def answer(clean: pl.DataFrame) -> Answers:
    """Return the answers that cleaned orders give."""
    orders = with_revenue(clean)
    return Answers(
        revenue=revenue(orders),
        retention=retention(orders),
        price_test=price_test(orders),
        newsletter=newsletter(orders),
        sql=query(clean),
    )


def as_json(answers: Answers) -> str:
    """Return the answers as JSON, in which `NaN` is an error."""
    return json.dumps(answers, indent=2, allow_nan=False) + "\n"
