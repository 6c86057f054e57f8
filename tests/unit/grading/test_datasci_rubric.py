"""The rubric for data science challenges, with the challenge that it is shipped with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runner.catalog import load_rubric_file
from runner.catalog.documents import parse
from runner.grading import grade
from runner.model import (
    Challenge,
    Evidence,
    Gate,
    Level,
    Measure,
    Outcome,
    Role,
    Scorecard,
    Status,
)

ROOT = Path(__file__).parents[3]
PLACE = ROOT / "rubrics/datasci.toml"
RUBRIC = load_rubric_file(PLACE).rubric
FOLDER = ROOT / "challenges/datasci/sales-analysis"
CHALLENGE = parse(Challenge, (FOLDER / "challenge.draft.toml").read_bytes(), "challenge.toml")
EXPECTED = tuple((f"t::{one.id}-{part}", one.id) for one in CHALLENGE.requirements for part in "ab")
"""Two checks for each requirement, so that one can hold in part."""

CLEAN = {
    "static.ruff": {"findings_per_kloc": 0.0},
    "static.mypy": {"errors_per_kloc": 0.0},
    "static.types": {"annotated_share": 1.0},
    "static.complexity": {"worst": 7.0},
    "static.frames": {"findings": 0.0, "per_kloc": 0.0, "rowwise": 0.0},
    "static.suppressions": {"per_kloc": 1.3},
    "static.modern": {"per_kloc": 0.0},
    "static.format": {"unformatted_share": 0.0},
    "static.docstrings": {"documented_share": 1.0},
    "static.packaging": {"signals_share": 1.0},
    "static.notes": {"sections_filled_share": 1.0},
    "static.tests": {"tests": 14.0, "sound_share": 1.0},
    "tests.coverage": {"covered_share": 0.9, "tests_failing": 0.0},
    "tests.mutants": {"noticed_share": 0.7},
}
"""What careful work within the time box measures."""


def static(**changed: dict[str, float]) -> list[Evidence]:
    """Evidence of every check in `CLEAN`; `frames={"rowwise": 3}` changes one number."""
    found = []
    for check, measures in CLEAN.items():
        numbers = measures | changed.get(check.partition(".")[2], {})
        found.append(
            Evidence(
                check=check,
                outcome=Outcome.MEASURED,
                summary="seen",
                measures=tuple(Measure(name=name, value=value) for name, value in numbers.items()),
            )
        )
    return found


def too_little() -> list[Evidence]:
    """What the checks say of somebody who wrote nothing."""
    return [
        Evidence(check=check, outcome=Outcome.NOT_MEASURED, summary="too little") for check in CLEAN
    ]


def behaviour(failed: str = "", *, parts: str = "ab") -> list[Evidence]:
    """All requirements hold but those whose id matches `failed`, which fail in `parts`."""
    return [
        Evidence(
            check=check,
            requirement=requirement,
            outcome=Outcome.FAILED
            if failed and re.fullmatch(failed, requirement) and check[-1] in parts
            else Outcome.PASSED,
            summary="found",
        )
        for check, requirement in EXPECTED
    ]


def judged(evidence: list[Evidence], level: Level = Level.SENIOR) -> Scorecard:
    return grade(RUBRIC, CHALLENGE.requirements, level, evidence, expected=EXPECTED)


def earned(card: Scorecard, criterion: str) -> float:
    """The share of a criterion's points."""
    [one] = [each for each in card.criteria if each.id == criterion]
    return one.earned / one.points


@pytest.mark.parametrize("level", Level)
def test_careful_work_earns_everything(level: Level) -> None:
    card = judged(behaviour() + static(), level)

    assert card.score.automatic.percent == 100
    assert card.score.automatic.possible + card.score.manual.possible == 100
    assert {gate.status for gate in card.gates} == {"passed"}
    assert card.flags.red == ()
    assert card.advice.title.startswith("Strong work")
    assert [one.id for one in card.questions] == [
        one.id for one in RUBRIC.questions if level in one.levels
    ]


