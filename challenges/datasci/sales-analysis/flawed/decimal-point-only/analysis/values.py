"""What one cell of an export means. Each function raises `ValueError` for a text without meaning.

Letters may be capitals or not, and blanks may stand around anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

import numpy as np

NOTHING = frozenset({"", "n/a", "-", "unknown"})
"""How a value that nobody knows is written."""

NO_DISCOUNT = (-1.0, 999.0)
"""Percents that mean: none was given."""

SEGMENTS = {"home": "home", "private": "home", "office": "office", "büro": "office"}
REGIONS = {
    "east": "East",
    "e": "East",
    "north": "North",
    "n": "North",
    "south": "South",
    "s": "South",
    "west": "West",
    "w": "West",
}
CHANNELS = {
    "phone": "phone",
    "tel": "phone",
    "shop": "shop",
    "store": "shop",
    "web": "web",
    "online": "web",
}
ANSWERS = {
    "yes": "yes",
    "y": "yes",
    "true": "yes",
    "1": "yes",
    "no": "no",
    "n": "no",
    "false": "no",
    "0": "no",
}
GROUPS = {"a": "A", "b": "B"}
UNITS = {"kg": "kg", "g": "g", "grams": "g", "lb": "lb", "lbs": "lb"}

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

MONTH_NUMBERS = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}

_DAYS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"),
    re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})"),
    re.compile(rf"(?P<day>\d{{1,2}})\s+(?P<month>{'|'.join(MONTH_NUMBERS)})\s+(?P<year>\d{{4}})"),
)
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
_CURRENCY = re.compile(r"€|eur")
_THOUSANDS = re.compile(r"(?<=\d)['\s](?=\d{3})")


def identifier(text: str) -> str:
    """An id in capitals."""
    name = text.strip().upper()
    if not name:
        raise ValueError("an id is missing")
    return name


def one_of(meanings: Mapping[str, str]) -> Callable[[str], str]:
    """A function that looks a word up."""

    def meaning(text: str) -> str:
        word = text.strip().lower()
        if word not in meanings:
            raise ValueError(f"{word!r} is not among the words known here")
        return meanings[word]

    return meaning


def day(text: str) -> np.datetime64:
    """A day in one of the four forms. Months are read here, not by the locale."""
    for form in _DAYS:
        if match := form.fullmatch(text.strip().lower()):
            month = match["month"]
            number = MONTH_NUMBERS.get(month) or int(month)
            return np.datetime64(date(int(match["year"]), number, int(match["day"])), "s")
    raise ValueError(f"{text!r} is no day")


def moment(text: str) -> np.datetime64:
    """A time without a zone: `2026-01-05T06:30`."""
    found = datetime.fromisoformat(text.strip())
    if found.tzinfo is not None:
        raise ValueError(f"{text!r} has a time zone, the others have none")
    return np.datetime64(found, "s")


def number(text: str) -> float:
    """A number whose decimals begin at a point or a comma.

    Both can be read alike, whatever the file: the only marks at the thousands are the blank and
    the apostrophe, so a text with two points or commas has no meaning.
    """
    digits = _THOUSANDS.sub("", text.strip())
    if not _NUMBER.fullmatch(digits):
        raise ValueError(f"{text!r} is no number")
    return float(digits.replace(",", ""))


def weight(text: str) -> float:
    """A weight in whichever unit, more than nothing."""
    found = number(text)
    if found <= 0:
        raise ValueError(f"{text!r} is no weight")
    return found


def price(text: str) -> float:
    """EUR, not a number where nobody knows it."""
    plain = text.strip().lower()
    if plain in NOTHING:
        return float("nan")
    if "€" in plain:
        plain = plain.replace(",", ".")
    found = number(_CURRENCY.sub("", plain, count=1))
    if found < 0:
        raise ValueError(f"{text!r} is no price")
    return found


def discount(text: str) -> float:
    """Percent off, 0 where none was given."""
    plain = text.strip().lower()
    if plain in NOTHING:
        return 0.0
    found = number(plain.removesuffix("%"))
    if found in NO_DISCOUNT:
        return 0.0
    if not 0 <= found <= 100:
        raise ValueError(f"{text!r} is no discount")
    return found
