"""What a judgment on one criterion says, and whose fault it is."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from runner.model import Evidence, Fault, Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

OURS = frozenset({Fault.CHALLENGE, Fault.INFRASTRUCTURE})
"""Faults that never cost a candidate points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`gain`, `loss` and `withheld` are shares of the points; the rest counts for nobody.

    `withheld` was not judged, and the submission may be why: it stays possible, earns nothing and
    waits for a person. The rest was not judged for a reason that only we can cause.

    Rounding is down for gain and up for the others: a check that turns from failed or not measured
    to passed can then never lower what is earned, nor its share of what is possible.
    """

    status: Status
    summary: str
    gain: Fraction = Fraction(0)
    loss: Fraction = Fraction(0)
    withheld: Fraction = Fraction(0)
    fault: Fault | None = None
    evidence: tuple[Evidence, ...] = ()


def of_share(share: Fraction) -> Status:
    """The status that goes with a share of the points."""
    if share == 1:
        return Status.PASSED
    return Status.PARTIAL if share else Status.FAILED


def with_outcome(evidence: Sequence[Evidence], outcome: Outcome) -> list[Evidence]:
    """The evidence with this outcome, in order."""
    return [one for one in evidence if one.outcome is outcome]


def is_withheld(evidence: Evidence) -> bool:
    """Whether nobody could judge, and the submission may be why.

    Only a stated fault of the challenge or of the machine frees points. Whatever says nothing of
    its cause is withheld, so that no forgotten cause can be worth anything.
    """
    unsettled = evidence.outcome in (Outcome.NOT_MEASURED, Outcome.ERRORED)
    return unsettled and evidence.fault not in OURS


def our_fault(errored: Sequence[Evidence]) -> Fault:
    """Which of our own faults an error is: the challenge's when any of them is."""
    faults = {one.fault for one in errored}
    return Fault.CHALLENGE if Fault.CHALLENGE in faults else Fault.INFRASTRUCTURE


def fault_of(failed: Sequence[Evidence], evidence: Sequence[Evidence]) -> Fault | None:
    """Whose the failures are (`limit` only when nothing but limits was hit).

    Without a failure: who could have caused that the rest was not measured.
    """
    blamed = failed or [one for one in evidence if is_withheld(one)]
    if blamed:
        only_limits = all(one.fault is Fault.LIMIT for one in blamed)
        return Fault.LIMIT if only_limits else Fault.CANDIDATE
    unsettled = (one.fault for one in with_outcome(evidence, Outcome.NOT_MEASURED))
    return next(unsettled, None)
