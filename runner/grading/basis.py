"""How far the quality of code counts when the code does little of what was asked.

Clean code that does nothing is worth nothing here. Points for measured quality count in full
once a quarter of the required behaviour works, and in proportion below that.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from runner.grading.verdict import of_share
from runner.model import Fault, Requirement, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.grading.judging import Judged

BASIS = Fraction(1, 4)
"""The share of required behaviour from which on quality counts in full. Judgement: a working
quarter is the first group of endpoints, enough code of one's own to have a quality."""


def on_basis(judged: Sequence[Judged]) -> tuple[Judged, ...]:
    """`judged` with the gain of measured rubric criteria scaled by what works."""
    works = working_share(judged)
    if works >= BASIS:
        return tuple(judged)
    return tuple(_scaled(item, works) if item.measured else item for item in judged)


def working_share(judged: Sequence[Judged]) -> Fraction:
    """The share of the judged points of required behaviour that was earned; 1 without any."""
    required = [
        item
        for item in judged
        if isinstance(item.slot.subject, Requirement) and item.slot.role is Role.REQUIRED
    ]
    gained = sum((item.slot.worth * item.verdict.gain for item in required), Fraction())
    lost = sum(
        (item.slot.worth * (item.verdict.loss + item.verdict.withheld) for item in required),
        Fraction(),
    )
    return gained / (gained + lost) if gained + lost else Fraction(1)


def _scaled(item: Judged, works: Fraction) -> Judged:
    verdict = item.verdict
    if not verdict.gain:
        return item
    gain = verdict.gain * works / BASIS
    note = f"counts {float(works / BASIS):.0%}: {float(works):.0%} of the required behaviour works"
    return replace(
        item,
        verdict=replace(
            verdict,
            status=of_share(gain),
            gain=gain,
            loss=verdict.loss + verdict.gain - gain,
            fault=Fault.CANDIDATE,
            summary=f"{verdict.summary} ({note})",
        ),
    )
