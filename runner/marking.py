"""Human marks: parsed, checked against the rubric, appended to a record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from runner.errors import UsageError
from runner.model import HumanMark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.model import Record, Rubric

BEST_MARK = 4


def add_marks(
    record: Record, marks: Sequence[str], rubric: Rubric, *, author: str, reason: str
) -> Record:
    """`record` with `marks` (`criterion=3`) appended; earlier marks stay.

    A person marks the manual criteria of the rubric, and what was withheld because the submission
    may have kept it from being judged. `UsageError` for a mark on anything else, out of range, or
    without an author.
    """
    marked = {mark.criterion for mark in record.marks}
    open_ones = {item.id for item in record.criteria if item.withheld or item.id in marked}
    manual = {item.id for item in rubric.criteria if item.scale == "manual"} | open_ones
    if marks and not author:
        raise UsageError("a mark needs its author", do="Add --author NAME")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    added = tuple(
        HumanMark(criterion=criterion, mark=mark, author=author, reason=reason, at=at)
        for criterion, mark in (_parse(text, manual) for text in marks)
    )
    return record.model_copy(update={"marks": record.marks + added})


def _parse(text: str, manual: set[str]) -> tuple[str, int]:
    criterion, _, value = text.partition("=")
    if criterion not in manual:
        raise UsageError(
            f"{criterion!r} does not wait for a person's mark",
            do=f"Take one of: {', '.join(sorted(manual))}",
        )
    if not value.isascii() or not value.isdigit() or int(value) > BEST_MARK:
        do = f"Write {criterion}=0 to {criterion}={BEST_MARK}"
        raise UsageError(f"{text!r} is no mark", do=do)
    return criterion, int(value)
