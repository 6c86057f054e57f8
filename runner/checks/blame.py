"""Finds out whose fault it is when a stage of ours breaks.

A submission may be able to break the harness or the analyser. So a broken stage is run on the
reference solution in the same place, and once more on the submission:

- It breaks on the reference as well: our fault. A behaviour that nobody could judge voids the run;
  a measure leaves the possible points.
- It breaks again on the submission, and not on the reference: the submission causes it. Its
  criteria are withheld, and a person looks at them.
- It does not break again: something else broke it, which is our fault. The run is void, so that
  nobody gets a second draw of a verdict by breaking the first one.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from runner.checks import CheckResult, Event
from runner.errors import InfrastructureError
from runner.model import Alarm, Evidence, Fault, Outcome

if TYPE_CHECKING:
    from runner.checks import CheckContext

BREAKS = "grading.breaks"
"""The alarm of a submission that breaks a stage."""

SUMMARY_CHARACTERS = 2000
ALARM_CHARACTERS = 400


class Check(Protocol):
    """A check: the evidence ids it owes, and how to get them."""

    __name__: str

    def expected(self, context: CheckContext) -> tuple[tuple[str, str | None], ...]:
        """(check id, requirement) of all evidence that `run` has to return."""

    def run(self, context: CheckContext) -> CheckResult:
        """Measure; `InfrastructureError` when something of ours broke.

        Where the context names `only` some of the ids, other evidence may be left out.
        """


def settled(name: str, check: Check, context: CheckContext) -> CheckResult:
    """What `check` finds; whoever broke it is named in the evidence that it owes."""
    found = _attempt(name, check, context)
    broken = _broken(found)
    if not broken:
        return found
    ours = _broken(_attempt(name, check, context.on_reference(broken)))
    found = _freed(
        _explained(found, broken & ours, "it breaks on the reference solution as well"), ours
    )
    if broken <= ours:
        return found
    again = _broken(_attempt(name, check, context.once_more(broken - ours)))
    theirs = (broken - ours) & again
    found = _explained(found, broken - ours - theirs, "run again it did not break: grade again")
    return _blamed(name, found, theirs) if theirs else found


def _attempt(name: str, check: Check, context: CheckContext) -> CheckResult:
    context.on_event(Event(stage=name))
    begun = time.monotonic()
    try:
        result = check.run(context)
    except InfrastructureError as error:
        result = _nothing(name, check, context, error)
    timings = {f"{name}.{context.attempt or 'total'}": time.monotonic() - begun, **result.timings}
    return replace(result, timings=timings)


def _nothing(
    name: str, check: Check, context: CheckContext, error: InfrastructureError
) -> CheckResult:
    summary = f"the stage {name!r} broke: {error}"[:SUMMARY_CHARACTERS]
    return CheckResult(
        evidence=tuple(
            Evidence(
                check=expected,
                requirement=requirement,
                outcome=Outcome.ERRORED,
                fault=Fault.INFRASTRUCTURE,
                summary=summary,
            )
            for expected, requirement in check.expected(context)
        )
    )


def _broken(result: CheckResult) -> frozenset[str]:
    """Ids of the evidence that we failed to get."""
    return frozenset(one.check for one in result.evidence if one.outcome is Outcome.ERRORED)


def _freed(found: CheckResult, ours: frozenset[str]) -> CheckResult:
    """`found` with the measures of `ours` not measured: a control has shown our fault."""
    return replace(
        found,
        evidence=tuple(
            one.model_copy(update={"outcome": Outcome.NOT_MEASURED})
            if one.check in ours and one.requirement is None
            else one
            for one in found.evidence
        ),
    )


def _explained(found: CheckResult, checks: frozenset[str], why: str) -> CheckResult:
    """`found` with what is known of the cause added to the broken evidence of `checks`."""
    return replace(
        found,
        evidence=tuple(
            one.model_copy(update={"summary": _told(one.summary, why)})
            if one.check in checks
            else one
            for one in found.evidence
        ),
    )


def _blamed(name: str, found: CheckResult, theirs: frozenset[str]) -> CheckResult:
    """`found` with the evidence that only this submission breaks withheld, and an alarm."""
    why = "this submission breaks it every time, and the reference solution does not"
    reasons = [one.summary for one in found.evidence if one.check in theirs]
    alarm = Alarm(
        id=BREAKS,
        summary=f"{len(theirs)} checks of the stage {name!r} break on this submission and not on "
        f"the reference solution: {reasons[0]}"[:ALARM_CHARACTERS],
    )
    withheld = {"outcome": Outcome.NOT_MEASURED, "fault": Fault.CANDIDATE}
    return replace(
        found,
        evidence=tuple(
            one.model_copy(update={**withheld, "summary": _told(one.summary, why)})
            if one.check in theirs
            else one
            for one in found.evidence
        ),
        alarms=(*found.alarms, alarm),
    )


def _told(summary: str, why: str) -> str:
    return f"{why}: {summary}"[:SUMMARY_CHARACTERS]
