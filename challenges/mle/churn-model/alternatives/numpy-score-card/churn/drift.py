"""Whether rows differ from those of the training more than chance explains.

Every column is a table of counts: a number by the fifths of the training data, a word by itself,
and "" for what is unknown. Each share is compared with the share in training. The rows of an
account resemble each other, so they count for less than as many rows of different accounts.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from churn.columns import NUMBERS, WORDS, FloatArray, IntArray, Table
from churn.model import Histogram, Reference

FIFTHS = (0.2, 0.4, 0.6, 0.8)
LIMIT = 4.0
"""Standard errors. About 60 shares are compared: by chance one alarm in a few hundred requests."""
MIN_ROWS = 30
"""With fewer rows nothing is claimed."""


def reference(rows: Table, accounts: IntArray) -> Reference:
    """Return what later rows are compared with."""
    columns: dict[str, Histogram] = {}
    for name in NUMBERS:
        known = rows.numbers[name][~np.isnan(rows.numbers[name])]
        edges = [float(e) for e in np.unique(np.quantile(known, FIFTHS))] if len(known) else []
        columns[name] = Histogram(edges, _counts(rows.numbers[name], edges))
    for name in WORDS:
        columns[name] = Histogram(None, dict(sorted(Counter(rows.words[name]).items())))
    _, sizes = np.unique(accounts, return_counts=True)
    # As if all rows of an account were the same: the most that resemblance can cost.
    effect = float((sizes**2).sum() / sizes.sum())
    return Reference(rows=len(rows), design_effect=round(effect, 4), columns=columns)


def _counts(values: FloatArray, edges: list[float]) -> dict[str, int]:
    missing = np.isnan(values)
    bins = np.searchsorted(np.array(edges), values[~missing], side="right")
    counts = {str(number): int(count) for number, count in sorted(Counter(bins.tolist()).items())}
    return counts | ({"": int(missing.sum())} if missing.any() else {})


def drifted(rows: Table, known: Reference) -> list[str]:
    """Return the columns in which the rows differ from the training."""
    if len(rows) < MIN_ROWS:
        return []
    found = []
    for name, histogram in known.columns.items():
        if histogram.edges is None:
            counts: dict[str, int] = dict(Counter(rows.words[name]))
        else:
            counts = _counts(rows.numbers[name], histogram.edges)
        if _largest_deviation(counts, len(rows), histogram.counts, known) > LIMIT:
            found.append(name)
    return found


def _largest_deviation(
    counts: dict[str, int], rows: int, before: dict[str, int], known: Reference
) -> float:
    """Return by how many standard errors the share that differs most differs."""
    largest = 0.0
    for key in counts.keys() | before.keys():
        now, then = counts.get(key, 0), before.get(key, 0)
        pooled = (now + then) / (rows + known.rows)
        variance = pooled * (1 - pooled) * known.design_effect * (1 / rows + 1 / known.rows)
        if variance > 0:
            difference = abs(now / rows - then / known.rows)
            largest = max(largest, difference / float(np.sqrt(variance)))
    return largest
