"""What training tries, how it is compared, and how the result is written as ONNX."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from skl2onnx import to_onnx as convert
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType
from sklearn.base import ClassifierMixin
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from churn.features import FeatureMap
from churn.schema import Columns, DataError

OUTER_FOLDS, INNER_FOLDS = 5, 3
MARGIN = 0.003
"""The blend has to be better than the logistic regression by this much to be chosen."""
BASELINE_FEATURE = "tenure_months"
OPSETS = {"": 18, "ai.onnx.ml": 3}


@dataclass(frozen=True)
class Sample:
    """Columns with what came of them, and whose they are."""

    columns: Columns
    labels: NDArray[np.int64]
    accounts: NDArray[np.int64]

    def take(self, rows: NDArray[np.int64]) -> Sample:
        """Return some of the rows."""
        columns = {name: values[rows] for name, values in self.columns.items()}
        return Sample(columns, self.labels[rows], self.accounts[rows])


@dataclass(frozen=True)
class Fitted:
    """A trained model: members whose probabilities are averaged, and the map to their features."""

    name: str
    features: FeatureMap
    members: dict[str, ClassifierMixin]

    def predict(self, columns: Columns) -> NDArray[np.float64]:
        """Return the probability of a cancellation, by scikit-learn: for validation only."""
        matrix = self.features.matrix(columns)
        found = [member.predict_proba(matrix)[:, 1] for member in self.members.values()]
        return np.asarray(np.mean(found, axis=0), dtype=np.float64)


CANDIDATES = {"logistic": ("linear",), "blend": ("linear", "trees")}
"""What training chooses from, the simplest first, and what each consists of."""


def member(name: str, seed: int) -> ClassifierMixin:
    """Return an untrained member."""
    if name == "linear":
        return LogisticRegression(C=0.1, max_iter=2000)
    # The quicker histogram trees of scikit-learn 1.9 are more than skl2onnx 1.20 can write.
    return GradientBoostingClassifier(
        **{"n_estimators": 80, "max_depth": 3, "learning_rate": 0.08, "min_samples_leaf": 30},
        **{"subsample": 0.5, "max_features": 0.5, "random_state": seed},
    )


def account_weights(accounts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weigh rows so that each account counts once, as its rows share one outcome."""
    _, number, count = np.unique(accounts, return_inverse=True, return_counts=True)
    weights: NDArray[np.float64] = 1.0 / count[number]
    weights /= weights.mean()
    return weights


def fit_one(name: str, sample: Sample, seed: int) -> Fitted:
    """Train one of the candidates."""
    features = FeatureMap.fit(sample.columns)
    matrix, weights = features.matrix(sample.columns), account_weights(sample.accounts)
    members = {part: member(part, seed) for part in CANDIDATES[name]}
    for classifier in members.values():
        classifier.fit(matrix, sample.labels, sample_weight=weights)
    return Fitted(name, features, members)


def choose(sample: Sample, seed: int) -> str:
    """Return the candidate that is best on accounts left out; the simpler one in doubt."""
    scores: dict[str, list[float]] = {name: [] for name in CANDIDATES}
    for train, test in folds(sample, INNER_FOLDS, seed):
        for name, found in scores.items():
            found.append(auc(test, fit_one(name, train, seed).predict(test.columns)))
    chosen, *others = scores
    for name in others:
        if np.mean(scores[name]) > np.mean(scores[chosen]) + MARGIN:
            chosen = name
    return chosen


def fit(sample: Sample, seed: int) -> Fitted:
    """Choose a candidate and train it on all of the sample."""
    return fit_one(choose(sample, seed), sample, seed)


def estimate(sample: Sample, seed: int) -> tuple[float, float]:
    """Return the expected AUC on new accounts, of all that `fit` does and of the baseline.

    The choice of the candidate is made anew within each fold: it is a part of what is judged.
    """
    model, baseline = [], []
    for train, test in folds(sample, OUTER_FOLDS, seed):
        model.append(auc(test, fit(train, seed).predict(test.columns)))
        simple = LogisticRegression().fit(
            train.columns[BASELINE_FEATURE].reshape(-1, 1), train.labels
        )
        values = test.columns[BASELINE_FEATURE].reshape(-1, 1)
        baseline.append(auc(test, simple.predict_proba(values)[:, 1]))
    return float(np.mean(model)), float(np.mean(baseline))


def folds(sample: Sample, number: int, seed: int) -> Iterator[tuple[Sample, Sample]]:
    """Split by account: no account is on both sides, and both outcomes are on either side."""
    splitter = StratifiedGroupKFold(number, shuffle=True, random_state=seed)
    some = False
    for train, test in splitter.split(sample.labels, sample.labels, sample.accounts):
        if all(len(np.unique(sample.labels[rows])) == 2 for rows in (train, test)):
            some = True
            yield sample.take(train), sample.take(test)
    if not some:
        raise DataError("there are too few accounts of either outcome to validate a model")


def auc(sample: Sample, predicted: NDArray[np.float64]) -> float:
    """Return the area under the ROC curve over rows."""
    return float(roc_auc_score(sample.labels, predicted))


def check_enough(sample: Sample) -> None:
    """Refuse a file that no model can be trained and validated with."""
    for label, word in enumerate(("no", "yes")):
        number = len(np.unique(sample.accounts[sample.labels == label]))
        if number < 2 * OUTER_FOLDS:
            raise DataError(
                f"column churned: {number} accounts with {word}, at least {2 * OUTER_FOLDS} needed"
            )


def to_onnx(fitted: Fitted) -> dict[str, bytes]:
    """Write the members of a model as ONNX, by their names.

    The linear member computes in float64, so that its sums hardly depend on the number of rows.
    The trees compare float32 numbers, which is what scikit-learn trained them with.
    """
    width = [None, len(fitted.features.names)]
    written = {}
    for name, classifier in fitted.members.items():
        kind = DoubleTensorType if name == "linear" else FloatTensorType
        proto = convert(
            classifier,
            initial_types=[("features", kind(width))],
            options={id(classifier): {"zipmap": False}},
            target_opset=OPSETS,
            name=name,
        )
        written[name] = proto.SerializeToString()
    return written
