"""Fitting the model, and estimating what it is worth on accounts that it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from churn.columns import WORDS, FloatArray, IntArray, Table
from churn.drift import reference
from churn.model import Curve, Model, derived, sigmoid

RIDGE = 10.0
"""How much a weight costs, squared and per standard deviation of its column."""
KNOTS = (1 / 3, 2 / 3)
OUTER = (0.0, 0.995)
"""Quantiles at which a line may bend, and beyond which it is flat."""
FOLDS = 5
REPEATS = 2
BASELINE = "tickets"
NEWTON_STEPS = 50
TOLERANCE = 1e-8


@dataclass(frozen=True)
class Data:
    """What a training learns from."""

    rows: Table
    accounts: IntArray
    churned: FloatArray

    def take(self, index: IntArray) -> Data:
        """Return some of the rows."""
        return Data(self.rows.take(index), self.accounts[index], self.churned[index])


def row_weights(accounts: IntArray) -> FloatArray:
    """Return 1/√(rows of the account): an account with six rows knows more than one, not six."""
    _, inverse, counts = np.unique(accounts, return_inverse=True, return_counts=True)
    weights: FloatArray = 1.0 / np.sqrt(counts[inverse])
    return weights


def fit(data: Data) -> Model:
    """Return the model of some rows, which have to hold both who left and who stayed."""
    if len(np.unique(data.churned)) != 2:
        raise ValueError("churned: training needs both yes and no")
    plans = np.array(data.rows.words["plan"])
    price = data.rows.numbers["price_eur"] / data.rows.numbers["boxes"]
    usual = _typical(price)
    box_price = {str(plan): _typical(price[plans == plan]) for plan in np.unique(plans)}
    numbers = derived(data.rows, box_price, usual)

    blocks: list[_Block] = [_number_block(name, values) for name, values in numbers.items()]
    blocks += [_word_block(name, data.rows.words[name]) for name in WORDS]
    weights = row_weights(data.accounts)
    design = np.concatenate([block.design for block in blocks], axis=1)
    intercept, slopes = _logistic(design, data.churned, weights)

    curves: dict[str, Curve] = {}
    words: dict[str, dict[str, float]] = {}
    start = 0
    for block in blocks:
        mine = slopes[start : start + block.design.shape[1]]
        start += block.design.shape[1]
        adds = [round(float(value), 6) for value in block.grid @ mine]
        if block.points is not None:
            curves[block.name] = Curve(block.points, adds[:-1], adds[-1])
        else:
            words[block.name] = dict(zip(block.levels, adds, strict=True))
    return Model(
        intercept=round(intercept, 6),
        box_price=box_price,
        usual_box_price=usual,
        curves=curves,
        words=words,
        reference=reference(data.rows, data.accounts),
    )


def _typical(price: FloatArray) -> float:
    """Return the median; never zero, because prices are divided by it."""
    return round(max(float(np.median(price)), 0.01), 4)


@dataclass(frozen=True)
class _Block:
    """The columns of the design that belong to a feature.

    `grid` holds the same columns for the values that the model lists: points and "missing", or
    words. Both are standardised by the mean and deviation of the design.
    """

    name: str
    design: FloatArray
    grid: FloatArray
    points: list[float] | None
    levels: list[str]


def _number_block(name: str, values: FloatArray) -> _Block:
    known = values[~np.isnan(values)]
    if len(known) == 0:
        known = np.zeros(1)
    low, high = np.quantile(known, OUTER)
    knots = [float(knot) for knot in np.unique(np.quantile(known, KNOTS)) if low < knot < high]
    points = [float(low), *knots, float(high)] if low < high else [float(low)]
    fill = float(np.median(known))

    def columns(given: FloatArray) -> FloatArray:
        missing = np.isnan(given)
        inside = np.clip(np.where(missing, fill, given), low, high)
        bends = [np.maximum(inside - knot, 0.0) for knot in knots]
        return np.stack([missing.astype(np.float64), inside, *bends], axis=1)

    listed = np.array([*points, np.nan])
    design, grid = _standardised(columns(values), columns(listed))
    if not np.isnan(values).any():
        grid[-1] = 0.0  # what training has never seen missing is as the average
    return _Block(name, design, grid, points, [])


def _word_block(name: str, values: Sequence[str]) -> _Block:
    levels = sorted(set(values))
    design = np.array([[value == level for level in levels] for value in values], dtype=np.float64)
    design, grid = _standardised(design, np.eye(len(levels)))
    return _Block(name, design, grid, None, levels)


def _standardised(design: FloatArray, grid: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return both with the design's mean taken away and divided by its deviation."""
    mean, deviation = design.mean(axis=0), design.std(axis=0)
    varies = deviation > 1e-9
    scale = np.where(varies, 1.0 / np.where(varies, deviation, 1.0), 0.0)
    return (design - mean) * scale, (grid - mean) * scale


def _logistic(
    design: FloatArray, target: FloatArray, weights: FloatArray
) -> tuple[float, FloatArray]:
    """Return intercept and slopes of a logistic regression with a penalty, by Newton's method."""
    full = np.concatenate([np.ones((len(design), 1)), design], axis=1)
    penalty = np.full(full.shape[1], RIDGE)
    penalty[0] = 0.0  # the average is free
    beta = np.zeros(full.shape[1])
    share = float(np.average(target, weights=weights))
    beta[0] = np.log(share / (1.0 - share))
    for _ in range(NEWTON_STEPS):
        probability = sigmoid(full @ beta)
        gradient = full.T @ (weights * (target - probability)) - penalty * beta
        curvature = weights * probability * (1.0 - probability)
        hessian = (full * curvature[:, None]).T @ full + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        beta += step
        if float(np.abs(step).max()) < TOLERANCE:
            break
    return float(beta[0]), beta[1:]


def roc_auc(churned: FloatArray, score: FloatArray) -> float:
    """Return the area under the ROC curve: how often who left scores above who stayed."""
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    left = float(churned.sum())
    stayed = len(churned) - left
    return (float(ranks[churned == 1.0].sum()) - left * (left + 1) / 2) / (left * stayed)


Score = Callable[[Data, Data], FloatArray]
"""Learns from the first and scores the second."""


def score_model(train: Data, test: Data) -> FloatArray:
    """Score by the model."""
    return fit(train).predict(test.rows)


def score_baseline(train: Data, test: Data) -> FloatArray:
    """Score by the sign of one column's relation to leaving: no more than a rule of thumb."""
    values = train.rows.numbers[BASELINE]
    slope = float(np.cov(values, train.churned)[0, 1])
    return float(np.sign(slope)) * test.rows.numbers[BASELINE]


def expected_auc(data: Data, seed: int, score: Score = score_model) -> float:
    """Return the mean area over folds in which no account is both learnt from and scored.

    Everything is fitted within the fold, and nothing was chosen by it, so that it promises no
    more than it finds. Where nothing can be measured it is 0.5.
    """
    names, inverse = np.unique(data.accounts, return_inverse=True)
    generator = np.random.default_rng(seed)
    areas = []
    for _ in range(REPEATS):
        fold = (generator.permutation(len(names)) % FOLDS)[inverse]
        for number in range(FOLDS):
            train = data.take(np.flatnonzero(fold != number))
            test = data.take(np.flatnonzero(fold == number))
            if len(np.unique(train.churned)) == 2 and len(np.unique(test.churned)) == 2:
                areas.append(roc_auc(test.churned, score(train, test)))
    return float(np.mean(areas)) if areas else 0.5
