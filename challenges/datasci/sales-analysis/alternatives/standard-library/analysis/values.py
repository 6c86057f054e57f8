"""Reads single fields. Each function raises `ValueError` for what the brief does not know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

KG_PER_POUND = Decimal("0.45359237")
MOST_KG = Decimal(500)

SEGMENTS = {"home": "home", "private": "home", "office": "office", "büro": "office"}
REGIONS = {
    word: name
    for name in ("East", "North", "South", "West")
    for word in (name.casefold(), name[0].casefold())
}
CHANNELS = {
    "phone": "phone", "tel": "phone", "shop": "shop", "store": "shop", "web": "web",
    "online": "web",
}  # fmt: skip
NEWSLETTER = dict.fromkeys(("yes", "y", "true", "1"), "yes") | dict.fromkeys(
    ("no", "n", "false", "0"), "no"
)
PRICE_GROUPS = {"a": "A", "b": "B"}
UNITS = {"kg": "kg", "g": "g", "grams": "g", "lb": "lb", "lbs": "lb"}

_NOT_KNOWN = {"", "n/a", "-", "unknown"}
_NO_DISCOUNT = {Decimal(-1), Decimal(999)}

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_DATES = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",
        r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})",
        r"(?P<day>\d{1,2})\s+(?P<month>[a-z]{3})\s+(?P<year>\d{4})",
    )
)
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[\s'\u2019]")  # any blank, and the apostrophe in both of its forms
_SWAP_MARKS = str.maketrans(",.", ".,")


def identity(text: str) -> str:
    """Return an id or a product in capitals."""
    if not text:
        raise ValueError("is empty")
    return text.upper()


def word(text: str, meanings: Mapping[str, str]) -> str:
    """Return what a word of a fixed list means."""
    try:
        return meanings[text.casefold()]
    except KeyError:
        raise ValueError(f"{text!r} is none of {', '.join(meanings)}") from None


@lru_cache(maxsize=10_000)
def day(text: str) -> date:
    """Read a day in one of four spellings. Month names are ours: `strptime` knows the locale's."""
    for pattern in _DATES:
        if found := pattern.fullmatch(text.casefold()):
            month = found["month"]
            number = int(month) if month.isdigit() else _MONTHS.get(month, 0)
            return date(int(found["year"]), number, int(found["day"]))
    raise ValueError(f"{text!r} is no date")


def number(text: str, decimal_mark: str) -> Decimal:
    """Read a number, with blanks or apostrophes at the thousands.

    A number with the other decimal mark is refused: `1.250` with a decimal comma may be a thousand.
    """
    plain = _THOUSANDS.sub("", text)
    if decimal_mark == ",":
        plain = plain.translate(_SWAP_MARKS)
    if not _NUMBER.fullmatch(plain):
        raise ValueError(f"{text!r} is no number with {decimal_mark!r} as its decimal mark")
    return Decimal(plain)


def weight(quantity: str, unit: str, decimal_mark: str) -> Decimal:
    """Return kilograms, exactly: pounds are not rounded."""
    amount, unit = number(quantity, decimal_mark), word(unit, UNITS)
    if unit == "g" or (unit == "kg" and amount > MOST_KG):
        amount /= 1000
    elif unit == "lb":
        amount *= KG_PER_POUND
    if not 0 <= amount <= MOST_KG:
        raise ValueError(f"{quantity} {unit} is not between 0 and {MOST_KG} kg")
    return amount


def price(text: str, decimal_mark: str) -> Decimal | None:
    """Return EUR per kilogram, `None` where the price is not known."""
    folded = text.casefold()
    if folded in _NOT_KNOWN:
        return None
    for currency, its_mark in (("€", ","), ("eur", ".")):
        if currency in folded:
            folded = folded.removeprefix(currency).removesuffix(currency)
            decimal_mark = its_mark
    amount = number(folded, decimal_mark)
    if amount < 0:
        raise ValueError(f"{text!r} is below 0")
    return amount


def discount(text: str, decimal_mark: str) -> Decimal:
    """Return percent off, 0 where none was given."""
    if text.casefold() in _NOT_KNOWN:
        return Decimal(0)
    percent = number(text.removesuffix("%"), decimal_mark)
    if percent in _NO_DISCOUNT:
        return Decimal(0)
    if not 0 <= percent <= 100:
        raise ValueError(f"{text!r} is not between 0 and 100 %")
    return percent
