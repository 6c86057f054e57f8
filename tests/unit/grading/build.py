"""Small values to grade: two categories, three levels, one criterion of every scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.model import (
    Anchor,
    Band,
    BankQuestion,
    Category,
    CriterionResult,
    Evidence,
    Fault,
    FlagRule,
    Gate,
    HumanMark,
    Level,
    Measure,
    Outcome,
    Recommendation,
    Requirement,
    Role,
    Rubric,
    RubricCriterion,
    Scorecard,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

EVERY_LEVEL = dict.fromkeys(Level, Role.REQUIRED)

BANDS = RubricCriterion(
    id="quality.lint",
    title="Few findings",
    category="quality",
    weight=2,
    scale="bands",
    check="static.ruff",
    measure="findings",
    bands=(Band(at_most=5, share=1), Band(at_most=10, share=0.6)),
    why="Findings are bugs.",
    question="Which finding matters?",
)
FLOOR = RubricCriterion(
    id="quality.tests",
    title="Tests",
    category="quality",
    scale="bands",
    check="static.tests",
    measure="tests",
    bands=(Band(at_least=10, share=1), Band(at_least=1, share=0.5)),
    why="Untested behaviour changes by accident.",
)
RATIO = RubricCriterion(
    id="quality.typed",
    title="Typed",
    category="quality",
    scale="ratio",
    check="static.types",
    measure="annotated_share",
    why="Types are documentation.",
)
MANUAL = RubricCriterion(
    id="human.design",
    title="Design",
    category="quality",
    scale="manual",
    anchors=(Anchor(mark=0, text="Lost."), Anchor(mark=4, text="A joy.")),
    why="People read it.",
)


def requirement(
    name: str,
    *,
    weight: int = 1,
    levels: dict[Level, Role] | None = None,
    category: str = "correctness",
    route: str = "POST /orders",
) -> Requirement:
    """A requirement, required at every level unless `levels` says otherwise."""
    return Requirement(
        id=name,
        title=f"Title of {name}",
        category=category,
        weight=weight,
        levels=EVERY_LEVEL if levels is None else levels,
        why=f"Why {name}",
        question=f"Question about {name}?",
        route=route,
    )


def rubric(
    *,
    criteria: Sequence[RubricCriterion] = (BANDS, FLOOR, RATIO, MANUAL),
    gates: Sequence[Gate] = (),
    flags: Sequence[FlagRule] = (),
    questions: Sequence[BankQuestion] = (),
    recommendations: Sequence[Recommendation] | None = None,
) -> Rubric:
    """60 points of correctness and 40 of quality; three bands of advice."""
    default = (
        Recommendation(at_least=80, needs_gates=True, title="Strong", advice="Invite."),
        Recommendation(at_least=40, title="Mixed", advice="Read."),
        Recommendation(at_least=0, title="Weak", advice="Decline kindly."),
    )
    return Rubric(
        schema_version=1,
        id="test",
        version="1",
        title="Test",
        categories=(
            Category(id="correctness", title="Correctness", points=dict.fromkeys(Level, 60)),
            Category(id="quality", title="Quality", points=dict.fromkeys(Level, 40)),
        ),
        criteria=tuple(criteria),
        gates=tuple(gates),
        flags=tuple(flags),
        questions=tuple(questions),
        recommendations=default if recommendations is None else tuple(recommendations),
    )


def check(
    name: str,
    outcome: Outcome,
    *,
    requirement: str | None = None,
    fault: Fault | None = None,
    **measures: float,
) -> Evidence:
    """Evidence of the check `name`, with `measures` as its numbers."""
    return Evidence(
        check=name,
        outcome=outcome,
        fault=fault,
        requirement=requirement,
        summary=f"{name} {outcome.value}.",
        measures=tuple(Measure(name=key, value=value) for key, value in measures.items()),
    )


def ours(name: str, outcome: Outcome) -> Evidence:
    """Evidence without a verdict, for a reason that only we can cause."""
    return check(name, outcome, fault=Fault.INFRASTRUCTURE)


def mark(value: int, *, criterion: str = MANUAL.id, author: str = "Ada") -> HumanMark:
    """A human's mark."""
    return HumanMark(
        criterion=criterion, mark=value, author=author, reason="Read it.", at="2030-01-01"
    )


def result(card: Scorecard, criterion: str) -> CriterionResult:
    """The one line of `card` about `criterion`."""
    [found] = [one for one in card.criteria if one.id == criterion]
    return found
