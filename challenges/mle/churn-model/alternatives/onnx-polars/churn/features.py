"""From the columns of the file to the numbers that the model reads.

What is learned here (medians, ranges, words) is learned from the training data alone and stored
with the model, so that training, `churn.predict` and the service compute the same features.
No feature of a row depends on another row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from churn.schema import NUMBERS, WORDS, Columns

OPTIONAL_NUMBERS = tuple(name for name, spec in NUMBERS.items() if spec.optional)
DERIVED = ("log_tenure_months", "log_price_per_box", "log_days_since_login")


@dataclass(frozen=True)
class FeatureMap:
    """How columns become features."""

    medians: dict[str, float]
    """What an empty number is replaced by; a flag beside it says that it was empty."""
    low: dict[str, float]
    high: dict[str, float]
    """The range of each numeric feature in training. No prediction extrapolates beyond it."""
    mean: dict[str, float]
    scale: dict[str, float]
    """What numeric features are standardised by."""
    words: dict[str, list[str]]
    """The known words of each column. A new word, like an empty cell, sets none of the flags."""

    @classmethod
    def fit(cls, columns: Columns) -> FeatureMap:
        """Learn the map from training data."""
        medians = {}
        for name in OPTIONAL_NUMBERS:
            known = columns[name][~np.isnan(columns[name])]
            medians[name] = float(np.median(known)) if known.size else NUMBERS[name].low
        numeric = _numeric(columns, medians)
        return cls(
            medians=medians,
            low={name: float(values.min()) for name, values in numeric.items()},
            high={name: float(values.max()) for name, values in numeric.items()},
            mean={name: float(values.mean()) for name, values in numeric.items()},
            scale={name: float(values.std()) or 1.0 for name, values in numeric.items()},
            words={name: sorted({w for w in columns[name] if w is not None}) for name in WORDS},
        )

    @property
    def names(self) -> list[str]:
        """The features in the order of the matrix."""
        words = [f"{name}={word}" for name in WORDS for word in self.words[name]]
        return [*self.low, *(f"{name}_empty" for name in OPTIONAL_NUMBERS), *words]

    def matrix(self, columns: Columns) -> NDArray[np.float64]:
        """Return one row of features for each row of the columns.

        Values are rounded to what float32 holds, as scikit-learn's trees would round them, so that
        ONNX compares the same numbers. Sums are of float64 then: they hardly depend on whether a
        row comes alone or in a batch.
        """
        numeric = _numeric(columns, self.medians)
        rows = len(columns["boxes"])
        matrix = np.zeros((rows, len(self.names)), dtype=np.float32)
        at = 0
        for name, values in numeric.items():
            within = np.clip(values, self.low[name], self.high[name])
            matrix[:, at] = (within - self.mean[name]) / self.scale[name]
            at += 1
        for name in OPTIONAL_NUMBERS:
            matrix[:, at] = np.isnan(columns[name])
            at += 1
        for name in WORDS:
            places = {word: at + place for place, word in enumerate(self.words[name])}
            for row, word in enumerate(columns[name]):
                place = places.get(word)
                if place is not None:
                    matrix[row, place] = 1
            at += len(places)
        return matrix.astype(np.float64)


def _numeric(columns: Columns, medians: dict[str, float]) -> dict[str, NDArray[np.float64]]:
    """Return the numeric features, empty cells filled."""
    numeric: dict[str, NDArray[np.float64]] = {}
    for name in NUMBERS:
        values = columns[name]
        if name in medians:
            values = np.where(np.isnan(values), medians[name], values)
        numeric[name] = values
    price = numeric.pop("price_eur")  # boxes times a price per box: the two are told apart
    logs = (numeric["tenure_months"], price / numeric["boxes"], numeric["days_since_login"])
    return numeric | {name: np.log1p(values) for name, values in zip(DERIVED, logs, strict=True)}