@pytest.mark.parametrize("level", Level)
def test_the_untouched_starter_earns_nothing_and_is_not_judged_on_style(level: Level) -> None:
    card = judged(behaviour(".*") + too_little(), level)

    assert card.score.automatic.earned == 0
    assert card.advice.title.startswith("Below")


@pytest.mark.parametrize("level", Level)
def test_points_of_a_level_add_up_to_a_hundred(level: Level) -> None:
    assert sum(category.points[level] for category in RUBRIC.categories) == 100
    required = [one for one in judged(behaviour(), level).criteria if one.role is Role.REQUIRED]
    assert sum(round(one.points * 100) for one in required) == 100 * 100


@pytest.mark.parametrize("level", Level)
def test_every_category_of_a_required_behaviour_has_points(level: Level) -> None:
    points = {one.id: one.points[level] for one in RUBRIC.categories}

    for one in CHALLENGE.requirements:
        assert points[one.category] > 0 or one.levels[level] is not Role.REQUIRED


@pytest.mark.parametrize("level", Level)
def test_without_a_data_frame_nothing_is_lost(level: Level) -> None:
    evidence = [one for one in static() if one.check != "static.frames"]
    none = Evidence(check="static.frames", outcome=Outcome.NOT_MEASURED, summary="no pandas")

    card = judged([*behaviour(), *evidence, none], level)

    assert card.score.automatic.percent == 100
    assert card.score.automatic.possible + card.score.manual.possible < 100


@pytest.mark.parametrize("gate", RUBRIC.gates, ids=lambda gate: gate.id)
def test_each_gate_fails_by_each_of_its_criteria(gate: Gate) -> None:
    for criterion in gate.criteria:
        card = judged(behaviour(re.escape(criterion)) + static())

        assert [one.id for one in card.gates if one.status == "failed"] == [gate.id]
        assert card.score.automatic.percent > 85
        assert card.advice.title.startswith("Mixed")


def test_gates_and_flags_name_requirements_that_exist() -> None:
    ids = {one.id for one in CHALLENGE.requirements} | {one.id for one in RUBRIC.criteria}

    assert {name for gate in RUBRIC.gates for name in gate.criteria} <= ids
    assert {flag.criterion for flag in RUBRIC.flags if flag.criterion} <= ids


def test_gates_hold_what_their_level_requires() -> None:
    roles = {one.id: one.levels for one in CHALLENGE.requirements}

    for gate in RUBRIC.gates:
        for level in gate.levels:
            assert {roles[name][level] for name in gate.criteria} == {Role.REQUIRED}


def test_manual_criteria_are_anchored_at_every_mark_and_only_people_judge_them() -> None:
    for one in RUBRIC.criteria:
        assert (one.category == "human") is (one.scale == "manual")
        assert [anchor.mark for anchor in one.anchors] == (
            [0, 1, 2, 3, 4] if one.scale == "manual" else []
        )


def test_services_are_no_matter_of_this_rubric() -> None:
    assert "tests.faults" not in {one.check for one in RUBRIC.criteria}
    assert "tests.faults" not in {one.check for one in RUBRIC.flags}


def test_nobody_without_tests_earns_points_for_them() -> None:
    none = {
        check.partition(".")[2]: dict.fromkeys(CLEAN[check], 0.0)
        for check in CLEAN
        if "tests" in check
    }

    card = judged(behaviour() + static(**none))

    [testing] = [one for one in card.score.categories if one.id == "testing"]
    assert (testing.earned, testing.possible) == (0, 8)
    assert "red.no_tests" in [flag.id for flag in card.flags.red]


def test_one_finding_in_a_small_submission_costs_nothing() -> None:
    rate = 1000 / 250
    small = {"findings_per_kloc": rate, "errors_per_kloc": rate, "per_kloc": rate, "rowwise": 1}
    names = ("ruff", "mypy", "suppressions", "modern", "frames")

    card = judged(behaviour() + static(**dict.fromkeys(names, small)))

    assert card.score.automatic.percent == 100
    assert card.flags.red == ()


