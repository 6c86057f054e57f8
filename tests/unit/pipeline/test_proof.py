"""`judge`: what each kind of variant has to come out as."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.catalog.variants import Expectation, Variant
from runner.model import Alarm, Evidence, Outcome, Record
from runner.proof import judge
from tests.unit.analyser.build import analysed
from tests.unit.pipeline.scenes import Stage, harness, saying, suite_report

if TYPE_CHECKING:
    from pathlib import Path

    from runner.certificate import Row

ALARM = Alarm(id="static.exit", summary="leaves early")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A grading of next to nothing, so that only the suite gives points."""
    made = Stage(tmp_path)
    made.analysis = analysed(tmp_path / "app", {"app/main.py": "app = 2\n"}, changed_minimum=40)
    return made


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()


def cheat(**expects: object) -> Variant:
    """A cheat that expects this of itself, on the starter unless it says otherwise."""
    stated = Expectation.model_validate({"base": "starter", "defect": "cheats", **expects})
    return Variant(kind="cheat", title="cheats/x", files=(), expects=stated)


def judged(stage: Stage, variant: Variant, record: Record) -> Row:
    """The row of the matrix."""
    return judge(variant, record, stage.challenge, stage.rubric)


def unmasked(stage: Stage) -> Record:
    """A record of a cheat that earned nothing."""
    return stage.play(harness=harness(suite_report(create="failed", read="failed")))


def test_a_cheat_that_gains_nothing_and_is_seen_proves_the_challenge(stage: Stage) -> None:
    record = unmasked(stage).model_copy(update={"alarms": (ALARM,)})

    assert judged(stage, cheat(alarms=["static.exit"]), record).problems == ()


def test_an_alarm_that_stays_silent_is_a_problem(stage: Stage) -> None:
    row = judged(stage, cheat(alarms=["static.exit"]), unmasked(stage))

    assert row.problems == ("should raise the alarm static.exit and does not",)


def test_a_check_that_believes_a_cheat_is_a_problem(stage: Stage) -> None:
    record = unmasked(stage)
    unknown = Evidence(check="tests.mutants", outcome=Outcome.NOT_MEASURED, summary="?")
    seen_through = record.model_copy(update={"evidence": (*record.evidence, unknown)})
    known = unknown.model_copy(update={"outcome": Outcome.MEASURED})
    believed = record.model_copy(update={"evidence": (*record.evidence, known)})
    stated = cheat(not_told=["tests.mutants"])

    assert judged(stage, stated, seen_through).problems == ()
    assert judged(stage, stated, believed).problems == (
        "tests.mutants should tell nothing, and is measured",
    )
    assert judged(stage, stated, record).problems == (
        "tests.mutants should tell nothing, and is not there",
    )


def test_points_of_a_cheat_are_a_problem_unless_it_is_laid_on_the_solution(stage: Stage) -> None:
    record = stage.play()

    problems = judged(stage, cheat(), record).problems
    assert len(problems) == 3
    assert all("more than 5 %" in problem for problem in problems)
    assert judged(stage, cheat(base="solution"), record).problems == ()


def test_a_cheat_that_voids_its_run_is_a_problem(stage: Stage) -> None:
    row = judged(stage, cheat(), stage.play(harness=saying("{}")))

    assert "the run is void" in row.problems
    assert any("errored" in problem for problem in row.problems)


def test_a_flawed_variant_loses_exactly_what_it_names(stage: Stage) -> None:
    stated = Expectation(defect="no create", loses=("items.create",))
    flawed = Variant(kind="flawed", title="flawed/x", files=(), expects=stated)
    one = stage.play(harness=harness(suite_report(create="failed")))

    assert judged(stage, flawed, one).problems == ()
    assert [text.partition(":")[0] for text in judged(stage, flawed, unmasked(stage)).problems] == [
        "loses items.read"
    ]
    assert judged(stage, flawed, stage.play()).problems == (
        "should lose items.create and does not",
    )


def test_what_a_defect_spoils_in_some_data_only_may_be_lost_or_not(stage: Stage) -> None:
    stated = Expectation(defect="x", loses=("items.create",), may_lose=("items.read",))
    flawed = Variant(kind="flawed", title="flawed/x", files=(), expects=stated)
    one = stage.play(harness=harness(suite_report(create="failed")))

    assert judged(stage, flawed, one).problems == ()
    assert judged(stage, flawed, unmasked(stage)).problems == ()
    assert judged(stage, flawed, stage.play()).problems != ()


def test_the_starter_stays_below_its_ceiling(stage: Stage) -> None:
    starter = Variant(kind="starter", title="starter", files=())

    assert judged(stage, starter, unmasked(stage)).problems == ()
    assert judged(stage, starter, stage.play()).problems
