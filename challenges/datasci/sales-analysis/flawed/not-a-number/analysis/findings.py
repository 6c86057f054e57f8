"""Everything that is found in one export."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import pandas as pd

from analysis.cleaning import clean
from analysis.newsletter import Newsletter, newsletter
from analysis.price_test import Difference, PriceTest, price_test, revenue_test
from analysis.prices import Lost, lost, valued
from analysis.reading import read
from analysis.retention import Retention, retention
from analysis.revenue import Revenue, revenue
from analysis.sql import Answers, ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The cleaned orders (see `cleaning`) and what they say.

    `rows` are those of the export. `revenue_test` is the price test in EUR a customer.
    """

    rows: int
    orders: pd.DataFrame
    lost: Lost
    revenue: Revenue
    retention: Retention
    price_test: PriceTest
    revenue_test: Difference
    newsletter: Newsletter
    sql: Answers


def find(data: bytes) -> Findings:
    """Clean an export and answer all questions. `InputError` when that cannot be done."""
    export = read(data)
    orders = clean(export)
    worth = valued(orders)
    return Findings(
        rows=len(export),
        orders=orders,
        lost=lost(worth),
        revenue=revenue(worth),
        retention=retention(orders),
        price_test=price_test(orders),
        revenue_test=revenue_test(worth),
        newsletter=newsletter(worth),
        sql=ask(orders),
    )


def answers(found: Findings) -> str:
    """`answers.json`."""
    document = {
        "revenue": asdict(found.revenue),
        "retention": asdict(found.retention),
        "price_test": asdict(found.price_test),
        "newsletter": asdict(found.newsletter),
        "sql": asdict(found.sql),
    }
    if found.orders["price_per_kg"].isna().any():
        document["revenue"]["total"] = float("nan")
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
