"""Static analysis: what the analyser reads in the sources, as evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runner.analyser.document import Analysis
from runner.checks import CheckContext, CheckResult
from runner.checks.control import controlled
from runner.checks.reading import UnreadableError, read
from runner.checks.routes import found_routes
from runner.checks.static import STATIC_CHECKS, alarms_from, evidence_from
from runner.checks.unread import missing
from runner.model import Fault, Outcome

if TYPE_CHECKING:
    from runner.model import Evidence


def expected(context: CheckContext) -> tuple[tuple[str, str | None], ...]:
    """The evidence that `run` returns, whatever the sources are."""
    del context
    return tuple((check, None) for check in STATIC_CHECKS)


def run(context: CheckContext) -> CheckResult:
    """Analyse the submission; the sources are never executed."""
    result = _analysed(context)
    if not context.solution:
        return result
    found = controlled(
        _by_check(result),
        _slow,
        lambda checks: _by_check(_analysed(context.on_reference(checks)), checks),
        lambda checks: _by_check(_analysed(context), checks),
    )
    return replace(result, evidence=tuple(found[one.check] for one in result.evidence))


def _by_check(result: CheckResult, checks: frozenset[str] | None = None) -> dict[str, Evidence]:
    return {one.check: one for one in result.evidence if checks is None or one.check in checks}


def _slow(evidence: Evidence) -> bool:
    """Whether there was no time: the machine may be the reason."""
    return evidence.outcome is Outcome.NOT_MEASURED and evidence.fault is Fault.LIMIT


def _analysed(context: CheckContext) -> CheckResult:
    try:
        analysis = read(context, "analysis", Analysis)
    except UnreadableError as error:
        return CheckResult(evidence=tuple(map(error.evidence, STATIC_CHECKS)))
    return CheckResult(
        evidence=evidence_from(analysis),
        alarms=alarms_from(analysis),
        routes=found_routes(
            analysis.routes, (item.route for item in context.challenge.requirements)
        ),
        tools=analysis.tools,
        timings={f"analysis.{name}": value for name, value in analysis.seconds.items()},
        changed_lines=analysis.sources.changed_lines,
        missing=missing(analysis),
    )
