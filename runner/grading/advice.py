"""The recommendation band: advice to a human, never a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.model import Advice, CriterionResult, GateResult, Role, Rubric, Score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.grading.judging import Judged

ENOUGH = 0.5
"""Share of the automatic points that must have been judged for a band to mean anything."""

_NAMED = 3


def advise(
    rubric: Rubric,
    score: Score,
    gates: Sequence[GateResult],
    results: Sequence[CriterionResult],
) -> Advice:
    """The first band of the rubric that holds, unless too little of the work was judged."""
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
    for band in rubric.recommendations:
        if score.automatic.percent >= band.at_least and not (failed and band.needs_gates):
            return Advice(title=band.title, text=band.advice, gates_failed=failed)
    return Advice(
        title="No recommendation",
        text="The rubric has no band for this score.",
        gates_failed=failed,
    )


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