@pytest.mark.parametrize(
    ("rowwise", "share"), [(0, 1), (1, 1), (2, 0.5), (3, 0.5), (4, 0.2), (6, 0.2), (7, 0)]
)
def test_rows_gone_through_one_by_one(rowwise: float, share: float) -> None:
    card = judged(behaviour() + static(frames={"rowwise": rowwise}))

    assert earned(card, "quality.rowwise") == pytest.approx(share, abs=0.02)
    assert ("red.rowwise" in [flag.id for flag in card.flags.red]) == (rowwise >= 4)
    assert ("green.columns" in [flag.id for flag in card.flags.green]) == (rowwise == 0)


FLAGS = {
    "red.orders": (behaviour(r"clean\.orders"), {}),
    "red.orders_sometimes": (behaviour(r"clean\.orders", parts="a"), {}),
    "red.harmed": (behaviour(r"clean\.unharmed"), {}),
    "red.revenue": (behaviour(r"revenue\.table"), {}),
    "red.interval": (behaviour(r"price_test\.interval"), {}),
    "red.interval_sometimes": (behaviour(r"price_test\.interval", parts="b"), {}),
    "red.claim": (behaviour(r"price_test\.conclusion"), {}),
    "red.claim_sometimes": (behaviour(r"price_test\.conclusion", parts="b"), {}),
    "red.simpson": (behaviour(r"newsletter\.conclusion"), {}),
    "red.again": (behaviour(r"clean\.again"), {}),
    "red.empty": (behaviour(r"run\.empty"), {}),
    "red.effort": (behaviour(r"run\.effort"), {}),
    "red.rowwise": (behaviour(), {"frames": {"rowwise": 5.0}}),
    "red.no_tests": (behaviour(), {"tests": {"tests": 0.0}}),
    "red.tests_fail": (behaviour(), {"coverage": {"tests_failing": 2.0}}),
    "red.blind_tests": (behaviour(), {"mutants": {"noticed_share": 0.04}}),
    "red.suppressions": (behaviour(), {"suppressions": {"per_kloc": 20.0}}),
    "red.no_notes": (behaviour(), {"notes": {"sections_filled_share": 0.0}}),
}


@pytest.mark.parametrize("flag", [one.id for one in RUBRIC.flags if one.kind == "red"])
def test_each_red_flag_rises_alone(flag: str) -> None:
    shown, changed = FLAGS[flag]

    assert [one.id for one in judged(shown + static(**changed)).flags.red] == [flag]


@pytest.mark.parametrize("level", [Level.JUNIOR, Level.MID])
def test_a_bonus_that_was_not_tried_raises_no_red_flag(level: Level) -> None:
    bonus = [one.id for one in CHALLENGE.requirements if one.levels[level] is Role.BONUS]
    failed = "|".join(map(re.escape, bonus))

    card = judged(behaviour(failed) + static(), level)

    assert card.flags.red == ()
    assert card.score.automatic.percent == 100
    assert {gate.status for gate in card.gates} == {"passed"}


def test_all_green_flags_rise_for_careful_work() -> None:
    green = [one.id for one in judged(behaviour() + static()).flags.green]

    assert green == [one.id for one in RUBRIC.flags if one.kind == "green"]


def test_a_mark_by_hand_is_awaited_for_every_manual_criterion() -> None:
    pending = {one.id for one in judged(behaviour()).criteria if one.status is Status.PENDING}

    assert pending == {one.id for one in RUBRIC.criteria if one.scale == "manual"}


def test_every_threshold_has_its_reason_beside_it() -> None:
    for block in PLACE.read_text(encoding="utf-8").split("[[criteria]]")[1:]:
        if "bands = [" in block:
            assert re.search(r"^# .*(Judgement|judgement|default)", block, re.MULTILINE), block[:60]


def test_the_bank_has_enough_questions_for_every_level() -> None:
    for level in Level:
        asked = [one for one in RUBRIC.questions if level in one.levels]
        assert len(asked) >= 6
        assert all(one.listen_for for one in asked)
