"""The recommendation band: advice to a human, never a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.grading.totals import percent_of, whole
from runner.model import Advice, CriterionResult, GateResult, Role, Rubric, Score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.grading.judging import Judged
    from runner.model import Recommendation

ENOUGH = 0.5
"""Share of the automatic points that must have been judged for a band to mean anything."""

_NAMED = 3

_NO_BAND = "No recommendation", "The rubric has no band for this score."


def advise(
    rubric: Rubric,
    score: Score,
    gates: Sequence[GateResult],
    results: Sequence[CriterionResult],
) -> Advice:
    """The first band of the rubric that holds, unless too little of the work was judged.

    What is withheld counts as not earned, and a must-have that rests on it as not met. Where a
    person's mark on it could lead to another band, the advice asks for that person first.
    """
    failed = tuple(gate.title for gate in gates if gate.status == "failed")
    worth = sum(
        one.points for one in results if one.role is Role.REQUIRED and one.scale != "manual"
    )
    if not score.automatic.possible or score.automatic.possible < worth * ENOUGH:
        return Advice(
            title="Too little was measured",
            text=f"Only {score.automatic.possible:g} of {worth:g} automatic points could be"
            " judged. Read the code yourself, or grade again.",
            gates_failed=failed,
        )
    unmet = bool(failed) or any(gate.withheld for gate in gates)
    band = _band(rubric, score.automatic.percent, unmet=unmet)
    best = _band(rubric, _at_best(score), unmet=bool(failed))
    title, text = (band.title, band.advice) if band else _NO_BAND
    if score.withheld:
        text = f"{_waiting(results)}{_consequence(band, best)} {text}"
    return Advice(title=title, text=text, gates_failed=failed, person_first=best is not band)


def _band(rubric: Rubric, percent: float, *, unmet: bool) -> Recommendation | None:
    for band in rubric.recommendations:
        if percent >= band.at_least and not (unmet and band.needs_gates):
            return band
    return None


def _at_best(score: Score) -> float:
    """The percentage if a person grants everything that is withheld."""
    earned = whole(score.automatic.earned) + whole(score.withheld)
    return percent_of(earned, whole(score.automatic.possible))


def _waiting(results: Sequence[CriterionResult]) -> str:
    """What waits for a person, in words."""
    waiting = [one for one in results if one.role is Role.REQUIRED and one.withheld]
    points = sum(whole(one.withheld) for one in waiting) / 100
    named = "; ".join(one.title for one in waiting[:_NAMED])
    more = f"; and {len(waiting) - _NAMED} more" if len(waiting) > _NAMED else ""
    return (
        f"{points:g} points could not be judged, and the submission may be the cause: "
        f"{named}{more}. They count as not earned until a person marks them."
    )


def _consequence(band: Recommendation | None, best: Recommendation | None) -> str:
    if best is band or best is None:
        return " They cannot change this advice."
    return f" With all of them the advice would be: {best.title}."


def void_advice(broken: Sequence[Judged]) -> Advice:
    """Why there is no score, and that it is not the candidate's doing."""
    why = "The run brought no evidence at all."
    if broken:
        causes = list(dict.fromkeys(one.verdict.summary.rstrip(".") for one in broken))
        named = "; ".join(causes[:_NAMED])
        more = f"; and {len(causes) - _NAMED} more causes" if len(causes) > _NAMED else ""
        why = f"Required criteria that could not be judged: {len(broken)}. Cause: {named}{more}."
    return Advice(
        title="Void: not graded",
        text=f"Something on our side broke, so this run says nothing about the candidate. {why}"
        ' Grade the same submission again; if it repeats, "takehome challenge verify" shows'
        " whether the challenge is at fault.",
    )
