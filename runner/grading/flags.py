"""Green and red flags: what an interviewer wants to see without reading the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.grading.evidence import Ledger, measured
from runner.model import (
    CriterionResult,
    Evidence,
    Flag,
    FlagRule,
    Flags,
    Location,
    Outcome,
    Role,
    Rubric,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

LOCATIONS = 5
"""Places shown beside a flag."""


def raise_flags(rubric: Rubric, results: Sequence[CriterionResult], ledger: Ledger) -> Flags:
    """The flags whose rules hold, in the order of the rubric.

    A bonus may raise a green flag and never a red one.
    """
    raised = [
        (rule.kind, flag)
        for rule in rubric.flags
        if (flag := _raise(rule, results, ledger)) is not None
    ]
    return Flags(
        green=tuple(flag for kind, flag in raised if kind == "green"),
        red=tuple(flag for kind, flag in raised if kind == "red"),
    )


def _raise(rule: FlagRule, results: Sequence[CriterionResult], ledger: Ledger) -> Flag | None:
    """The flag when all that the rule states holds; a rule that states nothing never does."""
    if any(one.id in rule.needs and one.status is Status.FAILED for one in results):
        return None
    details: list[str] = []
    evidence: list[Evidence] = []
    if rule.criterion or rule.category:
        named = [one for one in results if _named(rule, one)]
        if not named or any(one.status is not rule.status for one in named):
            return None
        if rule.kind == "red" and any(one.role is Role.BONUS for one in named):
            return None
        details.append(named[0].summary if rule.criterion else _all_of(named))
        evidence += [one for result in named for one in result.evidence]
    if rule.check:
        found = ledger.for_measure(rule.check)
        detail = None if found is None else _bound(rule, found)
        if found is None or detail is None:
            return None
        details.append(detail)
        evidence.append(found)
    if not details:
        return None
    return Flag(
        id=rule.id,
        title=rule.title,
        detail=" ".join(details),
        locations=places(evidence, LOCATIONS),
    )


def _named(rule: FlagRule, result: CriterionResult) -> bool:
    if rule.criterion:
        return result.id == rule.criterion
    return result.category == rule.category and result.role is Role.REQUIRED


def _all_of(named: Sequence[CriterionResult]) -> str:
    return f"{len(named)} of {len(named)}: {', '.join(one.title for one in named)}."


def _bound(rule: FlagRule, evidence: Evidence) -> str | None:
    """The number in words when it keeps the bounds of the rule."""
    if evidence.outcome is not Outcome.MEASURED:
        return None
    measure = measured(evidence, rule.measure)
    if measure is None:
        return None
    above = rule.at_least is None or measure.value >= rule.at_least
    below = rule.at_most is None or measure.value <= rule.at_most
    return f"{measure.label}: {measure.text}." if above and below else None


def places(evidence: Sequence[Evidence], most: int) -> tuple[Location, ...]:
    """The first `most` different places that the evidence names."""
    found = {one: None for item in evidence for one in item.locations}
    return tuple(found)[:most]
