"""Rows that are not like those of the training, and rows that are."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from scipy.stats import chi2_contingency

from churn.drift import FEWEST_ROWS, Spread, cell, design_effect, drifted, p_value, spreads
from churn.schema import Example, Subscription
from tests import making

ROWS = 400


@pytest.fixture(scope="module")
def training() -> dict[str, Spread]:
    """How 1000 accounts are spread."""
    return spreads(making.by_lot(1000, seed=1))


@pytest.fixture(scope="module")
def others() -> list[Example]:
    """Rows of other accounts of the same kind."""
    return making.by_lot(140, seed=2)[:ROWS]


def changed(rows: list[Example], change: Callable[[Example], dict[str, object]]) -> list[Example]:
    """The rows with other values."""
    return [row.model_copy(update=change(row)) for row in rows]


def test_rows_of_the_same_kind(training: dict[str, Spread]) -> None:
    """Accounts with much in common are no drift, in any of 200 draws."""
    pool = making.by_lot(2000, seed=3)
    starts = [Random(seed).randrange(len(pool) - ROWS) for seed in range(200)]
    assert [drifted(training, pool[start : start + ROWS]) for start in starts] == [[]] * 200


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("tenure_months", lambda row: row.tenure_months + 24),
        ("tickets", lambda row: row.tickets + 1.0),
        ("rating", lambda row: row.rating and max(1.0, row.rating - 1.5)),
        ("rating", lambda row: None),
        ("days_since_login", lambda row: row.days_since_login * 3),
        ("plan", lambda row: {"beans": "ground", "ground": "beans"}.get(row.plan, row.plan)),
        ("plan", lambda row: "decaf" if row.plan == "office" else row.plan),
        ("price_eur", lambda row: 50.0),
    ],
)
def test_a_column_that_has_moved(
    training: dict[str, Spread],
    others: list[Example],
    name: str,
    change: Callable[[Example], object],
) -> None:
    """It is named, and no other."""
    assert len(others) == ROWS
    assert drifted(training, others) == []
    assert drifted(training, changed(others, lambda row: {name: change(row)})) == [name]


def test_few_rows_say_nothing(training: dict[str, Spread]) -> None:
    """However strange they are."""
    strange: list[Subscription] = [making.subscription(plan="decaf")] * FEWEST_ROWS
    assert drifted(training, strange[1:]) == []
    assert drifted(training, []) == []
    assert "plan" in drifted(training, strange)


def test_the_p_value_is_that_of_a_chi_square_test() -> None:
    """As another implementation has it, where each row counts as one."""
    spread = Spread(cuts=[], counts={"a": 500, "b": 300, "c": 200}, design_effect=1)
    other = chi2_contingency([[500, 300, 200], [40, 35, 35]], correction=False)
    assert p_value(spread, [*"a" * 40, *"b" * 35, *"c" * 35]) == pytest.approx(other.pvalue)


def test_rows_that_count_less() -> None:
    """Four rows that count as one are as sure as a quarter of them."""
    four = Spread(cuts=[], counts={"a": 600, "b": 600}, design_effect=4)
    one = Spread(cuts=[], counts={"a": 150, "b": 150}, design_effect=1)
    few = p_value(one, [*"a" * 30, *"b" * 20])
    assert p_value(four, [*"a" * 120, *"b" * 80]) == pytest.approx(few)


def test_a_column_with_one_value() -> None:
    """It cannot differ as long as nothing else comes."""
    spread = Spread(cuts=[], counts={"a": 500}, design_effect=2)
    assert p_value(spread, ["a"] * 400) == 1
    assert p_value(spread, [*"a" * 300, *"b" * 100]) < 1e-9


def test_cells() -> None:
    """A cut belongs to the part below it."""
    cuts = [2.0, 5.0]
    parts = [cell(value, cuts) for value in (0.0, 2.0, 2.5, 5.0, 5.1)]
    assert parts == ["part 0", "part 0", "part 1", "part 1", "part 2"]
    assert cell(None, cuts) == "unknown"
    assert cell("beans", []) == "beans"


def test_parts_are_of_one_size() -> None:
    """Where the values allow it; a value is never in two."""
    tenures = [making.example(tenure_months=number % 100) for number in range(1000)]
    assert spreads(tenures)["tenure_months"].counts == {f"part {part}": 200 for part in range(5)}
    assert spreads(tenures)["tickets"].counts == {"part 0": 1000}
    assert spreads(tenures[:1])["tickets"].cuts == []


def test_design_effect() -> None:
    """From 1, where accounts do not matter, to the size of the account of a row."""
    apart = [str(number) for number in range(600)]
    pairs = [str(number // 2) for number in range(600)]
    alike = [str(number // 2 % 3) for number in range(600)]
    unlike = [str(number % 2) for number in range(600)]
    assert design_effect(alike, apart) == pytest.approx(1)
    assert design_effect(alike, pairs) == pytest.approx(2)
    assert design_effect(unlike, pairs) == 1
    assert design_effect(["a"] * 4, ["x", "y", "y", "y"]) == pytest.approx(10 / 4)
