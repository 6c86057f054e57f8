"""The rubric for data science challenges, with the challenge that it is shipped with."""

from __future__ import annotations

import re

import pytest

from runner.model import Evidence, Fault, Gate, Level, Outcome, Role, Scorecard, Status
from tests.unit.grading.bundled import DATASCI

RUBRIC, CHALLENGE = DATASCI.rubric, DATASCI.challenge
behaviour, static, judged = DATASCI.behaviour, DATASCI.static, DATASCI.judged
CLEAN = DATASCI.clean


def earned(card: Scorecard, criterion: str) -> float:
    """The share of a criterion's points."""
    [one] = [each for each in card.criteria if each.id == criterion]
    return one.earned / one.points


@pytest.mark.parametrize("level", Level)
def test_the_untouched_starter_earns_nothing_and_is_not_judged_on_style(level: Level) -> None:
    card = judged(behaviour(".*") + DATASCI.unmeasured(), level)

    assert card.score.automatic.earned == 0
    assert card.advice.title.startswith("Below")


@pytest.mark.parametrize("level", Level)
def test_every_category_of_a_required_behaviour_has_points(level: Level) -> None:
    points = {one.id: one.points[level] for one in RUBRIC.categories}

    for one in CHALLENGE.requirements:
        assert points[one.category] > 0 or one.levels[level] is not Role.REQUIRED


@pytest.mark.parametrize("level", Level)
def test_without_a_data_frame_nothing_is_lost(level: Level) -> None:
    evidence = [one for one in static() if one.check != "static.frames"]
    none = Evidence(
        check="static.frames",
        outcome=Outcome.NOT_MEASURED,
        fault=Fault.CHALLENGE,
        summary="no pandas",
    )

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


def test_a_mark_by_hand_is_awaited_for_every_manual_criterion() -> None:
    pending = {one.id for one in judged(behaviour()).criteria if one.status is Status.PENDING}

    assert pending == {one.id for one in RUBRIC.criteria if one.scale == "manual"}
