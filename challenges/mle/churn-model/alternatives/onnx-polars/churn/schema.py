"""The columns of a subscription: one table, from which files and requests are checked alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ID, ACCOUNT, TARGET = "row_id", "account_id", "churned"

Columns = Mapping[str, NDArray[Any]]
"""Columns by name: numbers as float64 with NaN where a cell is empty, words as str or None."""


@dataclass(frozen=True)
class Number:
    """A column of numbers and what they may be."""

    low: float
    high: float
    whole: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Word:
    """A column of words; without `allowed`, new ones may come up at any time."""

    allowed: frozenset[str] | None = None
    optional: bool = False


NUMBERS: dict[str, Number] = {
    "tenure_months": Number(0, 240, whole=True),
    "boxes": Number(1, 12, whole=True),
    "price_eur": Number(0, 2000),
    "skipped_boxes": Number(0, 36, whole=True),
    "tickets": Number(0, 100, whole=True),
    "days_since_login": Number(0, 3650, optional=True),
    "rating": Number(1, 5, optional=True),
    "discount_pct": Number(0, 100),
}
WORDS: dict[str, Word] = {
    "plan": Word(),
    "payment": Word(),
    "country": Word(),
    "auto_renew": Word(frozenset({"yes", "no"}), optional=True),
}
SPECS: dict[str, Number | Word] = {**NUMBERS, **WORDS}
FEATURES: tuple[str, ...] = (
    *("plan", "payment", "country", "tenure_months", "boxes", "price_eur", "skipped_boxes"),
    *("tickets", "days_since_login", "rating", "discount_pct", "auto_renew"),
)
"""What the model reads, in the order of the file: no identity, no month, no refund."""


class DataError(ValueError):
    """Something is wrong with what was given; the message is for whoever gave it."""


def to_columns(rows: list[dict[str, Any]]) -> dict[str, NDArray[Any]]:
    """Turn checked rows into columns; what may be missing is empty where it is."""
    columns: dict[str, NDArray[Any]] = {}
    for name in NUMBERS:
        columns[name] = np.array([row.get(name) for row in rows], dtype=np.float64)
    for name in WORDS:
        columns[name] = np.array([row.get(name) for row in rows], dtype=object)
    return columns
