"""From what pytest reports to the suite's one document.

An outcome is judged by what was raised, not by pytest's word for it: an assertion or a
`SubjectError` is the subject's failure; skips, expected failures and everything else that is
raised are ours and never a pass.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from runner.harness.errors import Inconclusive, SubjectError
from runner.harness.messages import Case, CaseOutcome, SuiteCheck
from runner.harness.notes import NOTES_LIMIT, PLACES_LIMIT, Notes
from runner.harness.reply import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

REASON_LIMIT = 1200

BULK_LIMIT = 6 * 1024 * 1024
"""Bytes of tables and pictures in one report, which is one line and is kept in a record."""

TEXT_LIMIT = 6 * 1024 * 1024
"""The same of all else. Both, and a case for each of some hundred tests that found no room, are
below the 16 MiB that the host reads as one line."""

SHORT_REASON = 200
"""Characters of a reason that is left of a case for which there is no room."""


@dataclass(slots=True)
class Collected:
    """One pytest item while it runs."""

    check: str
    requirement: str
    name: str
    notes: Notes = field(default_factory=Notes)
    seconds: float = 0.0
    outcome: CaseOutcome = "passed"
    reason: str = ""
    limit: bool = False
    control_failed: bool = False
    called: bool = False

    def raised(self, error: BaseException) -> None:
        """Take in what a phase of the test raised; the first one counts."""
        if self.outcome != "passed":
            return
        self.outcome, self.reason = classify(error)
        self.limit = isinstance(error, SubjectError) and error.limit
        self.control_failed = isinstance(error, Inconclusive) and error.control_failed

    def case(self) -> Case:
        """The finished case. A test whose body never ran is not a pass."""
        if self.outcome == "passed" and not self.called:
            self.outcome, self.reason = "errored", "the test did not run"
        return Case(
            name=self.name,
            outcome=self.outcome,
            reason=self.reason,
            limit=self.limit,
            control_failed=self.control_failed,
            seconds=self.seconds,
            measures=tuple(self.notes.measures),
            series=tuple(self.notes.series),
            tables=tuple(self.notes.tables),
            pictures=tuple(self.notes.pictures),
            alarms=tuple(self.notes.alarms),
            places=tuple(self.notes.places[:PLACES_LIMIT]),
            notes=tuple(shorten(note, REASON_LIMIT) for note in self.notes.notes[:NOTES_LIMIT]),
        )


def classify(error: BaseException) -> tuple[CaseOutcome, str]:
    """Whose doing `error` is, and what it says, bounded."""
    if isinstance(error, SubjectError):
        return "failed", shorten(str(error), REASON_LIMIT)
    if isinstance(error, AssertionError | pytest.fail.Exception):
        return "failed", shorten(stated(str(error)) or source_of(error), REASON_LIMIT)
    if isinstance(error, Inconclusive | pytest.skip.Exception):
        return "not_measured", shorten(str(error), REASON_LIMIT)
    return "errored", shorten(f"{type(error).__name__}: {error}", REASON_LIMIT)


def source_of(error: BaseException) -> str:
    """The line that raised: what an assertion without words asserts."""
    frames = traceback.extract_tb(error.__traceback__)
    return (frames[-1].line or "") if frames else ""


def stated(text: str) -> str:
    """What an assertion says in words, or else the comparison that failed.

    pytest puts its introspection of the expression behind the author's message.
    """
    message, found, comparison = f"\n{text}".partition("\nassert ")
    return message.strip() or (f"assert {comparison.splitlines()[0]}" if found else "")


def lighten(items: list[Collected], room: int = BULK_LIMIT) -> None:
    """Leave out tables and pictures from the case on whose own find no room in the report.

    Without that, a submission with many large charts could void its own grading.
    """
    for notes in (item.notes for item in items):
        bulk = (*notes.tables, *notes.pictures)
        room -= sum(len(one.model_dump_json().encode()) for one in bulk)
        if bulk and room < 0:
            notes.tables, notes.pictures = [], []
            notes.note("tables and pictures are left out: the report has no room for more")


def summarise(items: list[Collected]) -> tuple[SuiteCheck, ...]:
    """All cases of each check together, in order of first appearance."""
    lighten(items)
    checks: dict[str, list[Case]] = {}
    requirements = {item.check: item.requirement for item in reversed(items)}
    for item, case in zip(items, _fitting(item.case() for item in items), strict=True):
        checks.setdefault(item.check, []).append(case)
    return tuple(
        SuiteCheck(id=check, requirement=requirements[check], cases=tuple(cases))
        for check, cases in checks.items()
    )


def _fitting(cases: Iterable[Case], room: int = TEXT_LIMIT) -> Iterator[Case]:
    """The cases, from the one on that finds no room without what they wrote down.

    Verdicts are kept whatever was written: texts of a submission may be in each of them.
    """
    for case in cases:
        bulk = case.model_copy(update={"tables": (), "pictures": ()})
        room -= len(bulk.model_dump_json().encode())
        yield case if room >= 0 else _bare(case)


def _bare(case: Case) -> Case:
    nothing: dict[str, tuple[()]] = {"measures": (), "series": (), "places": ()}
    reason = shorten(case.reason, SHORT_REASON)
    notes = ("what else was written down is left out: the report has no room for more",)
    return case.model_copy(
        update={**nothing, "reason": reason, "notes": notes, "alarms": case.alarms[:1]}
    )
