"""The model: an additive logistic regression that is kept as a table of points, in JSON.

Each feature adds something to the log-odds of leaving. A number adds what a line through a few
points says, and the same beyond the last point as at it; a word adds what its entry says, and
nothing when it has none. Everything added is zero on average over the training data, so that the
intercept is the average, and what is not known means "as the average".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from churn.columns import NUMBERS, FloatArray, Table

FILE = "model.json"
FORMAT = "churn-additive-logistic/1"


@dataclass(frozen=True)
class Curve:
    """What a number adds: `adds[i]` at `points[i]`, lines between, `missing` when unknown."""

    points: list[float]
    adds: list[float]
    missing: float

    def __call__(self, values: FloatArray) -> FloatArray:
        """Return what each of the values adds."""
        added = np.interp(values, self.points, self.adds)
        return np.where(np.isnan(values), self.missing, added)


@dataclass(frozen=True)
class Histogram:
    """How a column was distributed in training: bins between edges, or words; "" is unknown."""

    edges: list[float] | None
    counts: dict[str, int]


@dataclass(frozen=True)
class Reference:
    """What drift is measured against."""

    rows: int
    design_effect: float
    columns: dict[str, Histogram]


@dataclass(frozen=True)
class Model:
    """All that a prediction needs."""

    intercept: float
    box_price: dict[str, float]
    usual_box_price: float
    curves: dict[str, Curve]
    words: dict[str, dict[str, float]]
    reference: Reference

    def predict(self, rows: Table) -> FloatArray:
        """Return the probability of leaving, row by row; no row knows of another."""
        score = np.full(len(rows), self.intercept)
        numbers = derived(rows, self.box_price, self.usual_box_price)
        for name, curve in self.curves.items():
            score += curve(numbers[name])
        for name, adds in self.words.items():
            score += np.array([adds.get(word, 0.0) for word in rows.words[name]], dtype=np.float64)
        return sigmoid(score)

    def save(self, folder: Path) -> None:
        """Write the model into a folder."""
        document = {"format": FORMAT} | asdict(self)
        text = json.dumps(document, indent=1, allow_nan=False)
        (folder / FILE).write_text(text, encoding="utf-8")


def load(folder: Path) -> Model:
    """Read the model from a folder: numbers and words, nothing of it is run."""
    document: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    found = document.get("format")
    if found != FORMAT:
        raise ValueError(f"{FILE} has the format {found!r}, not {FORMAT!r}")
    reference = document["reference"]
    return Model(
        intercept=document["intercept"],
        box_price=document["box_price"],
        usual_box_price=document["usual_box_price"],
        curves={name: Curve(**curve) for name, curve in document["curves"].items()},
        words=document["words"],
        reference=Reference(
            rows=reference["rows"],
            design_effect=reference["design_effect"],
            columns={name: Histogram(**held) for name, held in reference["columns"].items()},
        ),
    )


def derived(
    rows: Table, box_price: Mapping[str, float], usual_box_price: float
) -> dict[str, FloatArray]:
    """Return the numeric columns and two ratios: price against the plan's, skips against boxes."""
    numbers = {name: rows.numbers[name] for name in NUMBERS}
    usual = np.array([box_price.get(plan, usual_box_price) for plan in rows.words["plan"]])
    numbers["price_level"] = rows.numbers["price_eur"] / rows.numbers["boxes"] / usual
    numbers["skip_share"] = rows.numbers["skipped_boxes"] / rows.numbers["boxes"]
    return numbers


def sigmoid(score: FloatArray) -> FloatArray:
    """Return the probability that belongs to log-odds."""
    probability: FloatArray = 1.0 / (1.0 + np.exp(-np.clip(score, -30.0, 30.0)))
    return probability
