"""Static analysis: what the analyser reads in the sources, as evidence."""

from __future__ import annotations

from runner.analyser.document import Analysis
from runner.checks import CheckContext, CheckResult
from runner.checks.reading import UnreadableError, read
from runner.checks.routes import found_routes
from runner.checks.static import STATIC_CHECKS, alarms_from, evidence_from
from runner.model import Evidence, Fault, Outcome


def expected(context: CheckContext) -> tuple[tuple[str, str | None], ...]:
    """The evidence that `run` returns, whatever the sources are."""
    del context
    return tuple((check, None) for check in STATIC_CHECKS)


def run(context: CheckContext) -> CheckResult:
    """Analyse the submission; the sources are never executed."""
    try:
        analysis = read(context, "analysis", Analysis)
    except UnreadableError as error:
        return _unreadable(str(error))
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


def _unreadable(why: str) -> CheckResult:
    return CheckResult(
        evidence=tuple(
            Evidence(check=check, outcome=Outcome.FAILED, fault=Fault.LIMIT, summary=why)
            for check in STATIC_CHECKS
        )
    )
