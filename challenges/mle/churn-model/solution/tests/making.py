"""Subscriptions for tests."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from churn.schema import Example, Subscription
from tests import sample

JSON: dict[str, Any] = {
    "plan": "beans",
    "payment": "card",
    "country": "DE",
    "tenure_months": 12,
    "boxes": 2,
    "price_eur": 41.5,
    "skipped_boxes": 1,
    "tickets": 1,
    "days_since_login": 20,
    "rating": 3.5,
    "discount_pct": 0,
    "auto_renew": "yes",
}
"""An ordinary subscription, as a service is asked for it."""

KNOWN = {"row_id": "r-1", "account_id": "A-1", "churned": "no"}


def subscription(**changes: object) -> Subscription:
    """The ordinary subscription with changes."""
    return Subscription.model_validate(JSON | changes)


def example(**changes: object) -> Example:
    """The same with an account and what came of it."""
    return Example.model_validate(JSON | KNOWN | changes)


def without(row: Mapping[str, object], *names: str) -> dict[str, object]:
    """A row without some of its fields."""
    return {name: value for name, value in row.items() if name not in names}


def examples() -> list[Example]:
    """The sample of the public tests."""
    return [Example.model_validate(row) for row in sample.rows()]


def by_lot(accounts: int, seed: int) -> list[Example]:
    """Accounts of one to six subscriptions with much in common, a third of which left by lot."""
    lot = Random(seed)
    return [row for number in range(accounts) for row in _account(lot, number)]


def _account(lot: Random, number: int) -> list[Example]:
    common = {
        "account_id": f"A-{number}",
        "plan": lot.choices(["beans", "ground", "office"], [5, 3, 1])[0],
        "tenure_months": min(240, int(lot.expovariate(1 / 20))),
        "tickets": lot.randrange(4),
        "rating": None if lot.random() < 0.3 else 1 + lot.randrange(9) / 2,
        "days_since_login": lot.randrange(60),
        "churned": "yes" if lot.random() < 1 / 3 else "no",
    }
    return [example(**common, boxes=1 + lot.randrange(4)) for _ in range(1 + lot.randrange(6))]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A CSV file with these rows, and its path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def predictions(path: Path) -> dict[str, float]:
    """Probabilities of a written file by the id of their row."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["row_id"]: float(row["churn_probability"]) for row in csv.DictReader(file)}
