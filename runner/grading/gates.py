"""Must-haves: a score never makes up for one that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from runner.model import Gate, GateResult, Level, Rubric, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.grading.judging import Judged
    from runner.grading.verdict import Verdict


def hold_gates(rubric: Rubric, level: Level, judged: Sequence[Judged]) -> tuple[GateResult, ...]:
    """Every gate of `level`.

    A gate fails when one of its criteria lost anything, passes when all of them passed, and
    is `not_measured` otherwise: a criterion that the challenge lacks, or that nobody could
    judge, is neither held against a candidate nor taken as given. A gate with a criterion that is
    withheld stays open until a person has looked (`GateResult.withheld`).
    """
    verdicts = {one.slot.subject.id: one.verdict for one in judged}
    return tuple(
        GateResult(
            id=gate.id,
            title=gate.title,
            status=_hold(gate, verdicts),
            criteria=gate.criteria,
            withheld=tuple(
                one for one in gate.criteria if one in verdicts and verdicts[one].withheld
            ),
        )
        for gate in rubric.gates
        if level in gate.levels
    )


def _hold(gate: Gate, verdicts: dict[str, Verdict]) -> Literal["passed", "failed", "not_measured"]:
    found = [verdicts.get(criterion) for criterion in gate.criteria]
    if any(verdict is not None and verdict.loss > 0 for verdict in found):
        return "failed"
    if found and all(verdict and verdict.status is Status.PASSED for verdict in found):
        return "passed"
    return "not_measured"
