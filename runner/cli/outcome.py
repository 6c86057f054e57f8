"""From the record to the screen and to the exit code."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from runner.cli import silence
from runner.errors import BelowThresholdError, InfrastructureError
from runner.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.model import Record


def conclude(record: Record, fail_under: float | None) -> None:
    """Return for exit code 0; raise what the other codes stand for."""
    if record.outcome == "void":
        raise InfrastructureError(
            "the run is void: no score was given",
            why=_broken(record),
            do="mend the cause and grade again; nothing was held against the candidate",
        )
    percent = record.score.automatic.percent
    if fail_under is not None and percent < fail_under:
        raise BelowThresholdError(f"{percent:.1f} % is below --fail-under {fail_under:g}")


@contextmanager
def shown() -> Iterator[None]:
    """For what is printed of a grading: who does not read it to its end changes no exit code.

    `InfrastructureError` when standard output cannot be written to for another reason.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        silence()
    except OSError as error:
        silence()
        raise InfrastructureError(
            "the result cannot be shown",
            why=f"standard output: {error.strerror or error}".lower(),
            do="Look into the reports: they are whole",
        ) from error


def _broken(record: Record) -> str:
    """What broke, with its stage, by the first piece of evidence that says so."""
    errors = (item.summary for item in record.evidence if item.outcome is Outcome.ERRORED)
    return next(errors, "a stage of ours broke; the report names it")
