"""How well probabilities tell who leaves, and what that looks like. Needs the standard library."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

Point = tuple[float, float]

DRAWS = 300
"""Resamples of accounts for an interval."""

BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A row whose end is known: whose it is, how it ended, what was predicted."""

    account: str
    churned: bool
    predicted: float


@dataclass(frozen=True, slots=True)
class Area:
    """Area under the ROC curve with its standard error, accounts drawn again (bootstrap)."""

    value: float
    error: float

    def __str__(self) -> str:
        """For a reader."""
        return f"{self.value:.3f} ± {self.error:.3f}"


def auc(rows: Sequence[Judged]) -> float:
    """The area under the ROC curve: how often who leaves is ranked above who stays (ties: half).

    Mann and Whitney's statistic. NaN when all rows ended the same way.
    """
    ordered = sorted(rows, key=lambda row: row.predicted)
    left = sum(row.churned for row in rows)
    if left in (0, len(rows)):
        return math.nan
    below, wins = 0, 0.0
    for _, several in groupby(ordered, key=lambda row: row.predicted):
        tied = list(several)
        positive = sum(row.churned for row in tied)
        negative = len(tied) - positive
        wins += positive * (below + negative / 2)
        below += negative
    return wins / left / (len(rows) - left)


def area(rows: Sequence[Judged], seed: int) -> Area:
    """The area and its error. Rows of an account end together: accounts are drawn, not rows."""
    accounts: dict[str, list[Judged]] = defaultdict(list)
    for row in rows:
        accounts[row.account].append(row)
    known, rng = list(accounts.values()), random.Random(f"bootstrap/{seed}")
    found = [
        auc([row for one in rng.choices(known, k=len(known)) for row in one]) for _ in range(DRAWS)
    ]
    found = [value for value in found if not math.isnan(value)]
    mean = sum(found) / len(found)
    spread = math.sqrt(sum((value - mean) ** 2 for value in found) / (len(found) - 1))
    return Area(auc(rows), spread)


def roc(rows: Sequence[Judged]) -> list[Point]:
    """False positive rate and true positive rate, threshold by threshold."""
    left = sum(row.churned for row in rows) or 1
    stayed = (len(rows) - sum(row.churned for row in rows)) or 1
    return [(wrong / stayed, right / left) for right, wrong in _thresholds(rows)]


def precision_recall(rows: Sequence[Judged]) -> list[Point]:
    """Recall and precision, threshold by threshold."""
    left = sum(row.churned for row in rows) or 1
    return [(right / left, right / (right + wrong)) for right, wrong in _thresholds(rows)[1:]]


def _thresholds(rows: Sequence[Judged]) -> list[tuple[int, int]]:
    """How many of those who left, and who stayed, are above each threshold."""
    ordered = sorted(rows, key=lambda row: -row.predicted)
    right = wrong = 0
    found = [(0, 0)]
    for _, several in groupby(ordered, key=lambda row: row.predicted):
        for row in several:
            right, wrong = right + row.churned, wrong + (not row.churned)
        found.append((right, wrong))
    return found


def calibration(rows: Sequence[Judged]) -> list[Point]:
    """Mean prediction and share that left, by tenths of the rows in the order of predictions."""
    ordered = sorted(rows, key=lambda row: row.predicted)
    size = max(1, len(ordered) // BINS)
    parts = [ordered[start : start + size] for start in range(0, size * BINS, size)]
    return [
        (
            sum(row.predicted for row in part) / len(part),
            sum(row.churned for row in part) / len(part),
        )
        for part in parts
        if part
    ]


def matched(
    truth: Mapping[str, tuple[str, bool]], predictions: Mapping[str, float]
) -> list[Judged]:
    """Rows with their predictions; every row has one."""
    return [
        Judged(account=account, churned=churned, predicted=predictions[row])
        for row, (account, churned) in truth.items()
    ]
