"""Is a challenge fair, and a rubric whole? Problems as sentences, none when all is well."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from runner.catalog.brief import brief_problems
from runner.catalog.measures import MEASURES
from runner.model import ENOUGH_FAULTS, Level, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.catalog.loaded import LoadedChallenge
    from runner.catalog.variants import Variant
    from runner.model import Band, Category, FlagRule, Requirement, Rubric, RubricCriterion


def unknown_requirements(
    known: Iterable[str], expected: tuple[tuple[str, str], ...]
) -> Iterator[str]:
    """Hidden tests of a requirement that the challenge does not have."""
    ids = set(known)
    for check, requirement in expected:
        if requirement not in ids:
            yield f"hidden/{check}: there is no requirement {requirement!r}"


def challenge_problems(
    loaded: LoadedChallenge, rubric: Rubric, variants: Sequence[Variant]
) -> Iterator[str]:
    """What makes a challenge unfair, its score wrong or its proof empty."""
    categories = {category.id: category for category in rubric.categories}
    criteria = {criterion.id for criterion in rubric.criteria}
    tested = {requirement for _, requirement in loaded.expected}
    for requirement in loaded.challenge.requirements:
        place = f"challenge.toml: requirement {requirement.id}"
        if requirement.category not in categories:
            yield f"{place}: the rubric has no category {requirement.category!r}"
        elif without := _without_points(requirement, categories[requirement.category]):
            yield (
                f"{place}: it is required at {without}, where the category {requirement.category} "
                "has no points, so that it earns nothing: give the category points, or the "
                "requirement another role"
            )
        if missing := _missing(requirement.levels):
            yield f"{place}: levels: {missing} is missing"
        if requirement.id in criteria:
            yield f"{place}: the rubric has a criterion of that id"
        if requirement.id not in tested:
            yield f"{place}: no hidden test speaks for it"
    hidden = {check for check, _ in loaded.expected}
    judged = {rule.check: rule.id for rule in rubric.criteria}
    judged |= {rule.check: rule.id for rule in rubric.flags}
    for check, rule in judged.items():
        if "::" in check and check not in hidden:
            yield f"hidden: there is no check {check}, which {rule} of the rubric judges"
    yield from brief_problems(loaded.brief, loaded.challenge.requirements)
    flawed = [one for one in variants if one.kind == "flawed"]
    yield from _unproven(loaded, flawed)
    yield from _fault_problems(loaded, flawed)


def _unproven(loaded: LoadedChallenge, flawed: Sequence[Variant]) -> Iterator[str]:
    """Requirements whose tests were never seen to fail."""
    lost = {name for variant in flawed for name in variant.loses}
    failed = {name for variant in flawed for name in variant.expects.probes}
    marked = set(loaded.probes)
    probed = {requirement for check, requirement in loaded.expected if check in marked}
    for requirement in loaded.challenge.requirements:
        place = f"challenge.toml: requirement {requirement.id}"
        if requirement.id not in lost:
            yield (
                f"{place}: no flawed variant loses it, so that nothing shows that its tests can "
                "fail: add one that names it under `loses` of its expect.toml"
            )
        if requirement.id in probed - failed:
            yield (
                f"{place}: no flawed variant names it under `probes`, so that nothing shows that "
                "its probes fail in every round: name it in the expect.toml of one that does, or "
                "add one"
            )


def _fault_problems(loaded: LoadedChallenge, flawed: Sequence[Variant]) -> Iterator[str]:
    """Faults for the candidate's tests that are not there, or too few to tell anything."""
    faults = loaded.challenge.tests.faults if loaded.challenge.tests else ()
    known = {variant.name: variant for variant in flawed}
    place = "challenge.toml: tests: faults"
    yield from (f"{place}: there is no flawed/{name}" for name in faults if name not in known)
    yield from (f"{place}: {name} is there twice" for name in duplicates(faults))
    for level in Level:
        required = set(loaded.challenge.required(level))
        count = sum(bool(required & {*known[name].loses}) for name in faults if name in known)
        if 0 < count < ENOUGH_FAULTS:
            yield (
                f"{place}: {count} count at level {level}, which says little: "
                f"name {ENOUGH_FAULTS} or more, or none"
            )


def _without_points(requirement: Requirement, category: Category) -> str:
    return ", ".join(
        level
        for level, role in requirement.levels.items()
        if role is Role.REQUIRED and not category.points.get(level)
    )


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
        if wrong := _scale_problem(criterion) or _measure_problem(criterion):
            yield f"criterion {criterion.id}: {wrong}"
    for flag in rubric.flags:
        if wrong := _flag_problem(flag, categories) or _measure_problem(flag):
            yield f"flag {flag.id}: {wrong}"


def duplicates(ids: Iterable[str]) -> tuple[str, ...]:
    """The ids that occur more than once."""
    return tuple(name for name, count in Counter(ids).items() if count > 1)


def _missing(levels: Iterable[Level]) -> str:
    given = set(levels)
    return ", ".join(level for level in Level if level not in given)


def _measure_problem(rule: RubricCriterion | FlagRule) -> str:
    """What it wants to judge and no check measures. Hidden checks measure what they like."""
    if not rule.check or "::" in rule.check:
        return ""
    known = MEASURES.get(rule.check)
    if known is None:
        what, others = f"there is no check {rule.check!r}", tuple(MEASURES)
    elif rule.measure not in known:
        what, others = f"{rule.check} has no measure {rule.measure!r}", known
    else:
        return ""
    return f"{what}, so that it can never be judged: take one of {', '.join(others)}"


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
