"""The page for the manager."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.findings import Findings, find
from analysis.revenue import Entry, Revenue
from analysis.summary import bounds, figure, more, percent, summary
from tests import making, sample


@pytest.fixture(scope="module")
def found() -> Findings:
    """What is found in the sample."""
    return find(making.export(sample.rows()))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (312345.674, "312,345.67"),
        (-8.1, "8.10"),
        (0.71, "0.71"),
        (0.0432, "0.043"),
        (0.00567, "0.0057"),
        (0.0, "0.00"),
    ],
)
def test_figures_have_two_significant_digits(value: float, text: str) -> None:
    """At least, and two decimals."""
    assert figure(value) == text


def test_words_for_numbers() -> None:
    """Signs are kept in intervals and become words elsewhere."""
    assert bounds(-0.5, 1.25) == "-0.50 to 1.25"
    assert (more(-3), more(3)) == ("3.00 EUR less", "3.00 EUR more")
    assert [percent(part, 40) for part in (0, 1, 3.99, 20)] == ["0 %", "2.5 %", "10 %", "50 %"]
    assert percent(1, 0) == "0 %"


def test_the_figures_of_the_answers_are_stated(found: Findings) -> None:
    """All that the brief asks for."""
    text = summary(found)
    test, letter = found.price_test, found.newsletter
    assert f"**{figure(found.revenue.total)} EUR**" in text
    assert f"**{figure(test.effect)} orders" in text
    assert bounds(test.low, test.high) in text
    assert f"**{more(letter.plain)}**" in text
    assert f"**{more(letter.within_segments)}**" in text


@pytest.mark.parametrize("said", ["more", "fewer", "unclear"])
@pytest.mark.parametrize("letter", ["raises", "lowers", "unclear"])
def test_every_conclusion_has_its_advice(found: Findings, said: str, letter: str) -> None:
    """And the page stays a page."""
    one = replace(
        found,
        price_test=replace(found.price_test, conclusion=said),
        newsletter=replace(found.newsletter, conclusion=letter),
    )
    text = summary(one)
    assert 150 <= len(text.split()) <= 600
    assert ("the price is the reason" in text) == (said != "unclear")
    assert ("Do not spend more on it" in text) == (letter == "lowers")


def test_lost_prices_are_told(found: Findings) -> None:
    """How many, which ones, and what it does to the total."""
    gone = replace(
        found.lost, orders=78, by_chance=False, among_heavy=0.074, revenue=found.revenue.total / 4
    )
    text = summary(replace(found, lost=gone))
    assert "78 orders have lost their price, and not by chance: 7.4 %" in text
    assert "make the total 25 % lower" in text
    assert "count as 0" not in text
    assert "2 of them" in summary(replace(found, lost=replace(gone, left=2)))


def test_regions_and_months_are_ranked(found: Findings) -> None:
    """By the sums of the answers; a region without orders is there with 0."""
    entries = (
        Entry(region="South", month="2025-03", revenue=25.0, orders=1),
        Entry(region="South", month="2025-02", revenue=35.0, orders=1),
        Entry(region="East", month="2025-03", revenue=40.0, orders=1),
    )
    text = summary(replace(found, revenue=Revenue(total=100.0, by_region_and_month=entries)))
    assert "most in March 2025 (65 EUR), least in February 2025 (35 EUR)" in text
    places = [text.index(f"| {row} |") for row in ("South | 60 | 60 %", "East | 40 | 40 %")]
    assert places == sorted(places)
    assert "| West | 0 | 0 % |" in text


def test_no_price_is_lost(found: Findings) -> None:
    """Then nothing is filled in."""
    assert "Every order has a price." in summary(found)


def test_young_cohorts_are_named(found: Findings) -> None:
    """As those that came too late, or as all there are."""
    assert "from September 2025 on came too late" in summary(found)
    young = replace(found.retention, cohorts=found.retention.cohorts[-1:])
    assert "No month's customers have all had 90 days" in summary(replace(found, retention=young))
