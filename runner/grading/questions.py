"""Questions for the review call: first about this code, then the standing ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.grading.flags import places
from runner.model import (
    BankQuestion,
    Evidence,
    Level,
    Outcome,
    Question,
    Role,
    Rubric,
    RubricCriterion,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.grading.judging import Judged

ABOUT_THE_CODE = 8
"""Questions drawn from the evidence: more than a review call of half an hour has room for."""

_PLACES = 5
_MEASURES = 4
_ASKED = (Status.FAILED, Status.PARTIAL)


def ask(judged: Sequence[Judged]) -> tuple[Question, ...]:
    """One question for each required criterion that lost points, the costliest first.

    After the behaviours that failed come those that a check tried and could not settle (a
    human can), then the criteria of the rubric. What no check looked at raises no question.
    """
    worth_asking = [one for one in judged if _worth_asking(one)]
    worth_asking.sort(key=_urgency)
    return tuple(_question(one) for one in worth_asking[:ABOUT_THE_CODE])


def bank(rubric: Rubric, level: Level) -> tuple[Question, ...]:
    """The standing questions of `level`."""
    return tuple(_standing(one) for one in rubric.questions if level in one.levels)


def _worth_asking(judged: Judged) -> bool:
    return (
        judged.slot.role is Role.REQUIRED
        and bool(judged.slot.subject.question)
        and bool(judged.verdict.evidence)
        and (judged.verdict.status in _ASKED or _unsettled(judged))
    )


def _unsettled(judged: Judged) -> bool:
    """A behaviour that a check tried: what a number would have said is nothing to ask about."""
    is_behaviour = not isinstance(judged.slot.subject, RubricCriterion)
    return is_behaviour and judged.verdict.status is Status.NOT_MEASURED


def _urgency(judged: Judged) -> tuple[bool, bool, float]:
    return (
        isinstance(judged.slot.subject, RubricCriterion),
        judged.verdict.status is Status.NOT_MEASURED,
        -float(judged.slot.worth * judged.verdict.loss),
    )


def _question(judged: Judged) -> Question:
    telling = _telling(judged.verdict.evidence)
    subject = judged.slot.subject
    return Question(
        id=subject.id,
        text=subject.question,
        reason=_reason(judged, telling),
        listen_for=subject.why,
        locations=places(telling, _PLACES),
    )


def _telling(evidence: Sequence[Evidence]) -> list[Evidence]:
    """What did not simply pass, failures first; all of it when everything did."""
    rest = [one for one in evidence if one.outcome is not Outcome.PASSED]
    return sorted(rest, key=lambda one: one.outcome is not Outcome.FAILED) or list(evidence)


def _reason(judged: Judged, telling: Sequence[Evidence]) -> str:
    """What was found, with the route and the numbers of the first telling check.

    The summary of a criterion of the rubric has its number already.
    """
    subject, told = judged.slot.subject, judged.verdict.summary
    if isinstance(subject, RubricCriterion):
        return told
    numbers = ", ".join(f"{one.label} {one.text}" for one in telling[0].measures[:_MEASURES])
    return f"{subject.route}: " * bool(subject.route) + told + f" ({numbers})" * bool(numbers)


def _standing(question: BankQuestion) -> Question:
    return Question(id=question.id, text=question.text, listen_for=question.listen_for)
