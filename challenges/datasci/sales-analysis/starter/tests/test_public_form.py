"""The form of what a run writes. A test is skipped as long as its part is not there."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests import sample

CLEAN = {
    "order_id",
    "date",
    "customer",
    "segment",
    "region",
    "channel",
    "newsletter",
    "price_group",
    "product",
    "quantity_kg",
    "price_per_kg",
    "discount_pct",
}

Answers = dict[str, Any]


def text(results: Path, name: str) -> str:
    """Return a file that was written, or skip the test."""
    path = results / name
    if not path.exists():
        pytest.skip(f"{name} is not written yet")
    return path.read_text(encoding="utf-8")


def answer(results: Path, name: str) -> Answers:
    """Return the answer to a question, or skip the test."""
    answers: Answers = json.loads(text(results, "answers.json"))
    if name not in answers:
        pytest.skip(f"answers.json has no {name!r} yet")
    found: Answers = answers[name]
    return found


def is_number(value: object) -> bool:
    """Whether a value from JSON is a number: text, `null` and `true` are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def test_answers_are_one_object(results: Path) -> None:
    """`answers.json`, section 5. Other keys than those of the brief mean nothing."""
    assert isinstance(json.loads((results / "answers.json").read_text(encoding="utf-8")), dict)


def test_clean_has_its_columns_and_each_order_once(results: Path) -> None:
    """`clean.csv`, section 4."""
    header, *rows = csv.reader(text(results, "clean.csv").splitlines())
    ids = [row[header.index("order_id")] for row in rows]
    assert set(header) >= CLEAN
    assert sorted(ids) == sorted({row["order_id"] for row in sample.rows()})


def test_revenue(results: Path) -> None:
    """Question 1."""
    revenue = answer(results, "revenue")
    assert is_number(revenue["total"])
    for entry in revenue["by_region_and_month"]:
        assert entry["region"] in sample.REGIONS
        assert len(entry["month"]) == len("2025-01")
        assert is_number(entry["revenue"])
        assert isinstance(entry["orders"], int)


def test_retention(results: Path) -> None:
    """Question 2."""
    retention = answer(results, "retention")
    assert retention["within_days"] == 90
    for cohort in retention["cohorts"]:
        assert 0 <= cohort["returned"] <= cohort["customers"]
        assert cohort.get("share") is None or 0 <= cohort["share"] <= 1


def test_price_test(results: Path) -> None:
    """Question 3."""
    test = answer(results, "price_test")
    assert all(is_number(test[name]) for name in ("effect", "low", "high"))
    assert test["n_a"] + test["n_b"] == sample.CUSTOMERS
    assert test["conclusion"] in {"more", "fewer", "unclear"}


def test_newsletter(results: Path) -> None:
    """Question 4."""
    newsletter = answer(results, "newsletter")
    assert is_number(newsletter["plain"])
    assert is_number(newsletter["within_segments"])
    assert newsletter["conclusion"] in {"raises", "lowers", "unclear"}


def test_sql(results: Path) -> None:
    """Section 6."""
    sql = answer(results, "sql")
    assert all(row.keys() >= {"region", "rank", "product", "kg"} for row in sql["top_products"])
    assert all(row.keys() >= {"region", "eur", "reached"} for row in sql["targets"])
    assert {row["region"] for row in sql["targets"]} == set(sample.REGIONS)


@pytest.mark.parametrize("name", ["revenue", "retention"])
def test_charts_are_svg_with_text(results: Path, name: str) -> None:
    """Section 7."""
    chart = ElementTree.fromstring(text(results, f"charts/{name}.svg"))
    texts = {"".join(one.itertext()) for one in chart.iter("{http://www.w3.org/2000/svg}text")}
    assert any("month" in one.lower() for one in texts)


def test_summary_is_a_page(results: Path) -> None:
    """Section 8."""
    assert 150 <= len(text(results, "summary.md").split()) <= 600
