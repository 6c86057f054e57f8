"""What is judged at a level and what it is worth, before any evidence is looked at.

Everything is counted in whole hundredths of a point, so that parts add up exactly.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from runner.errors import ChallengeError
from runner.model import Level, Requirement, Role, Rubric, RubricCriterion

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Part = TypeVar("Part", Requirement, RubricCriterion)

HUNDREDTHS = 100
"""Hundredths in one point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One criterion of the scorecard to be and its worth in hundredths of a point."""

    subject: Requirement | RubricCriterion
    role: Role
    worth: int


def plan(rubric: Rubric, requirements: Sequence[Requirement], level: Level) -> tuple[Slot, ...]:
    """The criteria that `level` asks for: categories in order, requirements first.

    The points of a category are shared by weight among its required requirements and the
    criteria of the rubric. A bonus gets what it would be worth if it were required too, and
    takes nothing from the others.
    """
    _fit(rubric, requirements)
    slots: list[Slot] = []
    for category in rubric.categories:
        required: list[Requirement | RubricCriterion] = [
            one for one in _of(requirements, category.id) if one.levels.get(level) == Role.REQUIRED
        ]
        required += [one for one in _of(rubric.criteria, category.id) if level in one.levels]
        bonus = [
            one for one in _of(requirements, category.id) if one.levels.get(level) == Role.BONUS
        ]
        points = category.points.get(level, 0) * HUNDREDTHS
        weights = [one.weight for one in required]
        slots += [
            Slot(subject=one, role=Role.REQUIRED, worth=worth)
            for one, worth in zip(required, apportion(points, weights), strict=True)
        ]
        slots += [
            Slot(subject=one, role=Role.BONUS, worth=apportion(points, [one.weight, *weights])[0])
            for one in bonus
        ]
    return tuple(slots)


def apportion(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """`total` split by `weights` into whole numbers that add up to it.

    Largest remainder (Hare-Niemeyer); of equal remainders the earlier one gets the unit.
    """
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place)
    )
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return tuple(parts)


def _of(parts: Iterable[Part], category: str) -> list[Part]:
    return [part for part in parts if part.category == category]


def _fit(rubric: Rubric, requirements: Sequence[Requirement]) -> None:
    """Refuse a rubric that would lose or double a criterion without anybody noticing."""
    categories = Counter(category.id for category in rubric.categories)
    parts: list[Requirement | RubricCriterion] = [*requirements, *rubric.criteria]
    ids = Counter(part.id for part in parts)
    for name, count in [*categories.items(), *ids.items()]:
        if count > 1:
            _refuse(f"the id {name!r} is used {count} times")
    for part in parts:
        if part.category not in categories:
            _refuse(f"{part.id!r} names the category {part.category!r}, which the rubric lacks")


def _refuse(why: str) -> None:
    raise ChallengeError(
        "the rubric and the challenge do not fit together",
        why=why,
        do="Correct the ids in challenge.toml or in the rubric.",
    )
