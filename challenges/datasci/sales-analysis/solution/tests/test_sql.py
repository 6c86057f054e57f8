"""Section 6: both queries."""

from __future__ import annotations

import pytest

from analysis.sql import TARGETS, ask
from tests import making


def sold(region: str, product: str, kilos: str) -> dict[str, str]:
    """One order."""
    return {"region": region, "product": product, "quantity": kilos}


def test_three_products_of_each_region() -> None:
    """The heaviest first, by all orders; equals in the order of their names."""
    found = ask(
        making.orders(
            sold("East", "KENYA", "2"),
            sold("East", "DECAF", "3"),
            sold("East", "KENYA", "2"),
            sold("East", "BRAZIL", "3"),
            sold("East", "ESPRESSO", "1"),
            sold("West", "ESPRESSO", "0.5"),
        )
    )
    rows = [
        tuple(row[name] for name in ("region", "rank", "product", "kg"))
        for row in found.top_products
    ]
    assert rows == [
        ("East", 1, "KENYA", 4.0),
        ("East", 2, "BRAZIL", 3.0),
        ("East", 3, "DECAF", 3.0),
        ("West", 1, "ESPRESSO", 0.5),
    ]


def test_equal_sums_are_equal_whatever_their_parts() -> None:
    """0.1 + 0.2 is 0.3 here."""
    parts = [
        sold("East", "KENYA", "0.1"),
        sold("East", "KENYA", "0.2"),
        sold("East", "DECAF", "0.3"),
    ]
    assert [row["product"] for row in ask(making.orders(*parts)).top_products] == ["DECAF", "KENYA"]


def test_targets_reached() -> None:
    """Orders without a price do not count; a region without orders has 0."""
    found = ask(
        making.orders(
            {"region": "East", "quantity": "20", "discount": "10"},
            {"region": "East", "price_per_kg": ""},
            {"region": "South", "price_per_kg": ""},
        )
    )
    assert {row["region"]: row["eur"] for row in found.targets} == TARGETS
    reached = {str(row["region"]): row["reached"] for row in found.targets}
    assert reached.pop("East") == pytest.approx(20 * 30 * 0.9 / 24_000)
    assert reached == {"North": 0.0, "South": 0.0, "West": 0.0}
