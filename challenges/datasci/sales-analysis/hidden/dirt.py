"""What happens to orders on their way into a file, every corruption with its label.

Everything here is stated in the brief: which spellings there are and what each of them means.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from typing import Literal

from sales import Order

Kind = Literal["dates", "money", "units", "categories", "sentinels", "outliers", "blanks"]
"""What can be wrong with a cell."""

COLUMNS = (
    "order_id", "date", "customer", "segment", "region", "channel", "newsletter", "price_group",
    "product", "quantity", "unit", "price_per_kg", "discount", "exported_at",
)  # fmt: skip

SPELLINGS: dict[str, tuple[str, ...]] = {
    "East": ("east", "EAST", "E"),
    "North": ("north", "NORTH", "N"),
    "South": ("south", "SOUTH", "S"),
    "West": ("west", "WEST", "W"),
    "phone": ("Phone", "PHONE", "tel"),
    "shop": ("Shop", "SHOP", "store"),
    "web": ("Web", "WEB", "online"),
    "home": ("Home", "HOME", "private"),
    "office": ("Office", "OFFICE", "büro"),
    "yes": ("Yes", "y", "true", "1"),
    "no": ("No", "n", "false", "0"),
}
NOTHING = ("", "n/a", "-", "unknown")
"""How a value that nobody knows is written; a discount may be -1 or 999 as well."""

NO_DISCOUNT = (*NOTHING, "-1", "999")
THOUSANDS = ("", "", " ", "'")
"""What stands at the thousands of grams."""

POUND = Decimal("0.45359237")
TOO_MUCH = 500
"""No order weighs so many kilograms: grams were entered as kilograms."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
EXPORTED = datetime(2026, 1, 5, 6, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dirt:
    """How much goes wrong: the share of cells or rows of each kind, times `amount`."""

    amount: float = 1.0
    dates: float = 0.5
    money: float = 0.4
    units: float = 0.25
    categories: float = 0.12
    sentinels: float = 0.08
    outliers: float = 0.01
    blanks: float = 0.05
    copies: float = 0.03
    respelled: float = 0.02
    corrected: float = 0.015


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """The rows of a file, and what was done to them.

    `marks` has for each kind the cells (order, column) that the row to be kept has wrong;
    `copies` the orders that stand there more than once.
    """

    rows: tuple[dict[str, str], ...]
    marks: dict[Kind, frozenset[tuple[str, str]]]
    copies: frozenset[str]


def exported(orders: tuple[Order, ...], seed: int, dirt: Dirt | None = None) -> Export:
    """The file that the orders become."""
    return _Exporter(random.Random(f"dirt/{seed}"), dirt or Dirt()).export(orders)


def written(
    export: Export,
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
    columns: tuple[str, ...] = COLUMNS,
) -> bytes:
    """The bytes of a CSV file. With semicolons, plain numbers have a decimal comma."""
    text = io.StringIO()
    writer = csv.DictWriter(
        text, columns, delimiter=delimiter, lineterminator="\r\n", extrasaction="ignore"
    )
    writer.writeheader()
    for row in export.rows:
        writer.writerow(_with_commas(row) if delimiter == ";" else row)
    return text.getvalue().encode(encoding)


def _with_commas(row: dict[str, str]) -> dict[str, str]:
    plain = {
        name: row[name].replace(".", ",")
        for name in ("quantity", "price_per_kg", "discount")
        if row.get(name, "").strip().replace(".", "", 1).isdigit()
    }
    return row | plain


class _Exporter:
    """One export. `marks` are those of the row that is being written."""

    def __init__(self, rng: random.Random, dirt: Dirt) -> None:
        self._rng = rng
        self._dirt = dirt
        self._marks: dict[str, set[Kind]] = {}

    def export(self, orders: tuple[Order, ...]) -> Export:
        rows: list[dict[str, str]] = []
        marks: dict[Kind, set[tuple[str, str]]] = {}
        copies: set[str] = set()
        for order in orders:
            kept, others = self._rows(order)
            rows += [kept, *others]
            copies |= {order.id} if others else set()
            for column, kinds in self._marks.items():
                for kind in kinds:
                    marks.setdefault(kind, set()).add((order.id, column))
        self._rng.shuffle(rows)
        return Export(
            rows=tuple(rows),
            marks={kind: frozenset(cells) for kind, cells in sorted(marks.items())},
            copies=frozenset(copies),
        )

    def _rows(self, order: Order) -> tuple[dict[str, str], list[dict[str, str]]]:
        """The row that counts, the one that was exported last, and others of the same order."""
        respelled, corrected, copied = accumulate(
            share * self._dirt.amount
            for share in (self._dirt.respelled, self._dirt.corrected, self._dirt.copies)
        )
        roll = self._rng.random()
        at = EXPORTED + timedelta(minutes=self._rng.randrange(600))
        earlier = at - timedelta(days=self._rng.randint(1, 9))
        others = []
        if roll < respelled:
            others = [self._row(order, earlier)]
        elif roll < corrected:
            before = replace(order, kilograms=order.kilograms + Decimal("0.5"))
            others = [self._row(before, earlier)]
        kept = self._row(order, at)
        if corrected <= roll < copied:
            others = [dict(kept)] * self._rng.choice((1, 1, 2))
        return kept, others

    def _row(self, order: Order, at: datetime) -> dict[str, str]:
        self._marks = {}
        quantity, unit = self._weight(order.kilograms)
        row = {
            "order_id": order.id,
            "date": self._maybe(
                "date",
                "dates",
                self._dirt.dates,
                order.day.isoformat(),
                lambda: self._day(order.day),
            ),
            "customer": order.customer,
            "segment": self._word("segment", order.segment),
            "region": self._word("region", order.region),
            "channel": self._word("channel", order.channel),
            "newsletter": self._word("newsletter", "yes" if order.newsletter else "no"),
            "price_group": order.group,
            "product": order.product,
            "quantity": quantity,
            "unit": unit,
            "price_per_kg": self._price(order.price),
            "discount": self._discount(order.discount),
            "exported_at": at.isoformat(timespec="minutes"),
        }
        for column in ("order_id", "customer", "product", "price_group"):
            row[column] = self._maybe(
                column,
                "blanks",
                self._dirt.blanks,
                row[column],
                lambda text=row[column]: self._blank(text),
            )
        return row

    def _happens(self, share: float) -> bool:
        return self._rng.random() < share * self._dirt.amount

    def _maybe(
        self, column: str, kind: Kind, share: float, plain: str, other: Callable[[], str]
    ) -> str:
        if not self._happens(share):
            return plain
        text = other()
        if text != plain:
            self._marks.setdefault(column, set()).add(kind)
        return text

    def _word(self, column: str, word: str) -> str:
        text = self._maybe(
            column,
            "categories",
            self._dirt.categories,
            word,
            lambda: self._rng.choice(SPELLINGS[word]),
        )
        return self._maybe(column, "blanks", self._dirt.blanks, text, lambda: f" {text}")

    def _blank(self, text: str) -> str:
        return self._rng.choice((f" {text}", f"{text} ", text.lower(), f"{text}\t"))

    def _day(self, day: date) -> str:
        return self._rng.choice(
            (
                f"{day.day:02}.{day.month:02}.{day.year}",
                f"{day.month:02}/{day.day:02}/{day.year}",
                f"{day.day} {MONTHS[day.month - 1]} {day.year}",
            )
        )

    def _weight(self, kilograms: Decimal) -> tuple[str, str]:
        if self._happens(self._dirt.outliers) and kilograms * 1000 > TOO_MUCH:
            self._marks.setdefault("quantity", set()).add("outliers")
            return f"{kilograms * 1000:.0f}", "kg"
        if not self._happens(self._dirt.units):
            return f"{kilograms.normalize():f}", "kg"
        self._marks.setdefault("quantity", set()).add("units")
        if self._rng.random() < 0.6:
            grams = f"{kilograms * 1000:,.0f}".replace(",", self._rng.choice(THOUSANDS))
            return grams, self._rng.choice(("g", "grams"))
        return (
            f"{(kilograms / POUND).quantize(Decimal('0.0001'), ROUND_HALF_UP):f}",
            self._rng.choice(("lb", "lbs")),
        )

    def _price(self, price: Decimal | None) -> str:
        if price is None:
            return self._rng.choice(NOTHING)
        euro = f"{price:.2f}".replace(".", ",")
        forms = (f"€ {euro}", f"{euro} €", f"{price:.2f} EUR", f"EUR {price:.2f}")
        return self._maybe(
            "price_per_kg",
            "money",
            self._dirt.money,
            f"{price:.2f}",
            lambda: self._rng.choice(forms),
        )

    def _discount(self, discount: int) -> str:
        if discount == 0:
            return self._maybe(
                "discount",
                "sentinels",
                self._dirt.sentinels * 4,
                "0",
                lambda: self._rng.choice(NO_DISCOUNT),
            )
        return self._maybe(
            "discount", "sentinels", self._dirt.sentinels, f"{discount}", lambda: f"{discount}%"
        )
