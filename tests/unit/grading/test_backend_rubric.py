"""The rubric for backend challenges, with the challenge that it is shipped with."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from runner.grading import grade
from runner.model import Challenge, Evidence, Level, Measure, Outcome, Role, Rubric, Scorecard

ROOT = Path(__file__).parents[3]
RUBRIC = Rubric.model_validate(
    tomllib.loads((ROOT / "rubrics/backend.toml").read_text(encoding="utf-8"))
)
CHALLENGE = Challenge.model_validate(
    tomllib.loads(
        (ROOT / "challenges/backend/orders-api/challenge.toml").read_text(encoding="utf-8")
    )
)
EXPECTED = tuple((f"t::{one.id}", one.id) for one in CHALLENGE.requirements)
CLEAN = {
    "static.ruff": {"findings_per_kloc": 0.0},
    "static.mypy": {"errors_per_kloc": 0.0},
    "static.types": {"annotated_share": 1.0},
    "static.complexity": {"worst": 5.0},
    "static.suppressions": {"per_kloc": 1.3},
    "static.modern": {"per_kloc": 0.0},
    "static.format": {"unformatted_share": 0.0},
    "static.docstrings": {"documented_share": 1.0},
    "static.packaging": {"signals_share": 1.0},
    "static.notes": {"sections_filled_share": 1.0},
    "tests.coverage": {"covered_share": 0.92, "tests_failing": 0.0},
    "tests.faults": {"caught_share": 0.8},
    "tests.mutants": {"noticed_share": 0.6},
    "static.tests": {
        "tests": 21.0,
        "tests_per_changed_kloc": 27.8,
        "negative_tests": 13.0,
        "sound_share": 1.0,
    },
}
"""What careful work within the time box measures."""


def static(outcome: Outcome = Outcome.MEASURED, **changed: dict[str, float]) -> list[Evidence]:
    return [
        Evidence(
            check=check,
            outcome=outcome,
            summary="found",
            measures=tuple(
                Measure(name=name, value=value)
                for name, value in (
                    measures | changed.get(check.removeprefix("static."), {})
                ).items()
            ),
        )
        for check, measures in CLEAN.items()
    ]


def behaviour(failed: str = "") -> list[Evidence]:
    """All requirements hold but those whose id matches `failed`."""
    return [
        Evidence(
            check=check,
            requirement=requirement,
            outcome=Outcome.FAILED
            if failed and re.fullmatch(failed, requirement)
            else Outcome.PASSED,
            summary="found",
        )
        for check, requirement in EXPECTED
    ]


def judged(evidence: list[Evidence], level: Level = Level.SENIOR) -> Scorecard:
    return grade(RUBRIC, CHALLENGE.requirements, level, evidence, expected=EXPECTED)


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
def test_the_untouched_starter_earns_little_and_is_not_judged_on_style(level: Level) -> None:
    card = judged(behaviour(r"(?!service\.health).*") + static(Outcome.NOT_MEASURED), level)

    assert card.score.automatic.percent < 5
    assert card.advice.title.startswith("Below")
    assert {one.status.value for one in card.criteria if one.scale != "requirement"} == {
        "not_measured",
        "pending",
    }


@pytest.mark.parametrize("level", Level)
def test_points_of_a_level_add_up_to_a_hundred(level: Level) -> None:
    assert sum(category.points[level] for category in RUBRIC.categories) == 100
    required = [one for one in judged(behaviour(), level).criteria if one.role is Role.REQUIRED]
    assert sum(round(one.points * 100) for one in required) == 100 * 100


@pytest.mark.parametrize("gate", RUBRIC.gates, ids=lambda gate: gate.id)
def test_each_gate_can_fail_and_rules_out_the_upper_bands(gate: object) -> None:
    assert gate in RUBRIC.gates
    [rule] = [one for one in RUBRIC.gates if one is gate]
    card = judged(behaviour(re.escape(rule.criteria[0])) + static())

    [failed] = [one for one in card.gates if one.status == "failed"]
    assert failed.id == rule.id
    assert card.score.automatic.percent > 85
    assert card.advice.title.startswith("Mixed")
    assert card.advice.gates_failed == (rule.title,)


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


def test_nobody_without_tests_earns_points_for_them() -> None:
    none = {
        check.removeprefix("static."): dict.fromkeys(CLEAN[check], 0.0)
        for check in CLEAN
        if "tests" in check
    }

    card = judged(behaviour() + static(Outcome.MEASURED, **none))

    [testing] = [one for one in card.score.categories if one.id == "testing"]
    assert (testing.earned, testing.possible) == (0, 10)
    assert "red.no_tests" in [flag.id for flag in card.flags.red]


def test_one_finding_in_a_small_submission_costs_nothing() -> None:
    per_kloc = 1000 / 250
    small = {"findings_per_kloc": per_kloc, "errors_per_kloc": per_kloc, "per_kloc": per_kloc}

    card = judged(behaviour() + static(ruff=small, mypy=small, suppressions=small, modern=small))

    assert card.score.automatic.percent == 100


@pytest.mark.parametrize(
    ("evidence", "flag"),
    [
        (behaviour(r"auth\.token") + static(), "red.auth_open"),
        (behaviour(r"auth\.role") + static(), "red.role_open"),
        (behaviour(r"orders\.never_oversell") + static(), "red.oversold"),
        (behaviour(r"service\.hostile_input") + static(), "red.server_errors"),
        (behaviour(r"service\.kill") + static(), "red.data_lost"),
        (behaviour() + static(suppressions={"per_kloc": 20.0}), "red.suppressions"),
        (behaviour() + static(notes={"sections_filled_share": 0.0}), "red.no_notes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_red_flags_rise(evidence: list[Evidence], flag: str) -> None:
    assert [one.id for one in judged(evidence).flags.red] == [flag]


def test_all_green_flags_rise_for_careful_work() -> None:
    green = [one.id for one in judged(behaviour() + static()).flags.green]

    assert green == [one.id for one in RUBRIC.flags if one.kind == "green"]


def test_every_threshold_has_its_reason_beside_it() -> None:
    text = (ROOT / "rubrics/backend.toml").read_text(encoding="utf-8")

    for block in text.split("[[criteria]]")[1:]:
        if "bands = [" in block:
            assert re.search(r"^# .*(Judgement|judgement|default)", block, re.MULTILINE), block[:60]


def test_the_bank_has_enough_questions_for_every_level() -> None:
    for level in Level:
        asked = [one for one in RUBRIC.questions if level in one.levels]
        assert len(asked) >= 6
        assert all(one.listen_for for one in asked)
