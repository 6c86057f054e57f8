"""Points are shared by weight, exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.errors import ChallengeError
from runner.grading.plan import apportion, plan
from runner.model import Level, Role
from tests.unit.grading.build import BANDS, requirement, rubric

WEIGHTS = st.lists(st.integers(1, 10), min_size=1, max_size=40)


@given(total=st.integers(0, 10_000), weights=WEIGHTS)
def test_parts_add_up_and_stay_within_one_hundredth(total: int, weights: list[int]) -> None:
    parts = apportion(total, weights)

    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < 1


def test_equal_remainders_go_to_the_earlier_one() -> None:
    assert apportion(100, [1, 1, 1]) == (34, 33, 33)


def test_nothing_to_share_among_nobody() -> None:
    assert apportion(100, []) == ()


def test_a_category_is_shared_by_requirements_and_criteria() -> None:
    slots = plan(rubric(), [requirement("a", weight=3), requirement("b")], Level.MID)

    assert {slot.subject.id: slot.worth for slot in slots} == {
        "a": 4500,
        "b": 1500,
        "quality.lint": 1600,
        "quality.tests": 800,
        "quality.typed": 800,
        "human.design": 800,
    }


def test_a_bonus_takes_nothing_and_shows_what_it_would_be_worth() -> None:
    bonus = requirement("c", weight=2, levels={Level.MID: Role.BONUS})

    slots = plan(rubric(criteria=()), [requirement("a"), bonus], Level.MID)

    assert [(slot.subject.id, slot.role, slot.worth) for slot in slots] == [
        ("a", Role.REQUIRED, 6000),
        ("c", Role.BONUS, 4000),
    ]


def test_what_a_level_does_not_name_is_left_out() -> None:
    only_senior = requirement("s", levels={Level.SENIOR: Role.REQUIRED})
    lint = BANDS.model_copy(update={"levels": (Level.SENIOR,)})

    assert plan(rubric(criteria=[lint]), [only_senior], Level.MID) == ()
    assert len(plan(rubric(criteria=[lint]), [only_senior], Level.SENIOR)) == 2


def test_an_unknown_category_is_refused_by_name() -> None:
    with pytest.raises(ChallengeError, match="style"):
        plan(rubric(), [requirement("a", category="style")], Level.MID)


def test_a_doubled_id_is_refused_by_name() -> None:
    with pytest.raises(ChallengeError, match=r"quality\.lint"):
        plan(rubric(), [requirement("quality.lint")], Level.MID)


def test_a_criterion_may_be_called_like_its_category() -> None:
    assert plan(rubric(criteria=()), [requirement("correctness")], Level.MID)


def test_a_doubled_category_is_refused() -> None:
    twice = rubric(criteria=())
    twice = twice.model_copy(update={"categories": twice.categories * 2})
    with pytest.raises(ChallengeError, match="used 2 times"):
        plan(twice, [], Level.MID)
