"""Evidence in, scorecard out: a pure function, so that a rubric change needs no new run.

`grade` reads nothing but its arguments: no clock, no file, no chance. The order of the
evidence does not matter. What was not judged for a reason that only we can cause leaves the
possible points, and when our own error touches a required behaviour the outcome is `void`: then
nothing is said about the candidate at all. What was not judged for a reason that the submission
may have caused is withheld: it stays possible, earns nothing and waits for a person, so that
breaking us is never worth more than failing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.grading.advice import advise, void_advice
from runner.grading.basis import on_basis
from runner.grading.evidence import Ledger
from runner.grading.flags import raise_flags
from runner.grading.gates import hold_gates
from runner.grading.judging import Judged, judge
from runner.grading.plan import plan
from runner.grading.questions import ask, bank
from runner.grading.totals import total, void_score
from runner.model import (
    CriterionResult,
    Evidence,
    Flags,
    HumanMark,
    Level,
    Requirement,
    Rubric,
    Scorecard,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def grade(
    rubric: Rubric,
    requirements: Sequence[Requirement],
    level: Level,
    evidence: Sequence[Evidence],
    marks: Sequence[HumanMark] = (),
    *,
    expected: Sequence[tuple[str, str]],
) -> Scorecard:
    """Judge `evidence` by `rubric` at `level`.

    `expected` are the pairs (check id, requirement id) that the run had to deliver; a pair
    without exactly one piece of evidence is our fault and never a pass. Of several `marks`
    on one criterion the last one counts.

    Raises `ChallengeError` when rubric and requirements do not fit together.
    """
    slots = plan(rubric, requirements, level)
    ledger = Ledger.of(evidence, expected)
    judged = on_basis([judge(slot, ledger, marks) for slot in slots])
    broken = tuple(item for item in judged if item.voids)
    if broken or not evidence:
        return _void(rubric, level, judged, broken)
    results = tuple(item.result() for item in judged)
    gates = hold_gates(rubric, level, judged)
    score = total(rubric, level, results)
    return Scorecard(
        outcome="graded",
        advice=advise(rubric, score, gates, results),
        score=score,
        criteria=results,
        gates=gates,
        flags=raise_flags(rubric, results, ledger),
        questions=ask(judged) + bank(rubric, level),
    )


def _void(
    rubric: Rubric, level: Level, judged: Sequence[Judged], broken: Sequence[Judged]
) -> Scorecard:
    """No score, no gates, no flags: a run that broke on our side says nothing of anybody."""
    results: tuple[CriterionResult, ...] = tuple(
        item.result().model_copy(update={"earned": 0.0, "possible": 0.0, "withheld": 0.0})
        for item in judged
    )
    return Scorecard(
        outcome="void",
        advice=void_advice(broken),
        score=void_score(rubric, level),
        criteria=results,
        gates=hold_gates(rubric, level, ()),
        flags=Flags(),
        questions=bank(rubric, level),
    )
