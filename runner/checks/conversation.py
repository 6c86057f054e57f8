"""The host's end of the line to the harness."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, TypeAdapter, ValidationError

from runner.checks import Event
from runner.harness.messages import Answer, Call, Progress, SuiteReport
from runner.sandbox import SandboxError

if TYPE_CHECKING:
    from runner.checks import OnEvent
    from runner.checks.subjects import Subjects
    from runner.harness.messages import Job
    from runner.sandbox import Box

MESSAGES: TypeAdapter[Call | Progress | SuiteReport] = TypeAdapter(
    Annotated[Call | Progress | SuiteReport, Field(discriminator="kind")]
)

LATE_SECONDS = 5.0
"""What the harness has at least to go on after a call, however late it was served."""

TRACE_SHOWN = 2000


def converse(
    harness: Box,
    job: Job,
    sources: bytes,
    subjects: Subjects,
    *,
    seconds: float,
    on_event: OnEvent,
) -> SuiteReport:
    """Hand over the job and serve the harness's calls until its report arrives.

    Raises `SandboxError` when the harness dies, falls silent, talks nonsense or reports that
    it broke: the run is void then.
    """
    deadline = time.monotonic() + seconds
    harness.write(job.model_dump_json().encode() + b"\n" + sources)
    while True:
        message = _receive(harness, deadline)
        if isinstance(message, SuiteReport):
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
        else:
            harness.write(_answer(message, subjects).model_dump_json().encode() + b"\n")


def _receive(harness: Box, deadline: float) -> Call | Progress | SuiteReport:
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


def _accepted(report: SuiteReport, harness: Box) -> SuiteReport:
    if report.internal_error:
        what = "the hidden suite could not be run"
        raise SandboxError(what, why=f"{report.internal_error}\n{_trace(harness)}")
    return report


def _answer(call: Call, subjects: Subjects) -> Answer:
    return Answer(number=call.number, result=subjects.serve(call.verb, call.arguments))


def _trace(harness: Box) -> str:
    return harness.output().text[-TRACE_SHOWN:] or "it said nothing"
