"""One criterion: status, share of its points, whose fault, and one sentence that says why."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from runner.grading.evidence import Ledger, measured
from runner.grading.plan import HUNDREDTHS, Slot
from runner.model import (
    Band,
    CriterionResult,
    Evidence,
    Fault,
    HumanMark,
    Measure,
    Outcome,
    Requirement,
    Role,
    RubricCriterion,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

HIGHEST_MARK = 4
"""The mark of a manual criterion that earns all its points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`gain` and `loss` are shares of the points; the rest was not judged and does not count.

    Rounding is down for gain and up for loss: a check that turns from failed or not measured
    to passed can then never lower what is earned, nor its share of what is possible.
    """

    status: Status
    summary: str
    gain: Fraction = Fraction(0)
    loss: Fraction = Fraction(0)
    fault: Fault | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A slot of the plan with its verdict."""

    slot: Slot
    verdict: Verdict

    @property
    def voids(self) -> bool:
        """Whether a fault of ours makes the whole run void."""
        return (
            isinstance(self.slot.subject, Requirement)
            and self.slot.role is Role.REQUIRED
            and self.verdict.status is Status.ERRORED
        )

    def result(self) -> CriterionResult:
        """The line of the scorecard."""
        subject, verdict, worth = self.slot.subject, self.verdict, self.slot.worth
        gained, lost = floor(worth * verdict.gain), ceil(worth * verdict.loss)
        of_rubric = subject if isinstance(subject, RubricCriterion) else None
        return CriterionResult(
            id=subject.id,
            title=subject.title,
            category=subject.category,
            role=self.slot.role,
            scale=of_rubric.scale if of_rubric else "requirement",
            points=worth / HUNDREDTHS,
            possible=(gained + lost) / HUNDREDTHS,
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
    """Judge one criterion by the scale that it states."""
    subject = slot.subject
    if isinstance(subject, Requirement):
        verdict = _requirement(ledger.for_requirement(subject.id))
    elif subject.scale == "manual":
        verdict = _manual([mark for mark in marks if mark.criterion == subject.id])
    else:
        verdict = _measure(subject, ledger.for_measure(subject.check))
    return Judged(slot=slot, verdict=verdict)


# ------------------------------------------------------------------ requirements


def _requirement(evidence: tuple[Evidence, ...]) -> Verdict:
    """Passed when every check passed; otherwise the share of checks that did."""
    if not evidence:
        return Verdict(
            status=Status.ERRORED,
            fault=Fault.CHALLENGE,
            summary="No check of the suite speaks for this requirement.",
        )
    errored = _with(evidence, Outcome.ERRORED)
    if errored:
        return Verdict(
            status=Status.ERRORED,
            fault=_our_fault(errored),
            summary=errored[0].summary,
            evidence=evidence,
        )
    passed, failed = _with(evidence, Outcome.PASSED), _with(evidence, Outcome.FAILED)
    return Verdict(
        status=_status(len(passed), len(failed), len(evidence)),
        gain=Fraction(len(passed), len(evidence)),
        loss=Fraction(len(failed), len(evidence)),
        fault=_fault(failed, evidence),
        summary=_counts(passed, failed, evidence),
        evidence=evidence,
    )


def _with(evidence: Sequence[Evidence], outcome: Outcome) -> list[Evidence]:
    return [one for one in evidence if one.outcome is outcome]


def _our_fault(errored: Sequence[Evidence]) -> Fault:
    faults = {one.fault for one in errored}
    return Fault.CHALLENGE if Fault.CHALLENGE in faults else Fault.INFRASTRUCTURE


def _fault(failed: Sequence[Evidence], evidence: Sequence[Evidence]) -> Fault | None:
    """Whose the failures are (`limit` only when nothing but limits was hit).

    Without a failure: what kept the rest from being measured.
    """
    if failed:
        only_limits = all(one.fault is Fault.LIMIT for one in failed)
        return Fault.LIMIT if only_limits else Fault.CANDIDATE
    unsettled = (one.fault for one in _with(evidence, Outcome.NOT_MEASURED))
    return next(unsettled, None)


def _status(passed: int, failed: int, checks: int) -> Status:
    if passed == checks:
        return Status.PASSED
    if passed:
        return Status.PARTIAL
    return Status.FAILED if failed else Status.NOT_MEASURED


def _counts(
    passed: Sequence[Evidence], failed: Sequence[Evidence], evidence: Sequence[Evidence]
) -> str:
    """How many checks passed or failed, and what the first one to tell has to say."""
    if len(passed) == len(evidence):
        return f"All {len(passed)} checks passed." if len(passed) > 1 else "The check passed."
    unsettled = _with(evidence, Outcome.NOT_MEASURED)
    telling, what = (failed, "failed") if failed else (unsettled, "could not be settled")
    if len(evidence) == 1:
        return telling[0].summary
    return f"{len(telling)} of {len(evidence)} checks {what}: {telling[0].summary}"


# ---------------------------------------------------------------------- measures


def _measure(criterion: RubricCriterion, evidence: Evidence | None) -> Verdict:
    """The share that a measured number earns; a check that failed outright earns nothing."""
    if evidence is None:
        return Verdict(status=Status.NOT_MEASURED, summary="This was not part of the run.")
    status = {
        Outcome.ERRORED: Status.ERRORED,
        Outcome.NOT_MEASURED: Status.NOT_MEASURED,
        Outcome.FAILED: Status.FAILED,
    }.get(evidence.outcome)
    if status is None:
        return _share(criterion, evidence)
    failed = _with([evidence], Outcome.FAILED)
    errored = status is Status.ERRORED
    fault = _our_fault([evidence]) if errored else _fault(failed, [evidence])
    return Verdict(
        status=status,
        loss=Fraction(status is Status.FAILED),
        fault=fault,
        summary=evidence.summary,
        evidence=(evidence,),
    )


def _share(criterion: RubricCriterion, evidence: Evidence) -> Verdict:
    measure = measured(evidence, criterion.measure)
    share = None if measure is None else _scale(criterion, measure)
    if measure is None or share is None:
        return Verdict(
            status=Status.ERRORED,
            fault=Fault.CHALLENGE,
            summary=f"The check brought no usable number called {criterion.measure}.",
            evidence=(evidence,),
        )
    number = f"{measure.label} {measure.text}".strip()
    earned = f"{number}: {float(share):.0%} of the points"
    return Verdict(
        status=_of_share(share),
        gain=share,
        loss=1 - share,
        fault=None if share == 1 else Fault.CANDIDATE,
        summary=f"{evidence.summary} ({earned})",
        evidence=(evidence,),
    )


def _scale(criterion: RubricCriterion, measure: Measure) -> Fraction | None:
    """The share that `measure` earns; None for a ratio outside 0 to 1."""
    if criterion.scale == "ratio":
        return _exact(measure.value) if 0 <= measure.value <= 1 else None
    earned = (band.share for band in criterion.bands if _within(band, measure.value))
    return _exact(next(earned, 0.0))


def _within(band: Band, value: float) -> bool:
    if band.at_most is not None:
        return value <= band.at_most
    return band.at_least is not None and value >= band.at_least


def _exact(share: float) -> Fraction:
    """The number as written in the rubric: 0.6, not the nearest binary fraction."""
    return Fraction(share).limit_denominator(1_000_000)


def _of_share(share: Fraction) -> Status:
    if share == 1:
        return Status.PASSED
    return Status.PARTIAL if share else Status.FAILED


# ------------------------------------------------------------------------ humans


def _manual(marks: Sequence[HumanMark]) -> Verdict:
    if not marks:
        return Verdict(status=Status.PENDING, summary="Waits for a human.")
    last = marks[-1]
    share = Fraction(last.mark, HIGHEST_MARK)
    return Verdict(
        status=_of_share(share),
        gain=share,
        loss=1 - share,
        fault=None if share == 1 else Fault.CANDIDATE,
        summary=f"{last.mark} of {HIGHEST_MARK} by {last.author}: {last.reason}",
    )
