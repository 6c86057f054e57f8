"""A grading with every kind of container in it, on the fake sandbox."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.analyser.document import OwnTest, OwnTests, Request, Splice
from runner.catalog import load_rubric
from runner.errors import InfrastructureError
from runner.harness.messages import (
    Answer,
    FileCoverage,
    Job,
    Locked,
    SuiteReport,
    TestsJob,
    TestsReport,
    Turn,
    TurnResult,
)
from runner.model import Record
from runner.pipeline import CHECKS, assess
from runner.testing.fake import FakeSandbox
from tests.unit.catalog import tiny
from tests.unit.pipeline.breaking import BreakingSandbox, Counting
from tests.unit.pipeline.scenes import Stage, suite_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pydantic import BaseModel

    from runner.sandbox import BoxSpec
    from runner.testing.fake_box import Actor, Inside

CHALLENGE = tiny.CHALLENGE.replace(
    "[[requirements]]", '[tests]\nfaults = ["no_create", "no_read"]\n\n[[requirements]]', 1
)
MEASURED = "".join(
    f"""
[[criteria]]
id = "testing.{name}"
title = "Tests: {name}"
category = "correctness"
scale = "ratio"
check = "tests.{name}"
measure = "{measure}"
why = "Because."
"""
    for name, measure in {
        "faults": "caught_share",
        "mutants": "noticed_share",
        "coverage": "covered_share",
    }.items()
)
RUBRIC = tiny.RUBRIC.replace("\n[[gates]]", f"{MEASURED}\n[[gates]]", 1)

OWN = OwnTests(
    kind="tests",
    tests=(OwnTest(path="t.py", name="test_a", line=1),),
    lines={"app/main.py": (1,)},
    texts={"app/main.py": "1"},
    splices=tuple(
        Splice(
            path="app/main.py",
            line=1,
            operator="x",
            before="1",
            after="2",
            start=0,
            end=1,
            new=str(number + 2),
            neutral=number == 0,
        )
        for number in range(10)
    ),
)

CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("start", {"workers": 1, "kind": "service"}),
    ("usage", {"subject": ""}),
    ("keep", {}),
    ("lock", {}),
    ("unlock", {}),
    ("signal", {"subject": "", "signal": "USR1"}),
    ("wait", {"subject": "", "seconds": 0.0}),
    ("kill", {"subject": ""}),
    ("forget", {}),
    ("start", {"workers": 1, "kind": "control"}),
    ("kill", {"subject": ""}),
    ("output", {}),
    (
        "run",
        {
            "argv": ["x"],
            "seconds": 5.0,
            "slot": 0,
            "usage": True,
            "joined": False,
            "reference": False,
        },
    ),
)
"""What a suite asks the host for; an empty subject is the one that was started last."""


def asked(box: Inside, number: int, verb: str, arguments: dict[str, Any], subject: str) -> str:
    """Make a call of the host and take its answer; the subject that there is now."""
    filled = {k: v or subject if k == "subject" else v for k, v in arguments.items()}
    document = {"kind": "call", "number": number, "verb": verb, "arguments": filled}
    box.write_line(json.dumps(document))
    answer = Answer.model_validate_json(box.read_line())
    return str(answer.result.get("subject", subject))


def suite(report: SuiteReport) -> Actor:
    """A harness that asks for everything there is, then reports."""

    def act(box: Inside) -> int:
        subject = ""
        for number, (verb, arguments) in enumerate(CALLS, 1):
            subject = asked(box, number, verb, arguments, subject)
        box.write_line(report.model_dump_json())
        return 0

    return act


def saying(data: bytes) -> Actor:
    """A container that says just this, whatever it was asked."""

    def act(box: Inside) -> int:
        box.emit(data)
        return 0

    return act


def turned(turn: Turn, *, noticed: bool) -> TurnResult:
    return TurnResult(
        name=turn.name,
        seconds=1.0,
        how="it exited with code 0",
        limit=False,
        outcomes={"t.py::test_a": "failed" if noticed else "passed"},
        coverage={"app/main.py": FileCoverage(executed=(1,), missing=())} if turn.coverage else {},
    )


def noticed(turn: Turn) -> bool:
    """Whether this turn has a fault in it."""
    return turn.name.startswith("flawed") or turn.name in set("123456789")


def tests(box: Inside, job: TestsJob) -> int:
    """A harness that runs the tests in each turn, beside a service where there is one."""
    found, number, subject = [], 0, ""
    for slot, turn in enumerate(job.turns):
        run = {"argv": ["t"], "seconds": 5.0, "slot": slot, "usage": False, "reference": False}
        calls: list[tuple[str, dict[str, Any]]] = [("run", run | {"joined": bool(turn.reference)})]
        if turn.reference:
            start = ("start", {"workers": 1, "kind": "reference"})
            calls = [start, *calls, ("kill", {"subject": ""})]
        for verb, arguments in calls:
            number += 1
            subject = asked(box, number, verb, arguments, subject)
        found.append(turned(turn, noticed=noticed(turn)))
    box.write_line(TestsReport(turns=tuple(found)).model_dump_json())
    return 0


def harness(suite: Actor) -> Actor:
    """Either kind of harness, as its job says: `suite` once it has its job, or `tests`."""

    def act(box: Inside) -> int:
        line = box.read_line()
        if json.loads(line)["kind"] == "tests":
            job = TestsJob.model_validate_json(line)
            box.read(job.sources_bytes)
            return tests(box, job)
        box.read(Job.model_validate_json(line).sources_bytes)
        return suite(box)

    return act


def analyser(analysis: bytes, tests: bytes) -> Actor:
    """Says either, as it is asked."""

    def act(box: Inside) -> int:
        request = Request.model_validate_json(box.read_line())
        box.read(request.submission_bytes + request.starter_bytes)
        return saying(tests if request.kind == "tests" else analysis)(box)

    return act


def said(document: BaseModel) -> bytes:
    """A document as a container says it."""
    return document.model_dump_json().encode() + b"\n"


def subject(box: Inside) -> int:
    """A service serves until it is killed; a command is done at once."""
    argv = box.spec.argv
    if "/opt/takehome/program.py" in argv:
        box.emit(f"\n{argv[3]} 0\n".encode())
    if "--ready" in argv:
        box.emit(f"\n{argv[argv.index('--ready') + 1]}\n".encode())
    box.handle("USR1", None, 0)
    box.sleep(60.0)
    return 0


def locker(box: Inside) -> int:
    while True:
        box.read_line()
        box.write_line(Locked(files=1).model_dump_json())


PATIENCE_SECONDS = 60.0
"""A grading takes a fraction of a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """What came of a grading: a record or our failure (exit code 4), and how much was left."""

    record: Record | InfrastructureError
    left: int
    specs: tuple[BoxSpec, ...]
    """What was started, in order."""


