"""The rubric for backend challenges, with the challenge that it is shipped with."""

from __future__ import annotations

import re

import pytest

from runner.model import Evidence, Level
from tests.unit.grading.bundled import BACKEND

RUBRIC = BACKEND.rubric
behaviour, static, judged = BACKEND.behaviour, BACKEND.static, BACKEND.judged
CLEAN = BACKEND.clean


@pytest.mark.parametrize("level", Level)
def test_the_untouched_starter_earns_little_and_is_not_judged_on_style(level: Level) -> None:
    card = judged(behaviour(r"(?!service\.health).*") + BACKEND.unmeasured(), level)

    assert card.score.automatic.percent < 5
    assert card.advice.title.startswith("Below")
    assert {one.status.value for one in card.criteria if one.scale != "requirement"} == {
        "not_measured",
        "pending",
    }


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


def test_nobody_without_tests_earns_points_for_them() -> None:
    none = {
        check.partition(".")[2]: dict.fromkeys(CLEAN[check], 0.0)
        for check in CLEAN
        if "tests" in check
    }

    card = judged(behaviour() + static(**none))

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
