"""Intervals of 95 % by the normal approximation, from sums of squares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

Z95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean and the variance of that mean (not of its values), `None` for a single cluster."""

    value: float
    variance: float | None


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % confidence interval."""

    low: float
    high: float

    def holds_zero(self) -> bool:
        """Whether the interval leaves open which sign the effect has."""
        return self.low <= 0 <= self.high


def verdict(interval: Interval | None, above: str, below: str) -> str:
    """Return the word for an interval above 0, below 0, or `unclear`."""
    if interval is None or interval.holds_zero():
        return "unclear"
    return above if interval.low > 0 else below


def interval_around(effect: float, variance: float | None) -> Interval | None:
    """Return the interval around an effect with this variance."""
    if variance is None:
        return None
    reach = Z95 * variance**0.5
    return Interval(effect - reach, effect + reach)


def mean(amounts: Sequence[float]) -> Mean | None:
    """Return the mean of independent values."""
    return mean_by_cluster([(1, amount) for amount in amounts])


def mean_by_cluster(clusters: Sequence[tuple[int, float]]) -> Mean | None:
    """Return the mean of values that are independent only between clusters.

    A cluster is the number of its values and their sum. The mean is a ratio of two sums, and its
    variance that of a ratio: clusters (customers) are what was drawn, not their values (orders).
    With one value in each cluster this is the usual variance of a mean.
    """
    count = len(clusters)
    size = sum(number for number, _ in clusters)
    if not size:
        return None
    value = sum(total for _, total in clusters) / size
    if count < 2:
        return Mean(value, None)
    squares = sum((total - value * number) ** 2 for number, total in clusters)
    return Mean(value, squares / size**2 * count / (count - 1))


def added(*variances: float | None) -> float | None:
    """Return the variance of a sum of independent terms."""
    known = [variance for variance in variances if variance is not None]
    return sum(known) if len(known) == len(variances) else None
