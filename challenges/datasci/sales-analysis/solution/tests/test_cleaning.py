"""From rows to orders."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cleaning import clean, kilograms
from analysis.errors import InputError
from analysis.reading import read
from tests import making, sample


def again(orders: pd.DataFrame) -> pd.DataFrame:
    """Clean orders that are clean, as the brief has them put back."""
    names = {"quantity_kg": "quantity", "discount_pct": "discount"}
    table = orders.rename(columns=names).assign(unit="kg", exported_at="2026-01-05T06:30")
    return clean(read(making.written(table)))


def weighed(weight: float, unit: str) -> float:
    """Kilograms of one weight."""
    return float(kilograms(np.array([weight]), np.array([unit], dtype=object))[0])


@pytest.mark.parametrize(
    ("weight", "unit", "kilos"),
    [
        (2.25, "kg", 2.25),
        (2250, "g", 2.25),
        (4.9604, "lb", 2.25),
        (500, "kg", 500),
        (500.05, "kg", 0.50005),
        (2250, "kg", 2.25),
        (50, "g", 0.05),
    ],
)
def test_weights_become_kilograms(weight: float, unit: str, kilos: float) -> None:
    """Above 500 kg the number is grams."""
    assert weighed(weight, unit) == kilos


@given(grams=st.integers(1, 500_000))
def test_a_weight_is_the_same_in_grams_and_pounds(grams: int) -> None:
    """To the gram, with pounds of four decimals as in the export."""
    assert weighed(grams, "g") == grams / 1000
    assert weighed(round(grams / 453.59237, 4), "lb") == grams / 1000


def test_the_last_export_of_an_order_counts() -> None:
    """Wherever it stands in the file, and however its id is spelled."""
    earlier = {"order_id": " ord-1", "quantity": "3", "exported_at": "2025-12-31T23:59"}
    latest = {"order_id": "ORD-1", "quantity": "2", "exported_at": "2026-01-05T10:00"}
    between = {"order_id": "ORD-1 ", "quantity": "4", "exported_at": "2026-01-05T09:59"}
    for changes in ((earlier, latest, between), (latest, between, earlier)):
        orders = making.orders(*changes)
        assert orders[["order_id", "quantity_kg"]].to_numpy().tolist() == [["ORD-1", 2.0]]


def test_what_is_superseded_is_not_read() -> None:
    """A correction is there to be used."""
    wrong = {"order_id": "ORD-1", "unit": "sacks", "exported_at": "2025-12-31T23:59"}
    assert len(making.orders(wrong, {"order_id": "ORD-1"})) == 1


def test_every_column_of_a_dirty_row() -> None:
    """All corruptions at once, in one order."""
    (order,) = making.orders(
        {
            "order_id": "ord-000009 ",
            "date": "05.03.2025",
            "customer": " c-0042",
            "segment": "Büro",
            "region": "s",
            "channel": "TEL",
            "newsletter": "1",
            "price_group": "b",
            "product": "kenya\t",
            "quantity": "12'500",
            "unit": "grams",
            "price_per_kg": "€ 24,50",
            "discount": "999",
        }
    ).to_dict("records")
    assert order == {
        "order_id": "ORD-000009",
        "date": pd.Timestamp("2025-03-05"),
        "customer": "C-0042",
        "segment": "office",
        "region": "South",
        "channel": "phone",
        "newsletter": "yes",
        "price_group": "B",
        "product": "KENYA",
        "quantity_kg": 12.5,
        "price_per_kg": 24.5,
        "discount_pct": 0.0,
    }


def test_cleaning_again_changes_nothing() -> None:
    """Unknown prices, pounds and former grams included."""
    orders = making.orders(
        {"quantity": "4.9604", "unit": "lb", "price_per_kg": "n/a"},
        {"quantity": "4500", "discount": "15%"},
        {"quantity": "0.05", "region": "N"},
    )
    pd.testing.assert_frame_equal(again(orders), orders)


def test_the_order_of_rows_means_nothing() -> None:
    """Orders come out sorted."""
    content = sample.rows()
    first, second = (clean(read(making.export(each))) for each in (content, content[::-1]))
    pd.testing.assert_frame_equal(first, second)


def test_an_unreadable_cell_is_named() -> None:
    """With its column and how often it is there."""
    with pytest.raises(InputError, match=r"column unit: 'sacks' cannot be read, rows with it: 2"):
        making.orders({"unit": "sacks"}, {}, {"unit": "sacks"})
