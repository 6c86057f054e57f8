"""Question 1, and prices that nobody knows."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.prices import by_chance, lost, valued
from analysis.revenue import Entry, revenue
from tests import making


def cents(*changes: dict[str, str]) -> list[float]:
    """What each order is worth."""
    found: list[float] = making.worth(*changes)["cents"].tolist()
    return found


def test_an_order_is_weight_times_price_less_discount() -> None:
    """In whole cents."""
    assert cents({"quantity": "1.35", "price_per_kg": "28.09", "discount": "15"}) == [3223]


def test_a_lost_price_is_that_of_its_neighbours() -> None:
    """Of the same product, price group and month where there is one, else of a wider group."""
    gone = {"price_per_kg": "", "quantity": "1"}
    known = {"quantity": "1"}
    found = cents(
        gone,
        known | {"price_per_kg": "10"},
        known | {"price_per_kg": "11"},
        known | {"price_per_kg": "99"},
        gone | {"date": "2025-02-10"},
        known | {"date": "2025-03-10", "price_per_kg": "20"},
        gone | {"price_group": "B"},
        gone | {"product": "DECAF"},
    )
    assert found[0] == 1100
    assert found[4] == 1550
    assert found[6] == 1550
    assert pd.isna(found[7])


def test_a_lost_price_stays_lost_in_the_cleaned_orders() -> None:
    """It is filled in for revenue only."""
    orders = making.orders({"price_per_kg": ""}, {})
    assert valued(orders)["price_per_kg"].isna().tolist() == [True, False]
    assert orders["price_per_kg"].isna().tolist() == [True, False]


def test_the_table_of_regions_and_months() -> None:
    """All orders are counted, and nothing that has none."""
    found = revenue(
        making.worth(
            {"date": "2025-01-31"},
            {"date": "2025-01-01", "price_per_kg": "unknown"},
            {"date": "2025-02-01"},
            {"date": "2024-02-29", "region": "W", "discount": "50%"},
            {"product": "DECAF", "region": "West", "date": "2024-02-01", "price_per_kg": "-"},
        )
    )
    assert found.total == 210
    assert found.by_region_and_month == (
        Entry(region="East", month="2025-01", revenue=120, orders=2),
        Entry(region="East", month="2025-02", revenue=60, orders=1),
        Entry(region="West", month="2024-02", revenue=30, orders=2),
    )


def test_which_prices_are_lost() -> None:
    """Shares are those of the orders of each kind."""
    light = [{"quantity": "1"}] * 6
    heavy = [{"quantity": "9"}, {"quantity": "9", "price_per_kg": ""}]
    phone = {"quantity": "1", "channel": "phone", "price_per_kg": ""}
    alone = {"quantity": "1", "product": "DECAF", "price_per_kg": ""}
    found = lost(making.worth(*light, *heavy, phone, alone))
    assert (found.orders, found.left, found.revenue) == (3, 1, 300)
    assert (found.among_heavy, found.among_phone) == (0.5, 1.0)
    assert found.among_others == pytest.approx(1 / 7)


@pytest.mark.parametrize(("first", "chance"), [(0, True), (2, True), (20, False)])
def test_more_than_chance(first: int, chance: bool) -> None:
    """Of 100 each, where the others lack one."""
    assert by_chance(pd.Series([True] * first + [False] * (100 - first)), others()) == chance


def others() -> pd.Series[bool]:
    """One of 100."""
    return pd.Series([True] + [False] * 99)


def test_nobody_to_compare_with() -> None:
    """Then nothing can be said."""
    assert by_chance(others()[:0], others())
