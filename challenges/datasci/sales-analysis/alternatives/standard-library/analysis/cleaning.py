"""From the rows of an export to orders: one an order, each field in one spelling."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from analysis import values
from analysis.errors import InputError
from analysis.reading import Export, Row

COLUMNS = (
    "order_id", "date", "customer", "segment", "region", "channel", "newsletter", "price_group",
    "product", "quantity_kg", "price_per_kg", "discount_pct",
)  # fmt: skip

CENT = Decimal("0.01")

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Order:
    """One order. Amounts are decimals, so that no sum depends on the order of its terms."""

    order_id: str
    day: date
    customer: str
    segment: str
    region: str
    channel: str
    newsletter: str
    price_group: str
    product: str
    quantity_kg: Decimal
    price_per_kg: Decimal | None
    discount_pct: Decimal

    @cached_property
    def revenue(self) -> Decimal | None:
        """EUR, rounded to a cent as on an invoice; `None` where the price is not known."""
        return None if self.price_per_kg is None else self.revenue_at(self.price_per_kg)

    def revenue_at(self, price_per_kg: Decimal) -> Decimal:
        """What the order would have brought at a price."""
        full = self.quantity_kg * price_per_kg
        return (full * (100 - self.discount_pct) / 100).quantize(CENT, ROUND_HALF_UP)

    @cached_property
    def month(self) -> str:
        """The month of the order, as `2025-03`."""
        return self.day.isoformat()[:7]


def clean(export: Export) -> list[Order]:
    """Return the orders of an export by their ids."""
    return sorted(
        (_order(row, export.decimal_mark) for row in _latest(export.rows)),
        key=lambda order: order.order_id,
    )


def _latest(rows: Iterable[Row]) -> Iterable[Row]:
    """Return the last export of each order; of those of the same minute the lower in the file."""
    latest: dict[str, Row] = {}
    for row in rows:
        order_id = row.fields["order_id"].upper()
        held = latest.get(order_id)
        # Times of one format in one zone are ordered as texts are.
        if held is None or held.fields["exported_at"] <= row.fields["exported_at"]:
            latest[order_id] = row
    return latest.values()


def _order(row: Row, decimal_mark: str) -> Order:
    fields = row.fields

    def read(column: str, parse: Callable[[str], _Value]) -> _Value:
        try:
            return parse(fields[column])
        except ValueError as problem:
            raise InputError(f"line {row.line}, {column}: {problem}") from problem

    return Order(
        order_id=read("order_id", values.identity),
        day=read("date", values.day),
        customer=read("customer", values.identity),
        segment=read("segment", lambda text: values.word(text, values.SEGMENTS)),
        region=read("region", lambda text: values.word(text, values.REGIONS)),
        channel=read("channel", lambda text: values.word(text, values.CHANNELS)),
        newsletter=read("newsletter", lambda text: values.word(text, values.NEWSLETTER)),
        price_group=read("price_group", lambda text: values.word(text, values.PRICE_GROUPS)),
        product=read("product", values.identity),
        quantity_kg=read(
            "quantity", lambda text: values.weight(text, fields["unit"], decimal_mark)
        ),
        price_per_kg=read("price_per_kg", lambda text: values.price(text, decimal_mark)),
        discount_pct=read("discount", lambda text: values.discount(text, decimal_mark)),
    )


def write(path: Path, orders: Sequence[Order]) -> None:
    """Write `clean.csv`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_written(order) for order in orders)


def _written(order: Order) -> tuple[str, ...]:
    price = order.price_per_kg
    return (
        order.order_id, order.day.isoformat(), order.customer, order.segment, order.region,
        order.channel, order.newsletter, order.price_group, order.product,
        _plain(order.quantity_kg), "" if price is None else _plain(price),
        _plain(order.discount_pct),
    )  # fmt: skip


def _plain(amount: Decimal) -> str:
    """Write a decimal with the digits that it came with, never with an exponent."""
    return format(amount, "f")
