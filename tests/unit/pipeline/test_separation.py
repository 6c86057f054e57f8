"""Rounds of probes on several services at a time, on the fake sandbox."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner import separation
from runner.catalog import Variant
from runner.catalog.variants import Expectation
from runner.harness.messages import Case, Job, SuiteCheck, SuiteReport
from runner.sandbox import SandboxError
from runner.testing.fake import IMAGE, FakeSandbox
from tests.unit.catalog import tiny
from tests.unit.pipeline.scenes import ANSWER, idle, suite_report

if TYPE_CHECKING:
    from pathlib import Path

    from runner.checks import Event
    from runner.testing.fake_box import Inside

CHECK = "test_items.py::test_create"
PATIENCE_SECONDS = 10.0
SERVICES = (
    Variant(kind="solution", title="solution", files=ANSWER),
    Variant(kind="alternative", title="alternatives/other", files=ANSWER),
)


def trial(root: Path, **changes: object) -> separation.Trial:
    marked = '@pytest.mark.requirement("items.create")'
    suite = tiny.TESTS.replace(marked, f"@pytest.mark.probe\n{marked}")
    loaded = tiny.load(root, hidden__test_items_dot_py=suite)
    parts = {
        "challenge": loaded,
        "images": {"harness": IMAGE, "subject": IMAGE},
        "rounds": 2,
        "load": False,
        "jobs": 2,
    }
    return separation.Trial(**(parts | changes))  # type: ignore[arg-type]


def report(*outcomes: str) -> SuiteReport:
    cases = tuple(
        Case.model_validate({"name": f"round {number}", "outcome": one, "reason": one})
        for number, one in enumerate(outcomes, 1)
    )
    check = SuiteCheck(id=CHECK, requirement="items.create", cases=cases)
    return suite_report(checks=(check,))


def judging(box: Inside) -> int:
    job = Job.model_validate_json(box.read_line())
    box.read(job.sources_bytes)
    assert (job.select, job.rounds) == ((CHECK,), 2)
    assert job.control.tiny
    box.write_line(report("passed", "not_measured").model_dump_json())
    return 0


def test_each_service_gets_a_tally_of_its_rounds(tmp_path: Path) -> None:
    events: list[Event] = []
    sandbox = FakeSandbox({"harness": judging, "subject": idle, "burner": idle})
    found = list(separation.separate(trial(tmp_path, load=True), SERVICES, sandbox, events.append))

    assert {one.variant for one in found} == {"solution", "alternatives/other"}
    assert {(one.passed, one.not_measured, one.load, one.jobs) for one in found} == {
        (1, 1, True, 2)
    }
    assert not any(one.separated for one in found)
    assert [event.done for event in events] == [1, 2]
    assert [spec.role for spec in sandbox.runs[0].specs] == ["burner", "burner"]
    assert [run.leftovers for run in sandbox.runs] == [0, 0, 0]


def test_some_requirements_may_be_asked_about(tmp_path: Path) -> None:
    bad = Variant(
        kind="flawed",
        title="flawed/bad",
        files=ANSWER,
        expects=Expectation(defect="x", probes=("items.create",)),
    )
    known = (*SERVICES, bad, replace(bad, expects=Expectation(defect="y")))

    assert separation.chosen(known) == (*SERVICES, bad)
    assert separation.chosen(known, ["items.create"]) == (*SERVICES, bad)
    assert separation.chosen(known, ["items.read"]) == SERVICES

    sandbox = FakeSandbox({"harness": judging, "subject": idle})
    asked = trial(tmp_path, requirements=("items.create",))
    assert [one.requirement for one in separation.separate(asked, SERVICES[:1], sandbox)] == [
        "items.create"
    ]


def test_one_that_breaks_keeps_nobody_waiting(tmp_path: Path) -> None:
    turns = itertools.count()

    def breaking(box: Inside) -> int:
        box.read_line()
        if next(turns):
            box.sleep(600.0)
        time.sleep(0.5)
        return 1

    sandbox = FakeSandbox({"harness": breaking, "subject": idle})
    begun = time.monotonic()
    with pytest.raises(SandboxError):
        list(separation.separate(trial(tmp_path), SERVICES * 2, sandbox))

    assert time.monotonic() - begun < PATIENCE_SECONDS
    assert next(turns) <= 3
    assert [run.leftovers for run in sandbox.runs] == [0] * len(sandbox.runs)
