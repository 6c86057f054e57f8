"""`assess`: every stage may break, and none of that is ever the candidate's fault."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.analyser.document import Place, Suspicion
from runner.catalog import control
from runner.errors import UsageError
from runner.harness.messages import Job, SuiteAlarm, SuitePicture, SuiteReport, SuiteTable
from runner.intake import submission_from_files
from runner.marking import add_marks
from runner.model import Alarm, Fault, HumanMark, Outcome, Picture, Status, Table
from runner.pipeline import assess, rescore
from runner.store import Store, load_record
from runner.testing.fake import FakeSandbox
from tests.unit.analyser.build import analysed
from tests.unit.pipeline.scenes import (
    ANSWER,
    Stage,
    analyser,
    harness,
    idle,
    saying,
    selected,
    suite_report,
)

if TYPE_CHECKING:
    from pathlib import Path

    from runner.checks import Event
    from runner.testing.fake_box import Actor, Inside


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_a_grading_judges_every_expected_check_and_leaves_nothing(stage: Stage) -> None:
    events: list[Event] = []
    record = stage.play(on_event=events.append)

    assert record.outcome == "graded"
    assert [item.check for item in record.evidence[-2:]] == [
        "test_items.py::test_create",
        "test_items.py::test_read",
    ]
    assert {item.status for item in record.criteria if item.requirements} == {Status.PASSED}
    assert [event.stage for event in events] == ["suite", "suite", "analysis", "done"]
    assert stage.sandbox.runs[0].leftovers == 0
    assert record.provenance.run == stage.sandbox.runs[0].id
    assert record.provenance.tools["pytest"] == "9"
    assert record.timings["suite.waiting_for_subject"] == 0.5


def test_the_seed_repeats_for_the_same_submission(stage: Stage) -> None:
    assert stage.play().provenance.seed == stage.play().provenance.seed


def test_a_failure_is_the_candidates(stage: Stage) -> None:
    record = stage.play(harness=harness(suite_report(create="failed")))
    found = {item.id: item for item in record.criteria}

    assert record.outcome == "graded"
    assert found["items.create"].status is Status.FAILED
    assert found["items.create"].fault is Fault.CANDIDATE
    assert found["items.create"].earned == 0


def silent(box: Inside) -> int:
    box.read_line()
    return 0


MISSING = suite_report().model_copy(update={"checks": suite_report().checks[:1]})
STRANGE = suite_report().model_copy(
    update={"checks": (*suite_report().checks, suite_report().checks[0])}
)


@pytest.mark.parametrize(
    ("actor", "reason"),
    [
        (silent, "ended without a report"),
        (saying("passed 79 of 79"), "malformed message"),
        (saying('{"kind": "report", "checks": []}'), "malformed message"),
        (saying('{"kind": "answer", "number": 1}'), "malformed message"),
        (harness(suite_report(internal_error="cannot collect")), "cannot collect"),
        (harness(STRANGE), "nobody expected"),
        (
            harness(suite_report(), ("start", {"workers": 99, "kind": "service"})),
            "99 workers is refused",
        ),
        (
            harness(
                suite_report(),
                ("start", {"workers": 1, "kind": "service"}),
                ("signal", {"signal": "STOP"}),
            ),
            "malformed call",
        ),
        (harness(suite_report(), ("kill", {"subject": "somebody"})), "malformed call"),
    ],
)
def test_a_broken_harness_voids_the_run(stage: Stage, actor: Actor, reason: str) -> None:
    record = stage.play(harness=actor)
    hidden = [item for item in record.evidence if item.requirement]

    assert record.outcome == "void"
    assert {item.outcome for item in hidden} == {Outcome.ERRORED}
    assert {item.fault for item in hidden} == {Fault.INFRASTRUCTURE}
    assert reason in hidden[0].summary
    assert record.score.automatic.percent == 0
    assert stage.sandbox.runs[0].leftovers == 0


def test_a_missing_check_is_no_pass(stage: Stage) -> None:
    record = stage.play(harness=harness(MISSING))

    assert record.outcome == "void"
    assert record.evidence[-1].summary.endswith("the suite did not run this check")


def test_an_analyser_that_breaks_on_everything_costs_nothing_and_is_told(stage: Stage) -> None:
    record = stage.play(analyser=saying("all clean"))
    static = [item for item in record.evidence if not item.requirement]

    assert record.outcome == "graded"
    assert {(item.outcome, item.fault) for item in static} == {
        (Outcome.NOT_MEASURED, Fault.INFRASTRUCTURE)
    }
    assert static[0].summary.startswith(
        "it breaks on the reference solution as well: the stage 'analysis' broke"
    )
    assert {item.status for item in record.criteria if item.requirements} == {Status.PASSED}
    assert record.score.withheld == 0


def in_turn(*actors: Actor) -> Actor:
    """Containers one after another: for the submission, the reference, and the submission again."""
    left = iter(actors)

    def act(box: Inside) -> int:
        return next(left)(box)

    return act


ERRORED = suite_report(create="errored")
BROKEN = "this submission breaks it every time, and the reference solution does not"


@pytest.mark.parametrize(
    ("theirs", "withheld"),
    [
        (silent, {"items.create", "items.read"}),
        (saying("nonsense"), {"items.create", "items.read"}),
        (harness(suite_report(internal_error="boom")), {"items.create", "items.read"}),
        (harness(ERRORED), {"items.create"}),
        (harness(MISSING), {"items.read"}),
    ],
)
def test_a_harness_that_only_this_submission_breaks_judges_nothing_and_voids_nothing(
    stage: Stage, theirs: Actor, withheld: set[str]
) -> None:
    honest = stage.play(harness=harness(suite_report("failed", "failed")))
    record = stage.play(harness=in_turn(theirs, harness(suite_report()), theirs))
    waiting = [item for item in record.criteria if item.withheld]

    assert record.outcome == "graded"
    assert {item.id for item in waiting if item.requirements} == withheld
    assert all(item.summary.startswith(BROKEN) for item in waiting if item.requirements)
    assert [alarm.id for alarm in record.alarms] == ["grading.breaks"]
    assert record.score.automatic.possible == honest.score.automatic.possible
    if len(withheld) > 1:
        assert record.score.automatic.percent <= honest.score.automatic.percent
    assert stage.sandbox.runs[0].leftovers == 0


def test_an_analyser_that_only_this_submission_breaks_earns_nothing(stage: Stage) -> None:
    honest = stage.play()
    record = stage.play(analyser=in_turn(silent, analyser(stage.analysis), silent))
    quality = [item for item in record.criteria if item.scale in ("bands", "ratio")]

    assert record.outcome == "graded"
    assert quality
    assert all(item.earned == 0 and item.withheld == item.points for item in quality)
    assert record.score.automatic.percent <= honest.score.automatic.percent
    assert [alarm.id for alarm in record.alarms] == ["grading.breaks"]


@pytest.mark.parametrize("stage_name", ["harness", "analyser"])
def test_a_stage_that_does_not_break_again_was_broken_by_something_of_ours(
    stage: Stage, stage_name: str
) -> None:
    good = {"harness": harness(suite_report()), "analyser": analyser(stage.analysis)}
    once = in_turn(silent, good[stage_name], good[stage_name])

    record = stage.play(on_event=None, **{stage_name: once})

    assert record.outcome == "void"
    assert "run again it did not break: grade again" in record.advice.text
    assert record.alarms == ()


def test_checks_that_broke_are_tried_again_and_no_others(stage: Stage) -> None:
    seen: list[tuple[str, ...]] = []

    def noting(box: Inside) -> int:
        job = Job.model_validate_json(box.read_line())
        box.read(job.sources_bytes)
        seen.append(job.select)
        box.write_line(selected(ERRORED, job).model_dump_json())
        return 0

    stage.play(harness=noting)

    assert seen == [(), ("test_items.py::test_create",)]


def hungry(box: Inside) -> int:
    box.out_of_memory()
    return 137


def test_sources_that_exhaust_the_analyser_are_not_clean(stage: Stage) -> None:
    record = stage.play(analyser=hungry)
    static = [item for item in record.evidence if not item.requirement]

    assert {(item.outcome, item.fault) for item in static} == {(Outcome.FAILED, Fault.LIMIT)}


def test_the_harness_may_start_watch_and_kill_its_subject(stage: Stage) -> None:
    seen: list[str] = []

    def playing(box: Inside) -> int:
        def ask(number: int, verb: str, arguments: str) -> str:
            head = f'{{"kind": "call", "number": {number}, "verb": "{verb}"'
            box.write_line(f'{head}, "arguments": {arguments}}}')
            return box.read_line().decode()

        box.read(Job.model_validate_json(box.read_line()).sources_bytes)
        started = ask(1, "start", '{"workers": 2, "kind": "service"}')
        name = started.split('"subject":"')[1].split('"')[0]
        seen.append(ask(2, "wait", f'{{"subject": "{name}", "seconds": 0.0}}'))
        seen.append(ask(3, "usage", f'{{"subject": "{name}"}}'))
        seen.append(ask(4, "signal", f'{{"subject": "{name}", "signal": "TERM"}}'))
        seen.append(ask(5, "wait", f'{{"subject": "{name}", "seconds": 5.0}}'))
        seen.append(ask(6, "kill", f'{{"subject": "{name}"}}'))
        seen.append(ask(7, "output", "{}"))
        box.write_line(suite_report().model_dump_json())
        return 0

    record = stage.play(harness=playing)
    specs = {spec.role: spec for spec in stage.sandbox.runs[0].specs}

    assert record.outcome == "graded"
    assert '"ended":false' in seen[0]
    assert '"ended":true' in seen[3]
    assert "exited with code 143" in seen[4]
    assert specs["subject"].network_of is not None
    assert specs["subject"].mounts[0].read_only
    assert specs["harness"].uid != specs["subject"].uid
    assert specs["subject"].argv[-2:] == ("--workers", "2")


def test_rescoring_needs_no_run_and_keeps_the_evidence(stage: Stage) -> None:
    record = stage.play()
    mark = HumanMark(criterion="human.clarity", mark=3, author="b", reason="r", at="2026-01-01")
    again = rescore(record.model_copy(update={"marks": (mark,)}), stage.rubric)

    assert again.evidence == record.evidence
    assert again.score.manual.pending == record.score.manual.pending - 1
    assert again.score.manual.earned > 0
    assert rescore(record, stage.rubric) == record


def noted() -> SuiteReport:
    """A report whose first case says all that a case can say."""
    report = suite_report(create="failed")
    extras = {
        "tables": (SuiteTable(title="t", columns=("a",), rows=(("1",),)),),
        "pictures": (SuitePicture(name="p", svg="PHN2Zy8+"),),
        "alarms": (SuiteAlarm(id="copied-answers", summary="s"),),
    }
    case = report.checks[0].cases[0].model_copy(update=extras)
    check = report.checks[0].model_copy(update={"cases": (case,)})
    return report.model_copy(update={"checks": (check, *report.checks[1:])})


def test_what_a_suite_notes_is_in_the_record_and_stays_there(stage: Stage, tmp_path: Path) -> None:
    store = Store(tmp_path / "out")
    record = stage.play(harness=harness(noted()))
    kept = load_record(store.save(record) / "report.json")
    again = rescore(kept, stage.rubric)

    assert kept == record
    assert again == record
    [evidence] = [item for item in record.evidence if item.check == "test_items.py::test_create"]
    [criterion] = [item for item in again.criteria if item.id == "items.create"]
    assert criterion.evidence == (evidence,)
    assert evidence.tables == (Table(title="t", columns=("a",), rows=(("1",),)),)
    assert evidence.pictures == (Picture(name="p", svg="PHN2Zy8+"),)
    assert [alarm.id for alarm in again.alarms] == ["suite.copied-answers"]


def test_an_alarm_of_the_suite_costs_nothing(stage: Stage) -> None:
    plain = stage.play(harness=harness(suite_report(create="failed")))

    assert stage.play(harness=harness(noted())).score == plain.score


def test_the_suite_is_told_what_is_known_to_be_good_and_the_seed_of_the_candidate(
    stage: Stage,
) -> None:
    seen: list[Job] = []

    def reading(box: Inside) -> int:
        seen.append(Job.model_validate_json(box.read_line()))
        box.read(seen[-1].sources_bytes)
        box.write_line(suite_report().model_dump_json())
        return 0

    sandbox = FakeSandbox(
        {"harness": reading, "analyser": analyser(stage.analysis), "subject": idle}
    )
    assess(stage.job(issued_seed=7), sandbox)

    assert seen[0].issued_seed == 7
    assert seen[0].control == control(stage.challenge)
    assert seen[0].control.tiny


def test_a_service_that_works_without_code_is_an_alarm(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "app"
    folder.mkdir()
    stage.analysis = analysed(folder, {"app/main.py": "app = 2\n"}, changed_minimum=40)

    works = stage.play()
    fails = stage.play(harness=harness(suite_report(create="failed", read="failed")))

    assert [alarm.id for alarm in works.alarms] == ["suite.unseen-code"]
    assert "2 of 2 hidden checks pass with 1 changed lines" in works.alarms[0].summary
    assert fails.alarms == ()


def test_a_person_can_mark_what_was_withheld(stage: Stage) -> None:
    record = stage.play(analyser=in_turn(silent, analyser(stage.analysis), silent))
    [withheld, *_] = [item for item in record.criteria if item.withheld]

    marked = add_marks(
        record, [f"{withheld.id}=4"], stage.rubric.rubric, author="Bo", reason="read it"
    )
    again = rescore(marked, stage.rubric)
    [decided] = [item for item in again.criteria if item.id == withheld.id]

    assert (decided.withheld, decided.earned) == (0, decided.points)
    assert again.score.automatic.percent > record.score.automatic.percent
    add_marks(again, [f"{withheld.id}=0"], stage.rubric.rubric, author="Bo", reason="again")
    with pytest.raises(UsageError, match="does not wait for a person"):
        add_marks(record, ["items.create=4"], stage.rubric.rubric, author="Bo", reason="")


def test_cheap_alarms_of_the_intake_hide_none_of_the_others(stage: Stage) -> None:
    flood = tuple(Alarm(id="intake.git_hook", summary="a hook") for _ in range(50))
    submission = replace(submission_from_files(ANSWER), alarms=flood)
    found = tuple(
        Suspicion(id=name, summary="s", place=Place(path="a.py", line=1))
        for name in ("blanket-suppression", "loader")
    )
    stage.analysis = stage.analysis.model_copy(update={"suspicions": found})
    actors = {"harness": harness(noted()), "analyser": analyser(stage.analysis), "subject": idle}
    record = assess(stage.job(submission=submission), FakeSandbox(actors))

    assert [alarm.id for alarm in record.alarms] == [
        "suite.copied-answers",
        "static.loader",
        "static.blanket-suppression",
        *["intake.git_hook"] * 5,
    ]
    assert record.alarms[-1].more == 45
