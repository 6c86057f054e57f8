"""What a graded attack got away with, told from records alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.model import Alarm, Evidence, Fault, Level, Outcome, Record
from runner.selftest import outcomes
from runner.selftest.gradings import honest_work
from runner.selftest.guarantees import Verdict
from runner.selftest.outcomes import Honest, judged, merged, unmeasured
from tests.unit.pipeline.scenes import Stage, harness, suite_report
from tests.unit.selftest.build import attack

if TYPE_CHECKING:
    from runner.harness.messages import CaseOutcome
    from runner.testing.fake_box import Inside


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("stage"))


def graded(stage: Stage, create: CaseOutcome = "passed", read: CaseOutcome = "failed") -> Record:
    """A submission whose behaviour comes out so."""
    return stage.play(harness=harness(suite_report(create, read)))


@pytest.fixture(scope="module")
def honest(stage: Stage) -> Honest:
    """One behaviour of two works; in the solution both do."""
    return Honest(honest=graded(stage), solution=graded(stage, "passed", "passed"))


def problems(stage: Stage, honest: Honest, record: Record, **expect: Any) -> tuple[str, ...]:
    one = attack(checks=["suite"], expect=expect)
    return judged(one, record, honest, stage.rubric)


def changed(record: Record, check: str, **fields: Any) -> Record:
    """The record with one piece of evidence otherwise."""
    found = tuple(
        one.model_copy(update=fields) if one.check == check else one for one in record.evidence
    )
    return record.model_copy(update={"evidence": found})


def test_who_earns_what_honest_work_earns_has_gained_nothing(stage: Stage, honest: Honest) -> None:
    assert problems(stage, honest, graded(stage)) == ()
    assert problems(stage, honest, graded(stage, "failed", "failed")) == ()


def test_who_earns_more_is_told_at_every_level(stage: Stage, honest: Honest) -> None:
    found = problems(stage, honest, graded(stage, "passed", "passed"))
    assert [level for level in Level if any(f"at level {level}" in one for one in found)] == [
        # At level junior reading is a bonus.
        Level.MID,
        Level.SENIOR,
    ]


def test_what_leaves_the_possible_points_is_a_gain(stage: Stage, honest: Honest) -> None:
    """The attack of all attacks: a lost behaviour that cannot be told any more."""
    lost = "test_items.py::test_read"
    free = changed(graded(stage), lost, outcome=Outcome.NOT_MEASURED, fault=Fault.INFRASTRUCTURE)
    assert any("it earns 100.00 %" in one for one in problems(stage, honest, free))
    withheld = changed(graded(stage), lost, outcome=Outcome.NOT_MEASURED, fault=Fault.CANDIDATE)
    assert problems(stage, honest, withheld) == ()


def test_a_void_run_is_told(stage: Stage, honest: Honest) -> None:
    found = problems(stage, honest, graded(stage, read="errored"))
    assert found[0].startswith("the run is void")
    assert found[1].startswith("test_items.py::test_read is called our error")


def test_what_errors_for_honest_work_too_is_no_attack(stage: Stage, honest: Honest) -> None:
    broken = graded(stage, read="errored")
    both = Honest(honest=broken, solution=honest.solution)
    assert not any("our error" in one for one in problems(stage, both, broken))


def test_an_error_that_is_called_the_candidates_is_none_of_ours(
    stage: Stage, honest: Honest
) -> None:
    check = "static.notes"
    record = changed(graded(stage), check, outcome=Outcome.ERRORED, fault=Fault.CANDIDATE)
    assert not any("our error" in one for one in problems(stage, honest, record))
    ours = changed(graded(stage), check, outcome=Outcome.ERRORED, fault=Fault.INFRASTRUCTURE)
    assert any("static.notes is called our error" in one for one in problems(stage, honest, ours))


def test_a_criterion_that_must_not_pass(stage: Stage, honest: Honest) -> None:
    found = problems(stage, honest, graded(stage), not_passed=("items.create", "items.read"))
    assert found == ("it passes items.create",)
    (unknown,) = problems(stage, honest, graded(stage), not_passed=("items.nothing",))
    assert unknown == "there is no criterion items.nothing"


def test_alarms_that_must_be_raised(stage: Stage, honest: Honest) -> None:
    silent = graded(stage)
    raised = silent.model_copy(update={"alarms": (Alarm(id="static.loader", summary="x"),)})
    expect = {"alarms": ("static.loader",), "alarmed": True}
    assert problems(stage, honest, raised, **expect) == ()
    assert problems(stage, honest, silent, **expect) == (
        "it does not raise the alarm static.loader",
        "it raises no alarm",
    )


def test_who_may_earn_nothing_may_earn_next_to_nothing(stage: Stage, honest: Honest) -> None:
    assert problems(stage, honest, graded(stage, "failed", "failed"), at_most="nothing") == ()
    found = problems(stage, honest, graded(stage), at_most="nothing")
    assert any("at most 5.00 % are right" in one for one in found)


def test_better_advice_is_a_gain(stage: Stage) -> None:
    low = Honest(
        honest=graded(stage, "failed", "failed"), solution=graded(stage, "passed", "passed")
    )
    found = problems(stage, low, graded(stage, "passed", "passed"))
    assert "at level mid it is advised 'Invite', not 'Decline'" in found


def test_what_is_laid_on_the_solution_is_compared_with_it(stage: Stage, honest: Honest) -> None:
    one = attack(checks=["suite"], base="solution")
    assert judged(one, graded(stage, "passed", "passed"), honest, stage.rubric) == ()


def test_a_grading_without_end_is_told(
    stage: Stage, honest: Honest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "MOST_SECONDS", -1.0)
    assert problems(stage, honest, graded(stage)) == ("its grading took 0 s",)


def test_checks_that_were_not_run_are_those_of_the_honest_submission(
    stage: Stage, honest: Honest
) -> None:
    attacked = graded(stage, "passed", "passed")
    only_analysis = merged(attacked, honest.honest, ("analysis",))
    outcomes_of = {one.check: one.outcome for one in only_analysis.evidence}
    assert outcomes_of["test_items.py::test_read"] is Outcome.FAILED
    assert outcomes_of.keys() == {one.check for one in honest.honest.evidence}


def test_evidence_that_is_missing_is_not_taken_from_the_honest_submission(
    stage: Stage, honest: Honest
) -> None:
    bare = graded(stage).model_copy(update={"evidence": ()})
    assert not any(one.requirement for one in merged(bare, honest.honest, ("suite",)).evidence)


def _evidence(check: str, requirement: str | None = None) -> Evidence:
    return Evidence(check=check, requirement=requirement, outcome=Outcome.MEASURED, summary="x")


def test_evidence_knows_its_check() -> None:
    assert outcomes.family(_evidence("test_x.py::test_y", "items.read")) == "suite"
    assert outcomes.family(_evidence("tests.faults")) == "tests"
    assert outcomes.family(_evidence("static.ruff")) == "analysis"


def unlinted(stage: Stage) -> Record:
    """Honest work that the analyser could not judge."""
    record = changed(
        graded(stage), "static.ruff", outcome=Outcome.ERRORED, fault=Fault.INFRASTRUCTURE
    )
    return outcomes.at_level(record, Level.MID, stage.rubric)


def test_what_honest_work_was_not_judged_on_cannot_be_compared(stage: Stage) -> None:
    (one,) = unmeasured(unlinted(stage), ("analysis", "suite"))
    assert one.startswith("quality.lint of the honest submission is errored")
    assert unmeasured(unlinted(stage), ("suite",)) == ()
    assert unmeasured(graded(stage), ("analysis", "suite")) == ()


def test_honest_work_is_held_to_its_worth(stage: Stage, honest: Honest) -> None:
    found = list(honest_work("service", honest, stage.rubric, ("suite",)))
    # At level junior the lost behaviour is a bonus, so that nothing is lost.
    assert [one.verdict for one in found] == [Verdict.HELD, Verdict.BROKEN]
    assert found[1].problems == ("100.00 % at level junior",)


def test_a_solution_that_loses_breaks_the_promise(stage: Stage, honest: Honest) -> None:
    poor = Honest(honest=honest.honest, solution=graded(stage, "failed", "failed"))
    (solution, _) = honest_work("service", poor, stage.rubric, ("suite",))
    assert solution.verdict is Verdict.BROKEN


def test_honest_work_that_was_not_judged_tells_nothing(stage: Stage) -> None:
    busy = Honest(honest=unlinted(stage), solution=unlinted(stage))
    found = list(honest_work("service", busy, stage.rubric, ("analysis", "suite")))
    assert {one.verdict for one in found} == {Verdict.UNKNOWN}


def test_a_stage_that_breaks_is_told(stage: Stage, honest: Honest) -> None:
    def dies(box: Inside) -> int:
        box.read_line()
        return 1

    found = problems(stage, honest, stage.play(harness=dies))
    assert found[0].startswith("the run is void: it breaks on the reference solution as well")
