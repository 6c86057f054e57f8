"""From a record to the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.errors import BelowThresholdError, InfrastructureError

if TYPE_CHECKING:
    from runner.model import Record


def conclude(record: Record, fail_under: float | None) -> None:
    """Return for exit code 0; raise what the other codes stand for."""
    if record.outcome == "void":
        raise InfrastructureError(
            "the run is void: no score was given",
            why="a stage of ours broke; the report names it",
            do="mend the cause and grade again; nothing was held against the candidate",
        )
    percent = record.score.automatic.percent
    if fail_under is not None and percent < fail_under:
        raise BelowThresholdError(f"{percent:.1f} % is below --fail-under {fail_under:g}")
