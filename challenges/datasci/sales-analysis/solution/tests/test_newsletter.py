"""Question 4."""

from __future__ import annotations

import pytest

from analysis.errors import InputError
from analysis.newsletter import Segment, combined, conclusion, newsletter
from tests import making


def bought(customer: str, segment: str, newsletter: str, *quantities: str) -> list[dict[str, str]]:
    """Orders of one customer for 10 EUR a kilogram."""
    who = {"customer": customer, "segment": segment, "newsletter": newsletter}
    return [who | {"price_per_kg": "10", "quantity": each} for each in quantities]


CONFOUNDED = (
    *bought("C-1", "home", "no", "2", "2", "2"),
    *bought("C-2", "home", "no", "2"),
    *bought("C-3", "home", "yes", "1"),
    *bought("C-4", "home", "yes", "1"),
    *bought("C-5", "office", "no", "10"),
    *bought("C-6", "office", "no", "10"),
    *bought("C-7", "office", "yes", "8", "8"),
    *bought("C-8", "office", "yes", "8", "8", "8", "8"),
)
"""Offices read more and buy more; within each segment readers buy less."""


def segment(readers: int, difference: float, variance: float) -> Segment:
    """A segment with what matters for the weights."""
    return Segment(
        name="home",
        readers=readers,
        others=1,
        mean=1.0,
        difference=difference,
        variance=variance,
    )


def test_the_difference_turns_round_within_segments() -> None:
    """Weighed by readers' orders: 2 of home, 6 of offices."""
    found = newsletter(making.worth(*CONFOUNDED))
    assert found.plain == pytest.approx(62.5 - 280 / 6, abs=0.01)
    assert {one.name: one.difference for one in found.segments} == {"home": -10, "office": -20}
    assert [one.mean for one in found.segments] == pytest.approx([100 / 6, 85])
    assert found.within_segments == -17.5
    assert found.conclusion == "lowers"


def test_weights_and_errors() -> None:
    """Shares of readers; their squares for variances."""
    assert combined([segment(3, 10.0, 16.0), segment(1, -2.0, 48.0)]) == (7.0, 12**0.5)


def test_orders_of_one_customer_are_not_independent() -> None:
    """The same customers with twice as many orders are no better known."""
    who = [("C-1", "no", "4"), ("C-2", "no", "5"), ("C-3", "yes", "3"), ("C-4", "yes", "5")]
    once, twice = (
        newsletter(
            making.worth(
                *(
                    row
                    for name, reads, kg in who
                    for row in bought(name, "home", reads, *[kg] * times)
                )
            )
        )
        for times in (1, 2)
    )
    assert once.low < once.within_segments < once.high
    assert (once.low, once.high) == (twice.low, twice.high)
    assert once.segments[0].variance == pytest.approx(((0.5**2 * 2 + 1**2 * 2) / 4) * 2 * 100)


@pytest.mark.parametrize(
    ("low", "high", "said"), [(1, 2, "raises"), (-2, -1, "lowers"), (-1, 1, "unclear")]
)
def test_conclusions(low: float, high: float, said: str) -> None:
    """As the interval says."""
    assert conclusion(low, high) == said


def test_a_segment_without_readers_is_left_out() -> None:
    """There is nothing to compare in it."""
    alone = bought("C-9", "office", "no", "100")
    home = [row for row in CONFOUNDED if row["segment"] == "home"]
    found = newsletter(making.worth(*home, *alone))
    assert [one.name for one in found.segments] == ["home"]


def test_nobody_reads_it() -> None:
    """Then there is no answer."""
    with pytest.raises(InputError, match="no segment has two readers"):
        newsletter(making.worth(*bought("C-1", "home", "no", "1", "2")))
