"""Whether rows differ from those of the training more than chance explains.

Each column gives one or more quantities: the mean of a number, the share of empty cells, the share
of each word and of words that were not seen. Each of them is compared with the training by a z
test. Rows of an account resemble each other, so a sample says less than its number of rows
promises: the design effect, measured on the training data, widens the standard error.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from churn import schema

DRIFT_FILE = "drift.json"
LIMIT = 4.0
"""Standard errors. With some 35 quantities, chance exceeds it in about 1 of 400 samples."""
FEWEST_ROWS = 30
NEW_WORD = "new word"


def reference(features: pd.DataFrame, accounts: pd.Series) -> dict[str, Any]:
    """Return what has to be kept of the training data, ready for JSON."""
    words = {name: sorted(features[name].unique()) for name in schema.WORDS}
    quantities = {
        name: {label: _describe(values, accounts) for label, values in columns.items()}
        for name, columns in _quantities(features, words).items()
    }
    return {"words": words, "quantities": quantities}


def drifted(features: pd.DataFrame, known: dict[str, Any]) -> list[str]:
    """Return the columns in which the rows differ from those of the training."""
    if len(features) < FEWEST_ROWS:
        return []  # too few to tell
    columns = _quantities(features, known["words"])
    return [
        name
        for name in schema.FEATURES
        if any(
            _differs(values, known["quantities"][name][label])
            for label, values in columns[name].items()
        )
    ]


def _quantities(
    features: pd.DataFrame, words: dict[str, list[str]]
) -> dict[str, dict[str, np.ndarray]]:
    found: dict[str, dict[str, np.ndarray]] = {}
    for name in schema.NUMBERS:
        values = features[name].to_numpy(dtype=float)
        found[name] = {"value": values, "empty": np.isnan(values).astype(float)}
    for name in schema.WORDS:
        cells = features[name].tolist()
        found[name] = {
            f"={word}": np.array([cell == word for cell in cells], dtype=float)
            for word in words[name]
        }
        found[name][NEW_WORD] = np.array([cell not in words[name] for cell in cells], dtype=float)
    return found


def _describe(values: np.ndarray, accounts: pd.Series) -> dict[str, float]:
    there = ~np.isnan(values)
    values, owners = values[there], accounts.to_numpy()[there]
    rows = len(values)
    if not rows:
        return {"mean": 0.0, "variance": 0.0, "design_effect": 1.0, "rows": 0}
    deviations = values - values.mean()
    variance = float(np.mean(deviations**2))
    by_account = pd.Series(deviations).groupby(owners).sum().to_numpy()
    effect = float(np.sum(by_account**2)) / (rows * variance) if variance > 0 else 1.0
    return {
        "mean": float(values.mean()),
        "variance": variance,
        "design_effect": max(1.0, effect),
        "rows": rows,
    }


def _differs(values: np.ndarray, known: dict[str, float]) -> bool:
    values = values[~np.isnan(values)]
    if not len(values) or not known["rows"]:
        return False  # nothing to compare; the share of empty cells tells
    # A share of 0 or 1, or a constant, has no variance in the training: one row in all is allowed.
    variance = max(known["variance"], 1 / known["rows"])
    scale = variance * known["design_effect"] * (1 / len(values) + 1 / known["rows"])
    return bool(abs(values.mean() - known["mean"]) > LIMIT * np.sqrt(scale))
