"""One criterion: status, share of its points, whose fault, and one sentence that says why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from runner.grading.behaviour import judge_requirement
from runner.grading.measures import judge_measure
from runner.grading.plan import HUNDREDTHS, Slot
from runner.grading.verdict import Verdict, of_share
from runner.model import (
    CriterionResult,
    Fault,
    HumanMark,
    Requirement,
    Role,
    RubricCriterion,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.grading.evidence import Ledger

HIGHEST_MARK = 4
"""The mark of a manual criterion that earns all its points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A slot of the plan with its verdict."""

    slot: Slot
    verdict: Verdict

    @property
    def voids(self) -> bool:
        """Whether a fault of ours makes the whole run void."""
        return self.slot.role is Role.REQUIRED and self.verdict.status is Status.ERRORED

    @property
    def measured(self) -> bool:
        """Whether a measured number decides it, rather than behaviour or a human."""
        return isinstance(self.slot.subject, RubricCriterion) and (
            self.slot.subject.scale != "manual"
        )

    def result(self) -> CriterionResult:
        """The line of the scorecard."""
        subject, verdict, worth = self.slot.subject, self.verdict, self.slot.worth
        gained, lost = floor(worth * verdict.gain), ceil(worth * verdict.loss)
        withheld = ceil(worth * (verdict.loss + verdict.withheld)) - lost
        of_rubric = subject if isinstance(subject, RubricCriterion) else None
        return CriterionResult(
            id=subject.id,
            title=subject.title,
            category=subject.category,
            role=self.slot.role,
            scale=of_rubric.scale if of_rubric else "requirement",
            points=worth / HUNDREDTHS,
            possible=(gained + lost + withheld) / HUNDREDTHS,
            withheld=withheld / HUNDREDTHS,
            earned=gained / HUNDREDTHS,
            status=verdict.status,
            fault=verdict.fault,
            summary=verdict.summary,
            why=subject.why,
            requirements=() if of_rubric else (subject.id,),
            anchors=of_rubric.anchors if of_rubric else (),
            evidence=verdict.evidence,
        )


def judge(slot: Slot, ledger: Ledger, marks: Sequence[HumanMark]) -> Judged:
    """Judge one criterion by the scale that it states, and by a person what was withheld."""
    subject = slot.subject
    own = [mark for mark in marks if mark.criterion == subject.id]
    if isinstance(subject, Requirement):
        verdict = judge_requirement(ledger.for_requirement(subject.id))
    elif subject.scale == "manual":
        verdict = _manual(own)
    else:
        verdict = judge_measure(subject, ledger.for_measure(subject.check))
    if own and verdict.withheld:
        verdict = _decided(verdict, own[-1])
    return Judged(slot=slot, verdict=verdict)


def _decided(verdict: Verdict, mark: HumanMark) -> Verdict:
    """A person has looked at what was withheld: the mark is the share of it that is earned."""
    gain = verdict.gain + verdict.withheld * Fraction(mark.mark, HIGHEST_MARK)
    return replace(
        verdict,
        status=of_share(gain),
        gain=gain,
        loss=verdict.loss + verdict.gain + verdict.withheld - gain,
        withheld=Fraction(0),
        fault=None if gain == 1 else Fault.CANDIDATE,
        summary=f"{verdict.summary} {mark.mark} of {HIGHEST_MARK} by {mark.author}: {mark.reason}",
    )


def _manual(marks: Sequence[HumanMark]) -> Verdict:
    if not marks:
        return Verdict(status=Status.PENDING, summary="Waits for a human.")
    last = marks[-1]
    share = Fraction(last.mark, HIGHEST_MARK)
    return Verdict(
        status=of_share(share),
        gain=share,
        loss=1 - share,
        fault=None if share == 1 else Fault.CANDIDATE,
        summary=f"{last.mark} of {HIGHEST_MARK} by {last.author}: {last.reason}",
    )
