"""Question 3."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import InputError
from analysis.price_test import Difference, conclusion, difference, price_test, revenue_test
from tests import making

A, B = {"price_group": "A"}, {"price_group": "B"}


def customer(name: str, group: dict[str, str], orders: int) -> list[dict[str, str]]:
    """So many orders of one customer."""
    return [group | {"customer": name}] * orders


def counted(values: list[int]) -> pd.Series[float]:
    """Counts of customers."""
    return pd.Series(values, dtype=float)


def test_welchs_interval() -> None:
    """As another implementation has it, for groups that differ in size and spread."""
    rng = np.random.default_rng(5)
    a, b = rng.poisson(3, 80), rng.negative_binomial(2, 0.3, 120)
    found = difference(pd.Series(a), pd.Series(b))
    other = stats.ttest_ind(b, a, equal_var=False).confidence_interval(0.95)
    assert found.effect == pytest.approx(b.mean() - a.mean(), abs=1e-4)
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=1e-4)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """For counts that are spread wider than those of one Poisson distribution."""
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(400):
        a, b = (1 + rng.poisson(mean * rng.gamma(2, 0.5, 150)) for mean in (2.7, 3.4))
        found = difference(pd.Series(a), pd.Series(b))
        held += found.low <= 0.7 <= found.high
    assert 0.92 <= held / 400 <= 0.98


def test_customers_are_compared_and_not_orders() -> None:
    """Orders without a price count like others."""
    orders = making.orders(
        *customer("C-1", A, 1),
        *customer("C-2", A, 3),
        *customer("C-3", B, 4),
        *customer("C-4", B, 5),
        *customer("C-5", B | {"price_per_kg": ""}, 6),
    )
    found = price_test(orders)
    assert (found.effect, found.n_a, found.n_b) == (3.0, 2, 3)
    assert found.low < 0 < found.high
    assert found.conclusion == "unclear"


def test_revenue_of_customers() -> None:
    """The same test in EUR: 60 an order."""
    worth = making.worth(
        *customer("C-1", A, 1),
        *customer("C-2", A, 1),
        *customer("C-3", B, 2),
        *customer("C-4", B, 2),
    )
    assert revenue_test(worth) == Difference(effect=60, low=60, high=60)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.1, 0.2, "more"),
        (-0.2, -0.1, "fewer"),
        (-0.1, 0.1, "unclear"),
        (0.0, 0.1, "unclear"),
        (-0.1, 0.0, "unclear"),
    ],
)
def test_conclusions(low: float, high: float, said: str) -> None:
    """An interval that holds 0 says nothing."""
    assert conclusion(Difference(effect=(low + high) / 2, low=low, high=high)) == said


def test_the_conclusion_is_that_of_the_bounds_as_they_are_written() -> None:
    """A bound that is rounded to 0 is 0."""
    found = (
        difference(counted([0, 0]), counted([1, 1])),
        difference(counted([0, 2]), counted([1] * 2)),
    )
    assert [conclusion(each) for each in found] == ["more", "unclear"]


def test_a_group_of_one_cannot_be_compared() -> None:
    """An interval needs two of each."""
    with pytest.raises(InputError, match="1 and 2 customers: too few"):
        price_test(
            making.orders(*customer("C-1", A, 2), *customer("C-2", B, 1), *customer("C-3", B, 1))
        )


def test_nobody_is_in_both_groups() -> None:
    """It would be another experiment."""
    with pytest.raises(InputError, match="customer C-1 is in both price groups"):
        price_test(making.orders(*customer("C-1", A, 2), *customer("C-1", B, 1)))
