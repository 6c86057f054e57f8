"""A tiny challenge graded on the fake sandbox: the tests say what each container does."""

from __future__ import annotations

import functools
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.analyser.document import Analysis, Request
from runner.catalog import LoadedChallenge, LoadedRubric, load_rubric
from runner.harness.messages import Answer, Case, CaseOutcome, Job, SuiteCheck, SuiteReport
from runner.intake import submission_from_files
from runner.model import Level, Record
from runner.pipeline import Job as Grading
from runner.pipeline import assess
from runner.testing.fake import IMAGE, FakeSandbox
from runner.tree import SourceFile, pack
from tests.unit.analyser.build import analysed
from tests.unit.catalog import tiny

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.testing.fake_box import Actor, Inside

WRITTEN = 'def app() -> int:\n    """Two."""\n    return 2\n'
"""What the analyser reads: with a public function, so that there is something to judge."""

ANSWER = (SourceFile(path="app/main.py", data=b"app = 2\n"),)


def suite_report(
    create: CaseOutcome = "passed", read: CaseOutcome = "passed", **changes: Any
) -> SuiteReport:
    """What the harness says about the two checks of the tiny challenge."""
    cases = {"create": (create,), "read": (read, read)}
    parts: dict[str, Any] = {
        "checks": tuple(
            SuiteCheck(
                id=f"test_items.py::test_{name}",
                requirement=f"items.{name}",
                cases=tuple(Case(name=f"c{n}", outcome=o, reason=o) for n, o in enumerate(given)),
            )
            for name, given in cases.items()
        ),
        "tools": {"pytest": "9"},
        "suite_seconds": 1.0,
        "subject_seconds": 0.5,
        "starts": 1,
        "start_seconds": (0.25,),
        "subject_output": "",
    }
    return SuiteReport(**(parts | changes))


def harness(report: SuiteReport, *calls: tuple[str, dict[str, Any]]) -> Actor:
    """A harness that makes `calls` and then reports; answers go to its standard error."""

    def act(box: Inside) -> int:
        job = Job.model_validate_json(box.read_line())
        box.read(job.sources_bytes)
        for number, (verb, arguments) in enumerate(calls, 1):
            subject = {k: v for k, v in arguments.items() if v is not None}
            call = {"kind": "call", "number": number, "verb": verb, "arguments": subject}
            box.write_line(json.dumps(call))
            answer = Answer.model_validate_json(box.read_line())
            box.emit(f"{verb}: {json.dumps(answer.result)}\n".encode(), error=True)
        progress = {"kind": "progress", "check": "x", "outcome": "passed", "done": 1, "total": 2}
        box.write_line(json.dumps(progress))
        box.write_line(selected(report, job).model_dump_json())
        return 0

    return act


def selected(report: SuiteReport, job: Job) -> SuiteReport:
    """`report` with the checks that `job` asks for."""
    kept = (one for one in report.checks if not job.select or one.id in job.select)
    return report.model_copy(update={"checks": tuple(kept)})


def analyser(analysis: Analysis) -> Actor:
    """An analyser that has read everything and answers `analysis`."""

    def act(box: Inside) -> int:
        request = Request.model_validate_json(box.read_line())
        box.read(request.submission_bytes + request.starter_bytes)
        box.write_line(analysis.model_dump_json())
        return 0

    return act


def saying(line: str) -> Actor:
    """A container that writes one line whatever it is asked, then ends."""

    def act(box: Inside) -> int:
        box.read_line()
        box.write_line(line)
        return 0

    return act


def idle(box: Inside) -> int:
    """A subject that serves until it is killed."""
    box.sleep(60.0)
    return 0


@functools.cache
def small_analysis() -> Analysis:
    """What the analyser finds in next to nothing. Made once: it starts real tools."""
    with tempfile.TemporaryDirectory() as folder:
        return analysed(Path(folder), {"app/main.py": WRITTEN})


class Stage:
    """The tiny challenge with everything that a grading of it needs."""

    def __init__(self, root: Path) -> None:
        tiny.write(root)
        self.root = root
        self.challenge: LoadedChallenge = tiny.load(root)
        self.rubric: LoadedRubric = load_rubric("tiny", root)
        self.analysis = small_analysis()
        self.sandbox = FakeSandbox()

    def job(self, **changes: Any) -> Grading:
        """The grading of `ANSWER` at level mid."""
        parts: dict[str, Any] = {
            "challenge": self.challenge,
            "rubric": self.rubric,
            "level": Level.MID,
            "submission": submission_from_files(ANSWER),
            "starter": pack(ANSWER),
            "candidate": "Ada",
            "source": "answer.zip",
            "images": {"harness": IMAGE, "subject": IMAGE},
        }
        return Grading(**(parts | changes))

    def play(self, *, on_event: Callable[..., None] | None = None, **actors: Actor) -> Record:
        """Grade with these containers."""
        given = {
            "harness": harness(suite_report()),
            "analyser": analyser(self.analysis),
            "subject": idle,
        }
        self.sandbox = FakeSandbox(given | actors)
        watch = on_event or (lambda _event: None)
        return assess(self.job(), self.sandbox, watch)
