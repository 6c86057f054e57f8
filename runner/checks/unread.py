"""Quality that nobody can vouch for: of a program that was not read, or not all of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runner.checks.static_text import plural
from runner.model import Alarm, Evidence, Fault, Location, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from runner.analyser.document import Analysis
    from runner.checks import CheckResult

QUALITY = (
    "static.ruff",
    "static.mypy",
    "static.types",
    "static.complexity",
    "static.suppressions",
    "static.format",
    "static.docstrings",
    "static.modern",
    "static.frames",
)
"""The evidence about what the code of a program is like. It says nothing about one that is
elsewhere."""

WORKS_SHARE = 0.25
"""A program that passes more than this share of the hidden checks has started. The untouched
starter passes less, and what cannot start passes none."""

LOCATIONS_SHOWN = 20

UNREAD_CODE = "static.unread-code"
"""The alarm that part of a program could not be read."""

_STAYS = frozenset({Outcome.FAILED, Outcome.ERRORED})
"""What behaviour does not change: it earns nothing already, or its cause is still looked for."""

_START = "part of the program could not be read"


def unread(check: str, analysis: Analysis) -> Evidence | None:
    """Why the quality of a program cannot be told, or None when all of it was read."""
    code = analysis.unread.code
    if not code.total or check not in QUALITY:
        return None
    places = [Location(path=each.path, line=each.line, note=each.note) for each in code.shown]
    return _unknown(check, places, code.total)


def missing(analysis: Analysis) -> tuple[Location, ...]:
    """Imports at the start of a program that can only fail, as far as it was read."""
    return tuple(
        Location(
            path=each.path,
            line=each.line,
            note=f"`{each.note}` is in no Python file of the submission and no package for it",
        )
        for each in analysis.unread.missing.shown
    )


def contradicted(results: Sequence[CheckResult]) -> list[CheckResult]:
    """The results of a grading, the quality in them withheld where behaviour contradicts it.

    What was read of a program says that it cannot start; the hidden checks say that it works. So
    it has started with code that nobody has read.
    """
    places = [place for result in results for place in result.missing]
    if not places or not _works(results):
        return list(results)
    return [
        _withheld(result, places)
        if result.missing and any(map(_is_judged, result.evidence))
        else result
        for result in results
    ]


def _is_judged(one: Evidence) -> bool:
    """Whether this is quality to withhold: what is withheld or lost already has its reason."""
    withheld = one.outcome is Outcome.NOT_MEASURED and one.summary.startswith(_START)
    return one.check in QUALITY and one.outcome not in _STAYS and not withheld


def _works(results: Iterable[CheckResult]) -> bool:
    judged = [one for result in results for one in result.evidence if one.requirement is not None]
    passed = sum(one.outcome is Outcome.PASSED for one in judged)
    return passed > WORKS_SHARE * len(judged)


def _withheld(result: CheckResult, places: list[Location]) -> CheckResult:
    evidence = tuple(
        _unknown(one.check, places, len(places)) if _is_judged(one) else one
        for one in result.evidence
    )
    alarm = Alarm(
        id=UNREAD_CODE,
        summary=f"{_START}: {places[0].note}, and yet the program works",
        location=places[0],
    )
    return replace(result, evidence=evidence, alarms=(*result.alarms, alarm))


def _unknown(check: str, places: list[Location], total: int) -> Evidence:
    """Withheld, not failed: what an import leads to can be told wrongly, so a person looks."""
    first = places[0]
    where = f"{first.path}:{first.line}" if first.line else first.path
    more = f", and {plural(total - 1, 'other place')}" if total > 1 else ""
    return Evidence(
        check=check,
        outcome=Outcome.NOT_MEASURED,
        fault=Fault.CANDIDATE,
        summary=f"{_START}: {first.note} ({where}){more}",
        locations=tuple(places[:LOCATIONS_SHOWN]),
    )
