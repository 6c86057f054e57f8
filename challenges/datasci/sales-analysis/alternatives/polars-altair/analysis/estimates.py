"""Differences of means with their 95 % confidence intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

CONFIDENCE = 0.95
TAILS = ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)
RESAMPLES = 9_999
SEED = 20_250_305
DIGITS = 6
NEGLIGIBLE = 1e-6

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A figure and the bounds of its interval; `None` is what the data cannot tell."""

    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def sign(self) -> Literal[-1, 0, 1]:
        """On which side of 0 the whole interval is; 0 where it holds 0 or is not known."""
        if self.low is not None and self.low > 0:
            return 1
        if self.high is not None and self.high < 0:
            return -1
        return 0


def rounded(value: float, low: float, high: float) -> Estimate:
    """Return an estimate without the last digits, which differ from one machine to the next."""
    return Estimate(round(value, DIGITS), round(low, DIGITS), round(high, DIGITS))


def bootstrap_difference(a: Floats, b: Floats) -> Estimate:
    """Return mean of b - mean of a, with a studentised bootstrap interval.

    A resample of n values is one draw from a multinomial over the distinct ones, so the work grows
    with those (orders per customer: a few dozen) and not with the customers. Each resample's
    difference is measured in its own standard error: numbers of orders are skewed, and plain
    percentiles of the differences would be a little too narrow.
    """
    value = _mean_difference(a, b)
    if value is None:
        return Estimate()
    error = _error(a, b)
    if not error:
        return Estimate(round(value, DIGITS))
    generator = np.random.default_rng(SEED)
    shift_a, variance_a = _resample(a, generator)
    shift_b, variance_b = _resample(b, generator)
    errors = np.sqrt(variance_a + variance_b)
    usable = errors > NEGLIGIBLE * error  # a resample of equal values says nothing of its error
    pivots = (shift_b - shift_a)[usable] / errors[usable]
    lower, upper = np.quantile(pivots, TAILS)
    return rounded(value, value - float(upper) * error, value - float(lower) * error)


def welch_difference(a: Floats, b: Floats) -> Estimate:
    """Return mean of b - mean of a, with Welch's interval, for values nearly all distinct."""
    value = _mean_difference(a, b)
    if value is None:
        return Estimate()
    if not _error(a, b):
        return Estimate(round(value, DIGITS))
    interval = stats.ttest_ind(b, a, equal_var=False).confidence_interval(CONFIDENCE)
    return rounded(value, float(interval.low), float(interval.high))


def t_interval(value: float, error: float, freedom: int) -> Estimate:
    """Return an estimate with a symmetric interval from its standard error."""
    if error < NEGLIGIBLE or freedom < 1:
        return Estimate(round(value, DIGITS))
    reach = float(stats.t.ppf(TAILS[1], freedom)) * error
    return rounded(value, value - reach, value + reach)


def _mean_difference(a: Floats, b: Floats) -> float | None:
    return float(b.mean() - a.mean()) if a.size and b.size else None


def _error(a: Floats, b: Floats) -> float:
    """The standard error of the difference; 0 if it cannot be told."""
    if min(a.size, b.size) <= 1:
        return 0.0
    return float(np.sqrt(a.var(ddof=1) / a.size + b.var(ddof=1) / b.size))


def _resample(values: Floats, generator: np.random.Generator) -> tuple[Floats, Floats]:
    """Return of each resample how far its mean has moved, and its standard error squared."""
    distinct, counts = np.unique(values - values.mean(), return_counts=True)
    draws = generator.multinomial(values.size, counts / values.size, size=RESAMPLES)
    shift = draws @ distinct / values.size
    variance = draws @ distinct**2 / values.size - shift**2
    return shift, np.maximum(variance, 0) / (values.size - 1)
