"""What is a subscription, and what is none."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from churn.schema import COLUMNS, Example
from tests import making

RANGES = {
    "tenure_months": (0, 240),
    "boxes": (1, 12),
    "price_eur": (0, 2000),
    "skipped_boxes": (0, 36),
    "tickets": (0, 100),
    "days_since_login": (0, 3650),
    "rating": (1, 5),
    "discount_pct": (0, 100),
}
OPTIONAL = {"days_since_login", "rating", "auto_renew"}
REQUIRED = set(making.JSON) - OPTIONAL


def refused(**changes: object) -> str:
    """The field for which a subscription is refused."""
    with pytest.raises(ValidationError) as caught:
        making.subscription(**changes)
    (error,) = caught.value.errors()
    return str(error["loc"][0])


@pytest.mark.parametrize("name", RANGES)
def test_the_ends_of_a_range_belong_to_it(name: str) -> None:
    """What lies beyond does not."""
    low, high = RANGES[name]
    assert getattr(making.subscription(**{name: low}), name) == low
    assert getattr(making.subscription(**{name: high}), name) == high
    assert refused(**{name: low - 1}) == name
    assert refused(**{name: high + 1}) == name


@pytest.mark.parametrize("name", RANGES)
def test_only_finite_numbers_are_numbers(name: str) -> None:
    """Neither text nor `true`, although Python takes it for 1."""
    for value in ("2", True, [2], float("nan"), float("inf"), 10**400):
        assert refused(**{name: value}) == name


@pytest.mark.parametrize("name", ["tenure_months", "boxes", "skipped_boxes", "tickets"])
def test_counts_have_no_fraction(name: str) -> None:
    """But may be written with one that is nothing."""
    assert getattr(making.subscription(**{name: 2.0}), name) == 2
    assert refused(**{name: 2.5}) == name


@pytest.mark.parametrize("name", ["plan", "payment", "country"])
def test_texts_hold_something(name: str) -> None:
    """Whether anybody knows the word is another question."""
    assert getattr(making.subscription(**{name: "decaf"}), name) == "decaf"
    for value in ("", 5):
        assert refused(**{name: value}) == name


def test_auto_renew_is_yes_or_no() -> None:
    """Or not known."""
    assert making.subscription(auto_renew="no").auto_renew == "no"
    for value in ("maybe", "", True):
        assert refused(auto_renew=value) == "auto_renew"


@pytest.mark.parametrize("name", sorted(OPTIONAL))
def test_what_nobody_may_know(name: str) -> None:
    """It is null or left out."""
    left_out = making.without(making.JSON | making.KNOWN, name)
    assert getattr(making.subscription(**{name: None}), name) is None
    assert getattr(Example.model_validate(left_out), name) is None


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_what_has_to_be_known(name: str) -> None:
    """All others."""
    assert refused(**{name: None}) == name
    with pytest.raises(ValidationError, match=name):
        Example.model_validate(making.without(making.JSON | making.KNOWN, name))


def test_other_fields_mean_nothing() -> None:
    """Whatever they hold."""
    assert making.subscription(refund_eur=float("nan"), month=3) == making.subscription()


def test_the_model_reads_what_is_known_in_time() -> None:
    """Nothing of the month after, and nothing that only tells rows apart."""
    assert set(COLUMNS) == set(making.JSON)
