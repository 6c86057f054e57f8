"""What one cell means: every spelling of the brief, and texts that mean nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import values

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))
BLANKS = st.sampled_from(["", " ", "\t", "\u00a0"])


@given(day=DAYS, before=BLANKS, after=BLANKS, capitals=st.booleans())
def test_a_day_reads_alike_in_all_forms(day: date, before: str, after: str, capitals: bool) -> None:
    """Any day of any year, also where day and month could change places."""
    name = values.MONTHS[day.month - 1][:3]
    forms = (
        day.isoformat(),
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{day.month:02}/{day.day:02}/{day.year}",
        f"{day.day} {name.upper() if capitals else name} {day.year}",
    )
    assert {values.day(f"{before}{form}{after}") for form in forms} == {np.datetime64(day, "s")}


@given(cents=st.integers(0, 10**7), before=BLANKS)
def test_a_price_reads_alike_in_all_forms(cents: int, before: str) -> None:
    """The decimal sign follows the currency sign, or the file."""
    point = f"{cents // 100}.{cents % 100:02}"
    comma = point.replace(".", ",")
    forms = (point, comma, f"€ {comma}", f"{comma} €", f"{point} EUR", f"eur {point}", f"€{comma}")
    assert {values.price(f"{before}{form} ") for form in forms} == {cents / 100}


@pytest.mark.parametrize("text", ["", " ", "n/a", "N/A", "-", " unknown", "Unknown"])
def test_what_nobody_knows(text: str) -> None:
    """A price is then open, a discount none."""
    assert isnan(values.price(text))
    assert values.discount(text) == 0


@pytest.mark.parametrize(
    ("text", "percent"),
    [("15", 15), ("15%", 15), (" 15 % ", 15), ("7,5", 7.5), ("100", 100), ("0", 0), ("-1", 0)],
)
def test_discounts(text: str, percent: float) -> None:
    """With and without a sign, and -1, which means none."""
    assert values.discount(text) == percent


def test_999_is_no_discount() -> None:
    """But 99 would be one."""
    assert (values.discount("999"), values.discount("999%"), values.discount("99")) == (0, 0, 99)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12 500", 12500),
        ("12'500", 12500),
        ("1 012 500", 1012500),
        ("12500", 12500),
        ("0,05", 0.05),
    ],
)
def test_weights(text: str, number: float) -> None:
    """A blank or an apostrophe may stand at the thousands."""
    assert values.weight(text) == number


@pytest.mark.parametrize(
    ("meanings", "texts", "word"),
    [
        (values.REGIONS, ("South", "SOUTH", " s", "S "), "South"),
        (values.SEGMENTS, ("office", "Büro", "BÜRO"), "office"),
        (values.SEGMENTS, ("Home", "private"), "home"),
        (values.CHANNELS, ("Tel", "phone"), "phone"),
        (values.CHANNELS, ("store", "SHOP"), "shop"),
        (values.CHANNELS, ("online", "web"), "web"),
        (values.ANSWERS, ("y", "True", "1", "YES"), "yes"),
        (values.ANSWERS, ("n", "FALSE", "0", "no"), "no"),
        (values.UNITS, ("grams", "G"), "g"),
        (values.UNITS, ("lbs", "lb"), "lb"),
        (values.GROUPS, ("a", " A"), "A"),
    ],
)
def test_words(meanings: dict[str, str], texts: tuple[str, ...], word: str) -> None:
    """Each spelling of a word."""
    assert {values.one_of(meanings)(text) for text in texts} == {word}


def test_ids_are_in_capitals() -> None:
    """Without blanks around them."""
    assert values.identifier(" ord-000123\t") == "ORD-000123"


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (values.day, "2025-02-30"),
        (values.day, "13/01/05"),
        (values.day, "13/13/2025"),
        (values.day, "5 Mai 2025"),
        (values.moment, "yesterday"),
        (values.moment, "2026-01-05T06:30+01:00"),
        (values.price, "1.234,50"),
        (values.price, "24.50 USD"),
        (values.price, "-3"),
        (values.price, "nan"),
        (values.weight, "0"),
        (values.weight, "1 2 500"),
        (values.weight, ""),
        (values.discount, "101"),
        (values.discount, "-2"),
        (values.identifier, " "),
        (values.one_of(values.UNITS), "oz"),
    ],
)
def test_what_means_nothing_is_refused(parse: Callable[[str], object], text: str) -> None:
    """A guess would be in every figure."""
    with pytest.raises(ValueError, match=r"no |not |missing|zone|month|day|isoformat"):
        parse(text)
