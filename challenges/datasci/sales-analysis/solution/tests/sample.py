"""A small export to try the program on: 16 customers, tidy but for one order exported twice."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

COLUMNS = (
    "order_id",
    "date",
    "customer",
    "segment",
    "region",
    "channel",
    "newsletter",
    "price_group",
    "product",
    "quantity",
    "unit",
    "price_per_kg",
    "discount",
    "exported_at",
)

CUSTOMERS = 16
PRODUCTS = {"BRAZIL": 17.5, "COLOMBIA": 21.0, "DECAF": 23.0, "KENYA": 29.0}
REGIONS = ("East", "North", "South", "West")

Row = dict[str, str]


def rows() -> list[Row]:
    """Return the rows, one order of them twice."""
    placed = [(who, turn) for who in range(CUSTOMERS) for turn in range(1 + who % 3)]
    orders = [_row(number, who, turn) for number, (who, turn) in enumerate(placed, 1)]
    corrected = orders[0] | {"quantity": "9.5", "exported_at": "2026-01-06T06:30"}
    return [*orders, corrected]


def _row(number: int, who: int, turn: int) -> Row:
    day = date(2025, 1 + who % 9, 10) + timedelta(days=40 * turn)
    product, price = list(PRODUCTS.items())[number % len(PRODUCTS)]
    return {
        "order_id": f"ORD-{number:06}",
        "date": day.isoformat(),
        "customer": f"C-{who:04}",
        "segment": ("home", "office")[who % 2],
        "region": REGIONS[who % len(REGIONS)],
        "channel": ("phone", "shop", "web")[number % 3],
        "newsletter": ("no", "yes")[who // 2 % 2],
        "price_group": "AB"[who // 4 % 2],
        "product": product,
        "quantity": f"{0.5 + number % 5}",
        "unit": "kg",
        "price_per_kg": f"{price:.2f}",
        "discount": ("0", "10")[number % 2],
        "exported_at": "2026-01-05T06:30",
    }


def write(path: Path, content: list[Row]) -> None:
    """Write rows as an export: UTF-8, commas."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(content)
