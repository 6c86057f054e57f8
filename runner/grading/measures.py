"""Criteria of the rubric that a measured number decides."""

from __future__ import annotations

from fractions import Fraction

from runner.grading.evidence import measured
from runner.grading.verdict import (
    Verdict,
    fault_of,
    is_withheld,
    of_share,
    our_fault,
    with_outcome,
)
from runner.model import Band, Evidence, Fault, Measure, Outcome, RubricCriterion, Status


def judge_measure(criterion: RubricCriterion, evidence: Evidence | None) -> Verdict:
    """The share that a measured number earns; a check that failed outright earns nothing."""
    if evidence is None:
        return Verdict(
            status=Status.NOT_MEASURED,
            fault=Fault.CHALLENGE,
            summary="This was not part of the run.",
        )
    if is_withheld(evidence):
        return _withheld(evidence, evidence.summary)
    status = {
        Outcome.ERRORED: Status.ERRORED,
        Outcome.NOT_MEASURED: Status.NOT_MEASURED,
        Outcome.FAILED: Status.FAILED,
    }.get(evidence.outcome)
    if status is None:
        return _share(criterion, evidence)
    failed = with_outcome([evidence], Outcome.FAILED)
    errored = status is Status.ERRORED
    fault = our_fault([evidence]) if errored else fault_of(failed, [evidence])
    return Verdict(
        status=status,
        loss=Fraction(status is Status.FAILED),
        fault=fault,
        summary=evidence.summary,
        evidence=(evidence,),
    )


def _withheld(evidence: Evidence, summary: str) -> Verdict:
    return Verdict(
        status=Status.NOT_MEASURED,
        withheld=Fraction(1),
        fault=fault_of([], [evidence]) or Fault.CANDIDATE,
        summary=summary,
        evidence=(evidence,),
    )


def _share(criterion: RubricCriterion, evidence: Evidence) -> Verdict:
    measure = measured(evidence, criterion.measure)
    if measure is None:
        return Verdict(
            status=Status.ERRORED,
            fault=Fault.CHALLENGE,
            summary=f"The check brought no usable number called {criterion.measure}.",
            evidence=(evidence,),
        )
    number = f"{measure.label} {measure.text}".strip()
    share = _scale(criterion, measure)
    if share is None:
        # Every check stays within its range, so that only this submission can be the reason.
        return _withheld(evidence, f"The check brought a number out of range ({number}).")
    earned = f"{number}: {float(share):.0%} of the points"
    return Verdict(
        status=of_share(share),
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
