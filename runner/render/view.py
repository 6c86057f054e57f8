"""A record arranged for a reader: the same words and numbers, grouped, ordered and bounded.

HTML and Markdown share it, so that both say the same.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from runner.alarms import kinds
from runner.model import Location, Outcome, Role, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.alarms import Kind
    from runner.model import (
        CategoryScore,
        CriterionResult,
        Evidence,
        HumanMark,
        Question,
        Record,
    )

EVIDENCE_SHOWN: Final = 8
PLACES_SHOWN: Final = 5
KINDS_SHOWN: Final = 60
"""Kinds of alarms, each with the few that it has; there are about half as many."""

FLAGS_SHOWN: Final = 12
EXCERPT_LINES: Final = 30
EXCERPT_LENGTH: Final = 4_000

STATUS_WORDS: Final = {
    Status.PASSED: "passed",
    Status.PARTIAL: "partly",
    Status.FAILED: "failed",
    Status.NOT_MEASURED: "not measured",
    Status.ERRORED: "our error",
    Status.PENDING: "for a person",
}

_NUMERIC = re.compile(r"[-+]?[0-9.,]{1,20}( ?%)?")

OUTCOME_STATUS: Final = {
    Outcome.PASSED: Status.PASSED,
    Outcome.FAILED: Status.FAILED,
    Outcome.MEASURED: None,
    Outcome.NOT_MEASURED: Status.NOT_MEASURED,
    Outcome.ERRORED: Status.ERRORED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One category. `worth` are its points at this level, judged or not.

    `findings` are the criteria that did not simply pass, costliest first; `manual` ones are
    in neither list.
    """

    score: CategoryScore
    worth: float
    findings: tuple[CriterionResult, ...]
    passed: tuple[CriterionResult, ...]
    manual: tuple[CriterionResult, ...]

    @property
    def criteria(self) -> tuple[CriterionResult, ...]:
        """All of them, passed first: the order of the strip of dots."""
        return self.passed + self.findings + self.manual

    @property
    def lost(self) -> float:
        """Points that were judged and not earned."""
        return round(self.score.possible - self.score.earned, 2)

    @property
    def unjudged(self) -> float:
        """Points that nobody could judge and nobody waits for."""
        return max(0.0, round(self.worth - self.score.possible - self.score.pending, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a report shows, in its order."""

    record: Record
    groups: tuple[Group, ...]
    bonus: tuple[CriterionResult, ...]
    about_the_code: tuple[Question, ...]
    standing: tuple[Question, ...]
    errors: tuple[CriterionResult, ...]
    alarms: tuple[Kind, ...]

    @property
    def signs(self) -> int:
        """How many signs of tampering there are, listed or not."""
        return sum(kind.count for kind in self.alarms)

    @property
    def signs_left(self) -> int:
        """Those of kinds for which there is no room."""
        return sum(kind.count for kind in self.alarms[KINDS_SHOWN:])

    @property
    def manual(self) -> tuple[CriterionResult, ...]:
        """The criteria that people mark."""
        return tuple(one for group in self.groups for one in group.manual)

    @property
    def automatic_worth(self) -> float:
        """Automatic points of this level, judged or not."""
        manual = sum(one.points for one in self.manual)
        return round(sum(group.worth for group in self.groups) - manual, 2)

    @property
    def unjudged(self) -> float:
        """Automatic points that were not judged and count for nobody."""
        return round(self.automatic_worth - self.record.score.automatic.possible, 2)

    def mark(self, criterion: CriterionResult) -> HumanMark | None:
        """The mark that counts for a manual criterion: the last one."""
        marks = [one for one in self.record.marks if one.criterion == criterion.id]
        return marks[-1] if marks else None


def view(record: Record) -> View:
    """Arrange `record`."""
    codes = {one.id for one in record.criteria}
    return View(
        record=record,
        groups=tuple(_group(score, record.criteria) for score in record.score.categories),
        bonus=tuple(one for one in record.criteria if one.role is Role.BONUS),
        about_the_code=tuple(one for one in record.questions if one.id in codes),
        standing=tuple(one for one in record.questions if one.id not in codes),
        errors=tuple(one for one in record.criteria if one.status is Status.ERRORED),
        alarms=kinds(record.alarms),
    )


def _group(score: CategoryScore, criteria: Sequence[CriterionResult]) -> Group:
    own = [one for one in criteria if one.category == score.id and one.role is Role.REQUIRED]
    judged = [one for one in own if one.scale != "manual"]
    findings = [one for one in judged if one.status is not Status.PASSED]
    return Group(
        score=score,
        worth=round(sum(one.points for one in own), 2),
        findings=tuple(sorted(findings, key=lambda one: one.earned - one.possible)),
        passed=tuple(one for one in judged if one.status is Status.PASSED),
        manual=tuple(one for one in own if one.scale == "manual"),
    )


def tally(criteria: Sequence[CriterionResult]) -> str:
    """`15 passed, 2 partly`: the strip of dots in words."""
    counts = Counter(one.status for one in criteria)
    return ", ".join(
        f"{counts[status]} {STATUS_WORDS[status]}" for status in Status if counts[status]
    )


def telling(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Evidence with what did not pass first."""
    return tuple(sorted(evidence, key=lambda one: one.outcome is Outcome.PASSED))


def place(location: Location) -> str:
    """`app/main.py:12`."""
    return location.path if location.line is None else f"{location.path}:{location.line}"


def numeric(cell: str) -> bool:
    """Whether a cell of a table is a number, which is set to the right."""
    return _NUMERIC.fullmatch(cell) is not None


def points(value: float) -> str:
    """A number of points without idle zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def excerpt_lines(text: str) -> tuple[str, int]:
    """The first lines of an excerpt, and how many were left out."""
    lines = text.splitlines()
    return "\n".join(lines[:EXCERPT_LINES]), max(0, len(lines) - EXCERPT_LINES)
