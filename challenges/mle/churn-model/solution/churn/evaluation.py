"""What a model is worth on accounts that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from churn.errors import InputError
from churn.features import Recipe, features, tenure_only
from churn.model import fit, probabilities
from churn.schema import Example

FOLDS = 5

ENOUGH = 10
"""Accounts that left, and accounts that stayed: with fewer, a fold may be left without any."""

TENURES = {"new": 3, "first year": 12, "second year": 24, "later": 240}
"""Up to how many months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A part of the rows: the shares that left and that were expected to, and how well ordered.

    `roc_auc` is None where all left or all stayed.
    """

    rows: int
    churned: float
    predicted: float
    roc_auc: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """`metrics.json`."""

    roc_auc: float
    baseline_roc_auc: float
    rows: int
    accounts: int
    groups: dict[str, Group]


def evaluate(examples: Sequence[Example], seed: int) -> Evaluation:
    """Predict each account by a model that was trained without it, and compare.

    `InputError` when there are too few accounts of a kind for that.
    """
    _check(examples)
    truth = np.array([example.churned == "yes" for example in examples])
    predicted = out_of_fold(examples, features, seed)
    return Evaluation(
        roc_auc=float(roc_auc_score(truth, predicted)),
        baseline_roc_auc=float(roc_auc_score(truth, out_of_fold(examples, tenure_only, seed))),
        rows=len(examples),
        accounts=len({example.account_id for example in examples}),
        groups=_groups(examples, truth, predicted),
    )


def out_of_fold(examples: Sequence[Example], of: Recipe, seed: int) -> NDArray[np.float64]:
    """Predictions by models that have seen no row of the same account."""
    accounts = [example.account_id for example in examples]
    found = np.empty(len(examples))
    folds = GroupKFold(FOLDS, shuffle=True, random_state=seed)
    for known, unseen in folds.split(examples, groups=accounts):
        model = fit([examples[place] for place in known], of)
        found[unseen] = probabilities(model, [examples[place] for place in unseen])
    return found


def _check(examples: Sequence[Example]) -> None:
    for answer, what in (("yes", "left"), ("no", "stayed")):
        count = len({example.account_id for example in examples if example.churned == answer})
        if count < ENOUGH:
            raise InputError(f"{count} accounts {what}: training needs at least {ENOUGH}")


def _groups(
    examples: Sequence[Example], truth: NDArray[np.bool_], predicted: NDArray[np.float64]
) -> dict[str, Group]:
    """The rows by plan, country and tenure."""
    members: dict[str, list[int]] = {}
    for place, example in enumerate(examples):
        for name in (f"plan {example.plan}", f"country {example.country}", _tenure(example)):
            members.setdefault(name, []).append(place)
    return {name: _group(truth[own], predicted[own]) for name, own in sorted(members.items())}


def _tenure(example: Example) -> str:
    name = next(name for name, months in TENURES.items() if example.tenure_months <= months)
    return f"tenure {name}"


def _group(truth: NDArray[np.bool_], predicted: NDArray[np.float64]) -> Group:
    both = truth.any() and not truth.all()
    return Group(
        rows=len(truth),
        churned=float(truth.mean()),
        predicted=float(predicted.mean()),
        roc_auc=float(roc_auc_score(truth, predicted)) if both else None,
    )
