"""Whether rows differ from those of the training by more than chance explains.

Numbers are compared by the two-sample Kolmogorov-Smirnov statistic, words and empty cells by the
difference of shares. Rows of one account resemble each other, so that n rows say as much as
n / `design_effect` independent ones; this is what keeps false alarms rare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from churn.schema import NUMBERS, SPECS, WORDS, Columns

POINTS = 200
FEWEST_ROWS = 30
"""Fewer rows than these say nothing about a distribution."""
KS_LIMIT = 1.95
"""Kolmogorov's limit for a level of 0.001; discrete values make it stricter still."""
Z_LIMIT = 4.0
"""Some 30 shares are looked at: at 4 standard errors, chance names one in 500 requests."""


@dataclass(frozen=True)
class Reference:
    """What the training data looked like."""

    rows: int
    design_effect: float
    grids: dict[str, list[float]]
    """Points within the range of each number ..."""
    below: dict[str, list[float]]
    """... and the share of the known values up to them."""
    known: dict[str, int]
    """How many values of each number are known."""
    shares: dict[str, dict[str, float]]
    """The shares of the words of each column; "" is an empty cell."""


def describe(columns: Columns, accounts: NDArray[np.int64]) -> Reference:
    """Describe training data."""
    sizes = np.unique(accounts, return_counts=True)[1]
    grids, below, known = {}, {}, {}
    for name in NUMBERS:
        values = columns[name][~np.isnan(columns[name])]
        known[name] = len(values)
        grid = np.unique(values)
        if len(grid) > POINTS:
            grid = np.unique(np.quantile(values, np.linspace(0, 1, POINTS)))
        grids[name], below[name] = grid.tolist(), _up_to(values, grid).tolist()
    return Reference(
        rows=len(accounts),
        design_effect=float((sizes**2).sum() / sizes.sum()),
        grids=grids,
        below=below,
        known=known,
        shares={name: _shares(_words(columns, name)) for name in SPECS},
    )


def drifted(reference: Reference, columns: Columns) -> list[str]:
    """Return the columns in which the rows differ from those of the training."""
    rows = len(columns["boxes"])
    if rows < FEWEST_ROWS:
        return []
    return [
        name
        for name in SPECS
        if _words_differ(reference, name, _words(columns, name))
        or (name in NUMBERS and _numbers_differ(reference, name, columns[name]))
    ]


def _numbers_differ(reference: Reference, name: str, values: NDArray[np.float64]) -> bool:
    values = values[~np.isnan(values)]
    if len(values) < FEWEST_ROWS or reference.known[name] < FEWEST_ROWS:
        return False
    here = _up_to(values, np.array(reference.grids[name]))
    distance = np.abs(here - np.array(reference.below[name])).max()
    inverse = reference.design_effect * (1 / len(values) + 1 / reference.known[name])
    return bool(distance > KS_LIMIT * inverse**0.5)


def _words_differ(reference: Reference, name: str, words: Sequence[str]) -> bool:
    here, before = _shares(words), reference.shares[name]
    rows = len(words)
    inverse = reference.design_effect * (1 / rows + 1 / reference.rows)
    for word in here.keys() | before.keys():
        new, old = here.get(word, 0.0), before.get(word, 0.0)
        pooled = (new * rows + old * reference.rows + 1) / (rows + reference.rows + 2)
        if abs(new - old) > Z_LIMIT * (pooled * (1 - pooled) * inverse) ** 0.5:
            return True
    return False


def _words(columns: Columns, name: str) -> list[str]:
    """Return the words of a column; of numbers, only whether there is one."""
    if name in WORDS:
        return ["" if word is None else word for word in columns[name]]
    return ["" if empty else "known" for empty in np.isnan(columns[name])]


def _shares(words: Sequence[str]) -> dict[str, float]:
    found, counts = np.unique(np.array(words, dtype=object), return_counts=True)
    return {str(word): float(count / len(words)) for word, count in zip(found, counts, strict=True)}


def _up_to(values: NDArray[np.float64], grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of the values that are at most each point of the grid."""
    shares: NDArray[np.float64] = np.searchsorted(np.sort(values), grid, side="right") / max(
        len(values), 1
    )
    return shares
