"""A small file to train with: 150 accounts, 300 rows. It is tidy: nothing is missing in it."""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random

ACCOUNTS = 150
PLANS = {"beans": 20.5, "ground": 18.5, "capsules": 26.0, "office": 35.0}
PAYMENTS = ("card", "debit", "invoice", "wallet")
COUNTRIES = ("AT", "CH", "DE", "NL")
UNKNOWN = ("refund_eur", "churned")
"""Columns that nobody knows when a prediction is due."""

Row = dict[str, str | int | float]


def rows() -> list[Row]:
    """Return the rows, one to three of each account."""
    lot = Random(7)
    return [row for number in range(ACCOUNTS) for row in _account(lot, number)]


def _account(lot: Random, number: int) -> list[Row]:
    """Return the rows of an account: whoever is new and has trouble often leaves."""
    tenure, tickets = lot.randrange(60), lot.randrange(5)
    leaves = tickets - tenure / 20 + 2 * lot.random() > 2
    plan, price = list(PLANS.items())[number % len(PLANS)]
    account: Row = {
        "account_id": f"A-{number:04}",
        "month": f"2025-{1 + number % 9:02}",
        "plan": plan,
        "payment": PAYMENTS[lot.randrange(len(PAYMENTS))],
        "country": COUNTRIES[lot.randrange(len(COUNTRIES))],
        "tenure_months": tenure,
        "tickets": tickets,
        "rating": 1 + lot.randrange(9) / 2,
        "discount_pct": 5 * lot.randrange(3),
        "auto_renew": ("no", "yes")[lot.randrange(2)],
        "refund_eur": 12.5 if leaves else 0,
        "churned": "yes" if leaves else "no",
    }
    return [
        account | _subscription(lot, price) | {"row_id": f"{number:04}-{turn}"}
        for turn in range(1 + number % 3)
    ]


def _subscription(lot: Random, price: float) -> Row:
    """Return what differs between the rows of an account."""
    boxes = 1 + lot.randrange(4)
    return {
        "boxes": boxes,
        "price_eur": boxes * price,
        "skipped_boxes": lot.randrange(3),
        "days_since_login": lot.randrange(90),
    }


def to_predict() -> list[Row]:
    """Return the rows without what nobody knows when a prediction is due."""
    return [{name: row[name] for name in row if name not in UNKNOWN} for row in rows()]


def write(path: Path, content: list[Row]) -> None:
    """Write rows as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(content[0]))
        writer.writeheader()
        writer.writerows(content)