class Whole(Stage):
    """The tiny challenge with all checks, graded with every kind of container."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        tiny.write(root, **{"rubrics/tiny.toml": RUBRIC}, **tiny.FLAWED)
        self.challenge = tiny.load(
            root,
            challenge_dot_toml=CHALLENGE,
            hidden__test_items_dot_py=tiny.TESTS.replace("(service)", "(service, subject)"),
            **tiny.FLAWED,
        )
        (root / "rubrics" / "tiny.toml").write_text(RUBRIC)
        self.rubric = load_rubric("tiny", root)

    def grade(
        self,
        counting: Counting | None = None,
        checks: tuple[str, ...] = tuple(CHECKS),
        **actors: Actor,
    ) -> Graded:
        """One grading; several may be under way at the same time."""
        given: dict[str, Actor] = {
            "harness": harness(suite(suite_report())),
            "analyser": analyser(said(self.analysis), said(OWN)),
            "subject": subject,
            "control": subject,
            "tests": subject,
            "locker": locker,
        }
        sandbox = FakeSandbox(given | actors)
        breaking = BreakingSandbox(sandbox, counting or Counting())
        record = within(PATIENCE_SECONDS, lambda: assess(self.job(checks=checks), breaking))
        left = sum(run.leftovers for run in sandbox.runs)
        specs = tuple(spec for run in sandbox.runs for spec in run.specs)
        return Graded(record=record, left=left, specs=specs)


def within(seconds: float, action: Callable[[], Record]) -> Record | InfrastructureError:
    """The record, or why there is none; fails when neither is there in time."""
    results: list[Record | InfrastructureError | BaseException] = []

    def act() -> None:
        try:
            results.append(action())
        except BaseException as error:  # noqa: BLE001 - handed on
            results.append(error)

    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    thread.join(seconds)
    assert results, f"not done within {seconds:g} s"
    [result] = results
    if isinstance(result, Record | InfrastructureError):
        return result
    raise result
