"""What holds for every rubric that comes with the program, with its challenge."""

from __future__ import annotations

import re

import pytest

from runner.model import Level, Role
from tests.unit.grading.bundled import BUNDLED, Bundled

each = pytest.mark.parametrize("bundled", BUNDLED, ids=lambda one: one.name)


@each
@pytest.mark.parametrize("level", Level)
def test_careful_work_earns_everything(bundled: Bundled, level: Level) -> None:
    card = bundled.judged(bundled.behaviour() + bundled.static(), level)

    assert card.score.automatic.percent == 100
    assert card.score.automatic.possible + card.score.manual.possible == 100
    assert {gate.status for gate in card.gates} == {"passed"}
    assert card.flags.red == ()
    assert card.advice.title.startswith("Strong work")
    assert [one.id for one in card.questions] == [
        one.id for one in bundled.rubric.questions if level in one.levels
    ]


@each
@pytest.mark.parametrize("level", Level)
def test_points_of_a_level_add_up_to_a_hundred(bundled: Bundled, level: Level) -> None:
    assert sum(category.points[level] for category in bundled.rubric.categories) == 100
    criteria = bundled.judged(bundled.behaviour(), level).criteria
    required = [one for one in criteria if one.role is Role.REQUIRED]
    assert sum(round(one.points * 100) for one in required) == 100 * 100


@each
def test_gates_and_flags_name_requirements_that_exist(bundled: Bundled) -> None:
    rubric = bundled.rubric
    ids = {one.id for one in bundled.challenge.requirements} | {one.id for one in rubric.criteria}

    assert {name for gate in rubric.gates for name in gate.criteria} <= ids
    assert {flag.criterion for flag in rubric.flags if flag.criterion} <= ids
    assert {name for flag in rubric.flags for name in flag.needs} <= ids


@each
def test_gates_hold_what_their_level_requires(bundled: Bundled) -> None:
    roles = {one.id: one.levels for one in bundled.challenge.requirements}

    for gate in bundled.rubric.gates:
        for level in gate.levels:
            assert {roles[name][level] for name in gate.criteria} == {Role.REQUIRED}


@each
def test_manual_criteria_are_anchored_at_every_mark_and_only_people_judge_them(
    bundled: Bundled,
) -> None:
    for one in bundled.rubric.criteria:
        assert (one.category == "human") is (one.scale == "manual")
        assert [anchor.mark for anchor in one.anchors] == (
            [0, 1, 2, 3, 4] if one.scale == "manual" else []
        )


@each
def test_all_green_flags_rise_for_careful_work(bundled: Bundled) -> None:
    card = bundled.judged(bundled.behaviour() + bundled.static())
    green = [one.id for one in card.flags.green]

    assert green == [one.id for one in bundled.rubric.flags if one.kind == "green"]


@each
def test_every_threshold_has_its_reason_beside_it(bundled: Bundled) -> None:
    for block in bundled.place.read_text(encoding="utf-8").split("[[criteria]]")[1:]:
        if "bands = [" in block:
            assert re.search(r"^# .*(Judgement|judgement|default)", block, re.MULTILINE), block[:60]


@each
def test_the_bank_has_enough_questions_for_every_level(bundled: Bundled) -> None:
    for level in Level:
        asked = [one for one in bundled.rubric.questions if level in one.levels]
        assert len(asked) >= 6
        assert all(one.listen_for for one in asked)


@each
def test_what_cannot_work_at_all_is_not_accused_of_everything(bundled: Bundled) -> None:
    card = bundled.judged(bundled.behaviour(".*") + bundled.static())

    assert {flag.title for flag in card.flags.red} <= {
        "No predictions of new accounts that are worth much"
    }
