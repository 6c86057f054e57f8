"""Requirements: judged by the checks of the hidden suite that speak for them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from runner.grading.verdict import Verdict, fault_of, is_withheld, our_fault, with_outcome
from runner.model import Evidence, Fault, Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Sequence


def judge_requirement(evidence: tuple[Evidence, ...]) -> Verdict:
    """Passed when every check passed; otherwise the share of checks that did.

    A check that broke through a fault of ours leaves the requirement errored. One that the
    submission may have kept from a verdict is withheld.
    """
    if not evidence:
        return Verdict(
            status=Status.ERRORED,
            fault=Fault.CHALLENGE,
            summary="No check of the suite speaks for this requirement.",
        )
    withheld = [one for one in evidence if is_withheld(one)]
    errored = [one for one in with_outcome(evidence, Outcome.ERRORED) if one not in withheld]
    if errored:
        return Verdict(
            status=Status.ERRORED,
            fault=our_fault(errored),
            summary=errored[0].summary,
            evidence=evidence,
        )
    passed, failed = with_outcome(evidence, Outcome.PASSED), with_outcome(evidence, Outcome.FAILED)
    return Verdict(
        status=_status(len(passed), len(failed), len(evidence)),
        gain=Fraction(len(passed), len(evidence)),
        loss=Fraction(len(failed), len(evidence)),
        withheld=Fraction(len(withheld), len(evidence)),
        fault=fault_of(failed, evidence),
        summary=_counts(passed, failed, evidence),
        evidence=evidence,
    )


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
    unsettled = [one for one in evidence if one.outcome is not Outcome.PASSED]
    telling, what = (failed, "failed") if failed else (unsettled, "could not be settled")
    if len(evidence) == 1:
        return telling[0].summary
    return f"{len(telling)} of {len(evidence)} checks {what}: {telling[0].summary}"
