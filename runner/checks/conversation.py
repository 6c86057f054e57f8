"""The host's end of the line to the harness."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from runner.checks import Event
from runner.harness.messages import Answer, Call, Progress, SuiteReport, TestsReport
from runner.sandbox import SandboxError

if TYPE_CHECKING:
    from runner.checks import OnEvent
    from runner.checks.subjects import Subjects
    from runner.harness.messages import Job, TestsJob
    from runner.sandbox import Box

Report = TypeVar("Report", bound=SuiteReport | TestsReport)
Received = Call | Progress | SuiteReport | TestsReport
MESSAGES: TypeAdapter[Received] = TypeAdapter(Annotated[Received, Field(discriminator="kind")])

LATE_SECONDS = 5.0
"""What the harness has at least to go on after a call, however late it was served."""

TRACE_SHOWN = 2000


def converse(  # noqa: PLR0913 - with whom, about what, until when
    harness: Box,
    job: Job | TestsJob,
    sources: bytes,
    subjects: Subjects,
    *,
    seconds: float,
    on_event: OnEvent,
    report: type[Report],
) -> Report:
    """Hand over the job and serve the harness's calls until its report arrives.

    Raises `SandboxError` when the harness dies, falls silent, talks nonsense or reports that
    it broke: the run is void then.
    """
    deadline = time.monotonic() + seconds
    harness.write(job.model_dump_json().encode() + b"\n" + sources)
    while True:
        message = _receive(harness, deadline)
        if isinstance(message, report):
            return _accepted(message, harness)
        if isinstance(message, Progress):
            on_event(
                Event(
                    stage="suite",
                    detail=message.check,
                    done=message.done,
                    total=message.total,
                    outcome=message.outcome,
                )
            )
        elif isinstance(message, Call):
            harness.write(_answer(message, subjects).model_dump_json().encode() + b"\n")
        else:
            what = f"the harness sent a {message.kind} where a {report.__name__} is due"
            raise SandboxError(what)


def _receive(harness: Box, deadline: float) -> Received:
    try:
        line = harness.read_line(max(LATE_SECONDS, deadline - time.monotonic()))
    except TimeoutError as error:
        what = "the harness did not report in time"
        raise SandboxError(what, why=_trace(harness)) from error
    if not line:
        what = "the harness ended without a report"
        raise SandboxError(what, why=_trace(harness))
    try:
        return MESSAGES.validate_json(line)
    except ValidationError as error:
        what = "the harness sent a malformed message"
        raise SandboxError(what, why=str(error)) from error


def _accepted(report: Report, harness: Box) -> Report:
    if isinstance(report, SuiteReport) and report.internal_error:
        what = "the hidden suite could not be run"
        raise SandboxError(what, why=f"{report.internal_error}\n{_trace(harness)}")
    return report


def _answer(call: Call, subjects: Subjects) -> Answer:
    return Answer(number=call.number, result=subjects.serve(call.verb, call.arguments))


def _trace(harness: Box) -> str:
    return harness.output().text[-TRACE_SHOWN:] or "it said nothing"
