"""Totals, added in whole hundredths so that the parts are exactly the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.grading.plan import HUNDREDTHS
from runner.model import (
    CategoryScore,
    CriterionResult,
    Level,
    ManualPoints,
    Points,
    Role,
    Rubric,
    Score,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def total(rubric: Rubric, level: Level, results: Sequence[CriterionResult]) -> Score:
    """Add up `results`.

    Over all categories, earned is automatic plus manual earned, and possible plus pending is
    automatic plus manual possible. Bonus points are in `bonus` and nowhere else.
    """
    required = [one for one in results if one.role is Role.REQUIRED]
    manual = [one for one in required if one.scale == "manual"]
    return Score(
        automatic=_points(one for one in required if one.scale != "manual"),
        withheld=_sum(one.withheld for one in required),
        manual=ManualPoints(
            pending=len(_pending(manual)),
            possible=_sum(one.points for one in manual),
            earned=_sum(one.earned for one in manual),
        ),
        bonus=_points(one for one in results if one.role is Role.BONUS),
        categories=tuple(
            CategoryScore(
                id=category.id,
                title=category.title,
                earned=_sum(one.earned for one in required if one.category == category.id),
                possible=_sum(one.possible for one in required if one.category == category.id),
                pending=_sum(
                    one.points for one in _pending(required) if one.category == category.id
                ),
            )
            for category in rubric.categories
            if category.points.get(level, 0)
        ),
    )


def void_score(rubric: Rubric, level: Level) -> Score:
    """Zero of zero everywhere: a void run has no score."""
    return total(rubric, level, ())


def _pending(results: Iterable[CriterionResult]) -> list[CriterionResult]:
    return [one for one in results if one.status is Status.PENDING]


def _points(results: Iterable[CriterionResult]) -> Points:
    pairs = [(whole(one.earned), whole(one.possible)) for one in results]
    earned, possible = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    return Points(
        earned=earned / HUNDREDTHS,
        possible=possible / HUNDREDTHS,
        percent=percent_of(earned, possible),
    )


def percent_of(earned: int, possible: int) -> float:
    """Percent of whole hundredths of points, rounded down: 100 means all of it."""
    return earned * 100 * HUNDREDTHS // possible / HUNDREDTHS if possible else 0.0


def _sum(points: Iterable[float]) -> float:
    return sum(whole(one) for one in points) / HUNDREDTHS


def whole(points: float) -> int:
    """Points in whole hundredths."""
    return round(points * HUNDREDTHS)
