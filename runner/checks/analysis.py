"""Static analysis: the analyser reads a copy of the sources in a container of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from runner.analyser.document import Analysis, Request
from runner.checks import ANALYSER_USER, CheckContext, CheckResult
from runner.checks.hidden_tests import PYTHON
from runner.checks.routes import found_routes
from runner.checks.static import STATIC_CHECKS, alarms_from, evidence_from
from runner.model import Evidence, Fault, Limits, Outcome
from runner.sandbox import BoxSpec, Ending, SandboxError

if TYPE_CHECKING:
    from runner.sandbox import Box, Ended

CHANGED_MINIMUM = 40
"""Below so many changed lines of code there is nothing to judge quality by: about the size of
one endpoint with its validation."""

LIMITS = Limits(
    memory_mib=1536, cpus=2.0, pids=64, wall_seconds=120.0, scratch_mib=512, scratch_inodes=24_000
)


def expected(context: CheckContext) -> tuple[tuple[str, str | None], ...]:
    """The evidence that `run` returns, whatever the sources are."""
    del context
    return tuple((check, None) for check in STATIC_CHECKS)


def run(context: CheckContext) -> CheckResult:
    """Analyse the submission; the sources are never executed."""
    box = context.run.start(
        BoxSpec(
            role="analyser",
            image=context.images["harness"],
            argv=(PYTHON, "-I", "-m", "runner.analyser"),
            uid=ANALYSER_USER,
            gid=ANALYSER_USER,
            limits=LIMITS,
            interactive=True,
            workdir="/tmp",  # noqa: S108 - the container's own
        )
    )
    line = _exchange(box, context)
    ended = box.wait(10.0) or box.kill()
    if not line.endswith(b"\n"):
        return _unanalysable(box, ended)
    try:
        analysis = Analysis.model_validate_json(line)
    except ValidationError as error:
        raise SandboxError("the analyser sent a malformed document", why=str(error)) from error
    return CheckResult(
        evidence=evidence_from(analysis),
        alarms=alarms_from(analysis),
        routes=found_routes(
            analysis.routes, (item.route for item in context.challenge.requirements)
        ),
        tools=analysis.tools,
        timings={f"analysis.{name}": value for name, value in analysis.seconds.items()},
        changed_lines=analysis.sources.changed_lines,
    )


def _exchange(box: Box, context: CheckContext) -> bytes:
    request = Request(
        kind="analysis",
        submission_bytes=len(context.sources),
        starter_bytes=len(context.starter),
        changed_minimum=CHANGED_MINIMUM,
    )
    header = request.model_dump_json().encode() + b"\n"
    try:
        box.write(header + context.sources + context.starter)
        return box.read_line(LIMITS.wall_seconds + 30.0)
    except (TimeoutError, SandboxError):
        # Ended while it was reading or thinking; how it ended decides whose fault that is.
        return b""


def _unanalysable(box: Box, ended: Ended) -> CheckResult:
    """Sources that drive the analyser over its limits are not clean: they are not analysable."""
    if ended.ending not in (Ending.MEMORY, Ending.TIMEOUT, Ending.OUTPUT):
        raise SandboxError("the analyser ended without a document", why=box.output().text[-2000:])
    return CheckResult(
        evidence=tuple(
            Evidence(
                check=check,
                outcome=Outcome.FAILED,
                fault=Fault.LIMIT,
                summary=f"the sources cannot be analysed within limits ({ended.ending})",
            )
            for check in STATIC_CHECKS
        )
    )
