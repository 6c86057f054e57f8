"""Cleans an export: the last row of each order, each field in one notation.

A field that cannot be read ends the program. Guessing, or dropping its order, would change figures
without anybody knowing.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from analysis.errors import ExportError
from analysis.reading import Export

SEGMENTS = {"home": "home", "private": "home", "office": "office", "büro": "office"}
REGIONS = {
    name: region
    for region in ("East", "North", "South", "West")
    for name in (region.lower(), region[0].lower())
}
CHANNELS = (
    dict.fromkeys(("phone", "tel"), "phone")
    | dict.fromkeys(("shop", "store"), "shop")
    | dict.fromkeys(("web", "online"), "web")
)
NEWSLETTER = dict.fromkeys(("yes", "y", "true", "1"), "yes") | dict.fromkeys(
    ("no", "n", "false", "0"), "no"
)
PRICE_GROUPS = {"a": "A", "b": "B"}

KG_PER_LB = 0.45359237
HEAVIEST_KG = 500.0
DIGITS = 9  # of a converted weight: what is beyond is noise of the conversion
DATE_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d %b %Y")
EARLIEST_YEAR = 1000  # what is before has been written with two digits

NOT_KNOWN = ("", "n/a", "-", "unknown")
NO_DISCOUNT = (-1.0, 999.0)


@dataclass(frozen=True)
class Field:
    """A column of the cleaned file: what it is read from, how, and whether it may be unknown."""

    name: str
    source: str
    value: pl.Expr
    may_be_unknown: bool = False

    @property
    def unreadable(self) -> pl.Expr:
        """The text of each row that says something, but nothing that can be read."""
        text = pl.col(self.source)
        bad = self.value.is_null()
        return text.filter(bad & ~_not_known(self.source) if self.may_be_unknown else bad)


def clean(export: Export) -> pl.DataFrame:
    """Return the orders as `clean.csv` has them, sorted by their ids."""
    comma = export.separator == ";"
    fields = (
        Field("order_id", "order_id", _identifier("order_id")),
        Field("date", "date", date("date")),
        Field("customer", "customer", _identifier("customer")),
        Field("segment", "segment", _word("segment", SEGMENTS)),
        Field("region", "region", _word("region", REGIONS)),
        Field("channel", "channel", _word("channel", CHANNELS)),
        Field("newsletter", "newsletter", _word("newsletter", NEWSLETTER)),
        Field("price_group", "price_group", _word("price_group", PRICE_GROUPS)),
        Field("product", "product", _identifier("product")),
        Field("quantity_kg", "quantity", kilograms("quantity", "unit", comma=comma)),
        Field("price_per_kg", "price_per_kg", price("price_per_kg", comma=comma), True),
        Field("discount_pct", "discount", discount("discount", comma=comma)),
    )
    latest = _latest(export.rows)
    _refuse_unreadable(latest, fields)
    orders = latest.lazy().select(field.value.alias(field.name) for field in fields)
    return orders.sort("order_id").collect()


def _latest(rows: pl.LazyFrame) -> pl.DataFrame:
    """Return the row of each order that was exported last, all fields without blanks around."""
    return (
        rows.with_columns(pl.all().str.strip_chars())
        .with_columns(pl.col("order_id", "exported_at").str.to_uppercase())
        .sort("exported_at", maintain_order=True)
        .unique("order_id", keep="last", maintain_order=True)
        .collect()
    )


def _refuse_unreadable(rows: pl.DataFrame, fields: tuple[Field, ...]) -> None:
    """Raise an `ExportError` that names what cannot be read."""
    found = rows.lazy().select(field.unreadable.implode().alias(field.name) for field in fields)
    texts: dict[str, list[str]] = found.collect().row(0, named=True)
    problems = [
        f"{len(texts[field.name])} x {field.source} such as {texts[field.name][0]!r}"
        for field in fields
        if texts[field.name]
    ]
    if problems:
        raise ExportError(f"the export holds what cannot be read: {', '.join(problems)}")


def date(source: str) -> pl.Expr:
    """The day, from any of the four notations."""
    days = [pl.col(source).str.to_date(each, strict=False) for each in DATE_FORMATS]
    day = pl.coalesce(days)
    return pl.when(day.dt.year() >= EARLIEST_YEAR).then(day)


def kilograms(quantity: str, unit: str, *, comma: bool) -> pl.Expr:
    """The weight in kg. A row in kg beyond the heaviest order there is holds grams."""
    number = _number(pl.col(quantity).str.replace_all(r"[\s'\u2019]", ""), comma=pl.lit(comma))
    name = pl.col(unit).str.to_lowercase()
    mistaken = (name == "kg") & (number > HEAVIEST_KG)
    return (
        pl.when(name.is_in(["g", "grams"]) | mistaken)
        .then((number / 1000).round(DIGITS))
        .when(name == "kg")
        .then(number)
        .when(name.is_in(["lb", "lbs"]))
        .then((number * KG_PER_LB).round(DIGITS))
    )


def price(source: str, *, comma: bool) -> pl.Expr:
    """The price in EUR: a comma with `€`, a point with `EUR`, else as numbers in this file are."""
    text = pl.col(source).str.to_uppercase()
    mark = (
        pl.when(text.str.contains("€", literal=True))
        .then(pl.lit(True))
        .when(text.str.contains("EUR", literal=True))
        .then(pl.lit(False))
        .otherwise(pl.lit(comma))
    )
    bare = text.str.replace(r"^(?:€|EUR)|(?:€|EUR)$", "").str.strip_chars()
    return _number(bare, comma=mark)


def discount(source: str, *, comma: bool) -> pl.Expr:
    """The discount in percent; 0 where none was given."""
    number = _number(pl.col(source).str.replace(r"\s*%$", ""), comma=pl.lit(comma))
    none_given = _not_known(source) | number.is_in(NO_DISCOUNT)
    return pl.when(none_given).then(pl.lit(0.0)).otherwise(number)


def _number(text: pl.Expr, *, comma: pl.Expr) -> pl.Expr:
    """The number that a text holds with this decimal mark; null if it holds anything else."""
    with_comma = text.str.extract(r"^(-?\d+(?:,\d+)?)$").str.replace(",", ".", literal=True)
    with_point = text.str.extract(r"^(-?\d+(?:\.\d+)?)$")
    return pl.when(comma).then(with_comma).otherwise(with_point).cast(pl.Float64)


def _word(source: str, words: dict[str, str]) -> pl.Expr:
    """The word that comes first in the brief for what is written; null for any other."""
    text = pl.col(source).str.to_lowercase()
    return text.replace_strict(words, default=None, return_dtype=pl.String)


def _identifier(source: str) -> pl.Expr:
    """An id or a product, in capitals."""
    return pl.when(pl.col(source) != "").then(pl.col(source).str.to_uppercase())


def _not_known(source: str) -> pl.Expr:
    """Whether a field says that there is nothing to say."""
    return pl.col(source).str.to_lowercase().is_in(NOT_KNOWN)
