"""The model: how it is made, fitted and asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from churn.features import Recipe, features
from churn.schema import Example, Subscription


def untrained() -> Pipeline:
    """A logistic regression over features, one column a number and one a text."""
    return Pipeline(
        [
            ("columns", DictVectorizer(sparse=False)),
            ("scale", StandardScaler()),
            ("regression", LogisticRegression()),
        ]
    )


def fit(examples: Sequence[Example], of: Recipe = features) -> Pipeline:
    """The model of some rows, in which each account counts once, however many rows it has.

    Rows of one account leave or stay together, so five of them say hardly more than one.
    """
    sizes = Counter(example.account_id for example in examples)
    return untrained().fit(
        [of(example) for example in examples],
        [example.churned == "yes" for example in examples],
        regression__sample_weight=[1 / sizes[example.account_id] for example in examples],
    )


def probabilities(model: Pipeline, rows: Sequence[Subscription]) -> list[float]:
    """How likely each of the subscriptions is cancelled."""
    if not rows:
        return []
    found: list[float] = model.predict_proba([features(row) for row in rows])[:, 1].tolist()
    return found
