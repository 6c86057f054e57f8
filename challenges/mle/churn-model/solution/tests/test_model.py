"""Features, and the model that reads them."""

from __future__ import annotations

from math import log

import pytest
from sklearn.pipeline import Pipeline

from churn.features import features, tenure_only
from churn.model import fit, probabilities
from churn.schema import Subscription
from tests import making


@pytest.fixture(scope="module")
def model() -> Pipeline:
    """The model of the sample, where whoever is new and has trouble leaves."""
    return fit(making.examples())


def test_features_of_an_ordinary_subscription() -> None:
    """Numbers and words."""
    assert features(making.subscription(tenure_months=9, rating=5, boxes=4)) == {
        "plan": "beans",
        "payment": "card",
        "country": "DE",
        "tenure": pytest.approx(log(10)),
        "boxes": 4,
        "price_per_box": pytest.approx(41.5 / 4),
        "skipped_boxes": 1,
        "tickets": 1,
        "login": 0,
        "rating": 1.5,
        "discount_pct": 0,
        "auto_renew": "yes",
    }
    assert tenure_only(making.subscription(tenure_months=9)) == {"tenure": pytest.approx(log(10))}


def test_gaps_are_words() -> None:
    """So each may have a weight of its own."""
    gaps = features(making.subscription(days_since_login=None, rating=None, auto_renew=None))
    assert (gaps["login"], gaps["rating"], gaps["auto_renew"]) == ("never", "none", "unknown")


def test_a_login_today_is_no_gap() -> None:
    """Although 0 counts as false in Python."""
    assert features(making.subscription(days_since_login=0))["login"] == pytest.approx(-log(21))


def test_each_account_counts_once() -> None:
    """However many rows it has: repeated, they say nothing new but to the scaling."""
    examples = making.examples()
    weighty = [row for row in examples for _ in range(5 if row.plan == "beans" else 1)]
    found = probabilities(fit(weighty), examples)
    assert found == pytest.approx(probabilities(fit(examples), examples), abs=0.02)


def test_trouble_makes_leave(model: Pipeline) -> None:
    """In the sample. Where it keeps people, the model says so."""
    calm, angry = making.subscription(tickets=0), making.subscription(tickets=3)
    turned = [
        each.model_copy(update={"churned": "no" if each.churned == "yes" else "yes"})
        for each in making.examples()
    ]
    low, high = probabilities(model, [calm, angry])
    assert low < high - 0.1
    high, low = probabilities(fit(turned), [calm, angry])
    assert low < high - 0.1


def test_probabilities_are_those_of_leaving(model: Pipeline) -> None:
    """On the whole as many as have left: they are no mere ranks."""
    examples = making.examples()
    found = probabilities(model, examples)
    left = sum(each.churned == "yes" for each in examples)
    assert sum(found) == pytest.approx(left, rel=0.1)
    assert all(0 < each < 1 for each in found)


@pytest.mark.parametrize("name", ["plan", "payment", "country"])
def test_words_that_training_has_not_seen(model: Pipeline, name: str) -> None:
    """All of them are alike."""
    one, other = (making.subscription(**{name: word}) for word in ("Decaf", "ünknown"))
    (first,), (second,) = probabilities(model, [one]), probabilities(model, [other])
    assert first == second
    assert 0 < first < 1


def test_a_gap_that_training_has_not_seen(model: Pipeline) -> None:
    """It is nothing out of the ordinary: as if the usual value stood there."""
    gaps = making.subscription(days_since_login=None, rating=None)
    usual = making.subscription(days_since_login=20, rating=3.5)
    gap, ordinary = probabilities(model, [gaps, usual])
    assert gap == pytest.approx(ordinary)


def test_company_does_not_matter(model: Pipeline) -> None:
    """A row alone, in a batch, and last instead of first. No rows, no probabilities."""
    rows: list[Subscription] = [*making.examples()]
    together = probabilities(model, rows)
    assert probabilities(model, rows[::-1]) == pytest.approx(together[::-1], abs=1e-12)
    assert probabilities(model, rows[:1]) == pytest.approx(together[:1], abs=1e-12)
    assert probabilities(model, []) == []
