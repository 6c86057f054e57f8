"""Reading the turns of a candidate's own tests: which tests count, and which turn they noticed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.harness.messages import TurnResult

FAILING = frozenset({"failed", "error"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The first turn, which nothing was wrong with: tests that pass there count in the others."""

    passing: frozenset[str]
    failing: tuple[str, ...]
    skipped: tuple[str, ...]
    problem: str

    @classmethod
    def of(cls, turns: Sequence[TurnResult]) -> Self:
        """The baseline of a report's turns."""
        if not turns:
            return cls(passing=frozenset(), failing=(), skipped=(), problem="there was no time")
        outcomes = turns[0].outcomes
        return cls(
            passing=frozenset(name for name, found in outcomes.items() if found == "passed"),
            failing=tuple(name for name, found in outcomes.items() if found in FAILING),
            skipped=tuple(name for name, found in outcomes.items() if found == "skipped"),
            problem=turns[0].problem or (f"their run {_ended(turns[0])}" if turns[0].limit else ""),
        )

    def noticed_by(self, turn: TurnResult) -> str:
        """The test that counts and failed in `turn`, or how else it went wrong there; else ""."""
        failed = (name for name, found in turn.outcomes.items() if found in FAILING)
        named = next((name for name in failed if name in self.passing), "")
        if named or not (turn.limit or turn.problem):
            return named
        return _ended(turn) if turn.limit else "the whole run"


def _ended(turn: TurnResult) -> str:
    return turn.how.removeprefix("it ")
