"""What may be sent to the candidate.

The templates of this module see a `Feedback` and nothing else, and a `Feedback` is filled
from an allow-list: the candidate's name, the title of the challenge, how categories and
criteria ended in one word, and text that the brief and the rubric hold for everybody. No
evidence, summary, number, path, seed or excerpt, no flag, question, mark or alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from runner.model import Role, Status
from runner.render.environment import markdown, markup
from runner.render.html import style
from runner.render.markdown import tidy
from runner.render.view import Group, view

if TYPE_CHECKING:
    from runner.model import CriterionResult, Record

STRONG: Final = 0.85
GAPS: Final = 0.6
"""Shares of a category at which its outcome is called strong, or good with gaps. Judgement:
the bounds of the top two recommendation bands, rounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A criterion in public words: its title and why it matters."""

    title: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A category: its outcome in words, what holds, and what to look at."""

    title: str
    outcome: str
    strengths: tuple[Point, ...]
    gaps: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """All that a candidate is told."""

    candidate: str
    challenge: str
    void: bool
    areas: tuple[Area, ...]
    extras: tuple[Point, ...]


def feedback(record: Record) -> Feedback:
    """Reduce `record` to the allow-list. A void run tells nothing but that it was void."""
    void = record.outcome == "void"
    groups = () if void else view(record).groups
    areas = tuple(_area(group) for group in groups if group.passed or group.findings)
    return Feedback(
        candidate=record.submission.candidate,
        challenge=record.challenge.title,
        void=void,
        areas=areas,
        extras=tuple(
            _point(one)
            for one in record.criteria
            if one.role is Role.BONUS and one.status is Status.PASSED and not void
        ),
    )


def _area(group: Group) -> Area:
    gaps = (one for one in group.findings if one.status in {Status.FAILED, Status.PARTIAL})
    return Area(
        title=group.score.title,
        outcome=_outcome(group.passed + group.findings),
        strengths=tuple(_point(one) for one in group.passed),
        gaps=tuple(_point(one) for one in gaps if one.earned < one.possible),
    )


def _outcome(automatic: tuple[CriterionResult, ...]) -> str:
    """In words; marks of people are not part of it."""
    possible = sum(one.possible for one in automatic)
    if not possible:
        return "not judged"
    share = sum(one.earned for one in automatic) / possible
    if share >= STRONG:
        return "strong"
    return "good, with gaps" if share >= GAPS else "needs work"


def _point(criterion: CriterionResult) -> Point:
    return Point(title=criterion.title, why=criterion.why)


def feedback_html(record: Record) -> str:
    """The feedback as a page of its own, under the same policy as the report."""
    own = style()
    template = markup().get_template("feedback.html.j2")
    return template.render(feedback=feedback(record), style=own.text, style_hash=own.source)


def feedback_markdown(record: Record) -> str:
    """The feedback as Markdown, for an e-mail or a chat."""
    return tidy(markdown().get_template("feedback.md.j2").render(feedback=feedback(record)))
