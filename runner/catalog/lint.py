"""Is a challenge fair, and a rubric whole? Problems as sentences, none when all is well."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from runner.model import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.catalog.loaded import LoadedChallenge
    from runner.model import Band, FlagRule, Rubric, RubricCriterion


def unknown_requirements(
    known: Iterable[str], expected: tuple[tuple[str, str], ...]
) -> Iterator[str]:
    """Hidden tests of a requirement that the challenge does not have."""
    ids = set(known)
    for check, requirement in expected:
        if requirement not in ids:
            yield f"hidden/{check}: there is no requirement {requirement!r}"


def challenge_problems(loaded: LoadedChallenge, rubric: Rubric) -> Iterator[str]:
    """What makes a challenge unfair or its score wrong."""
    categories = {category.id for category in rubric.categories}
    criteria = {criterion.id for criterion in rubric.criteria}
    tested = {requirement for _, requirement in loaded.expected}
    for requirement in loaded.challenge.requirements:
        place = f"challenge.toml: requirement {requirement.id}"
        if requirement.category not in categories:
            yield f"{place}: the rubric has no category {requirement.category!r}"
        if missing := _missing(requirement.levels):
            yield f"{place}: levels: {missing} is missing"
        if requirement.id in criteria:
            yield f"{place}: the rubric has a criterion of that id"
        if f"`{requirement.id}`" not in loaded.brief:
            yield f"{place}: brief.md does not state `{requirement.id}`"
        if requirement.id not in tested:
            yield f"{place}: no hidden test speaks for it"


def rubric_problems(rubric: Rubric) -> Iterator[str]:
    """What makes a rubric contradict itself."""
    for name in ("categories", "criteria", "gates", "flags", "questions"):
        for twice in duplicates(item.id for item in getattr(rubric, name)):
            yield f"{name}: the id {twice} is there twice"
    yield from _category_problems(rubric)
    for gate in rubric.gates:
        if not gate.criteria or not gate.levels:
            yield f"gate {gate.id}: it names no criterion or no level"
    bounds = [recommendation.at_least for recommendation in rubric.recommendations]
    if bounds != sorted(bounds, reverse=True) or bounds[-1:] != [0]:
        yield "recommendations: at_least goes from high to low and ends with 0"


def _category_problems(rubric: Rubric) -> Iterator[str]:
    categories = {category.id for category in rubric.categories}
    for category in rubric.categories:
        if missing := _missing(category.points):
            yield f"category {category.id}: points: {missing} is missing"
    for criterion in rubric.criteria:
        if criterion.category not in categories:
            yield f"criterion {criterion.id}: there is no category {criterion.category!r}"
        if wrong := _scale_problem(criterion):
            yield f"criterion {criterion.id}: {wrong}"
    for flag in rubric.flags:
        if wrong := _flag_problem(flag, categories):
            yield f"flag {flag.id}: {wrong}"


def duplicates(ids: Iterable[str]) -> tuple[str, ...]:
    """The ids that occur more than once."""
    return tuple(name for name, count in Counter(ids).items() if count > 1)


def _missing(levels: Iterable[Level]) -> str:
    given = set(levels)
    return ", ".join(level for level in Level if level not in given)


def _scale_problem(criterion: RubricCriterion) -> str:
    if criterion.scale == "manual":
        return "" if criterion.anchors else "a manual criterion needs anchors"
    if not criterion.check or not criterion.measure:
        return f"the scale {criterion.scale} needs check and measure"
    if criterion.scale == "ratio":
        return ""
    return _band_problem(criterion.bands)


def _band_problem(bands: tuple[Band, ...]) -> str:
    shares = [band.share for band in bands]
    if not shares or shares != sorted(shares, reverse=True):
        return "bands go from the best share to the worst"
    if len({band.at_most is None for band in bands}) > 1:
        return "its bands mix at_most and at_least"
    # The widest bound comes last: a higher ceiling, a lower floor.
    ceilings = [band.at_most for band in bands if band.at_most is not None]
    floors = [band.at_least for band in bands if band.at_least is not None]
    if ceilings != sorted(set(ceilings)) or floors != sorted(set(floors), reverse=True):
        return "a band hides the one after it"
    return ""


def _flag_problem(flag: FlagRule, categories: set[str]) -> str:
    if flag.category and flag.category not in categories:
        return f"there is no category {flag.category!r}"
    judged = bool(flag.criterion or flag.category)
    measured = bool(flag.check and flag.measure)
    if judged != (flag.status is not None):
        return "a status needs a criterion or a category, and the other way round"
    if measured != (flag.at_least is not None or flag.at_most is not None):
        return "a bound needs check and measure, and the other way round"
    return "" if judged or measured else "it never rises"
