"""From the suite's report to evidence: closed over the checks that the host expects."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from runner.model import (
    Alarm,
    Evidence,
    Fault,
    Location,
    Measure,
    Outcome,
    Picture,
    Series,
    Table,
)
from runner.sandbox import SandboxError

if TYPE_CHECKING:
    from runner.harness.messages import Case, SuiteCheck, SuiteReport

REASONS_SHOWN = 3
SERIES_SHOWN = 4
TABLES_SHOWN = 6
PICTURES_SHOWN = 6


def evidence_from(
    report: SuiteReport, expected: tuple[tuple[str, str], ...]
) -> tuple[Evidence, ...]:
    """One piece of evidence for each expected check, in the expected order.

    A check that is missing is errored, never a pass; an unknown or repeated one means that
    suite and report do not belong together, which voids the run (`SandboxError`).
    """
    counts = Counter(check.id for check in report.checks)
    strange = [name for name, count in counts.items() if count > 1] + sorted(
        set(counts) - {check for check, _ in expected}
    )
    if strange:
        what = f"the suite reported checks that nobody expected: {', '.join(strange[:5])}"
        raise SandboxError(what)
    found = {check.id: check for check in report.checks}
    return tuple(_evidence(check, requirement, found.get(check)) for check, requirement in expected)


def alarms_from(report: SuiteReport) -> tuple[Alarm, ...]:
    """The suite's alarms, each once, in the order in which they were raised."""
    raised = (alarm for check in report.checks for case in check.cases for alarm in case.alarms)
    alarms = (Alarm(id=f"suite.{one.id}", summary=one.summary) for one in raised)
    return tuple(dict.fromkeys(alarms))


def _evidence(check: str, requirement: str, found: SuiteCheck | None) -> Evidence:
    if found is None or not found.cases or found.requirement != requirement:
        return Evidence(
            check=check,
            requirement=requirement,
            outcome=Outcome.ERRORED,
            fault=Fault.CHALLENGE,
            summary="the suite did not run this check",
        )
    outcome, fault = _judge(found.cases)
    passed = sum(case.outcome == "passed" for case in found.cases)
    return Evidence(
        check=check,
        requirement=requirement,
        outcome=outcome,
        fault=fault,
        summary=_summary(found.cases, passed),
        cases_passed=passed,
        cases=len(found.cases),
        measures=_measures(found.cases),
        series=_series(found.cases),
        tables=_tables(found.cases),
        pictures=_pictures(found.cases),
        locations=tuple(
            Location(path=place.path, line=place.line, note=place.note)
            for case in found.cases
            for place in case.places
        ),
        seconds=sum(case.seconds for case in found.cases),
    )


def _judge(cases: tuple[Case, ...]) -> tuple[Outcome, Fault | None]:
    outcomes = {case.outcome for case in cases}
    if "errored" in outcomes:
        return Outcome.ERRORED, Fault.CHALLENGE
    if "failed" in outcomes:
        limit = any(case.limit for case in cases if case.outcome == "failed")
        return Outcome.FAILED, Fault.LIMIT if limit else Fault.CANDIDATE
    unsettled = [case for case in cases if case.outcome == "not_measured"]
    if unsettled:
        excused = all(case.control_failed for case in unsettled)
        return Outcome.NOT_MEASURED, Fault.INFRASTRUCTURE if excused else Fault.CANDIDATE
    return Outcome.PASSED, None


def _summary(cases: tuple[Case, ...], passed: int) -> str:
    count = "" if len(cases) == 1 else f"{passed} of {len(cases)} cases passed"
    reasons = [
        f"{case.name}: {case.reason}" if len(cases) > 1 else case.reason
        for case in cases
        if case.outcome != "passed"
    ]
    if not reasons:
        notes = (note for case in cases for note in case.notes)
        return "; ".join(filter(None, [count, *notes])) or "passed"
    shown = "; ".join(reasons[:REASONS_SHOWN])
    more = len(reasons) - REASONS_SHOWN
    return "; ".join(filter(None, [count, shown, f"{more} more" if more > 0 else ""]))


def _measures(cases: tuple[Case, ...]) -> tuple[Measure, ...]:
    return tuple(
        Measure(
            name=_label(cases, case, measure.name),
            value=measure.value,
            unit=measure.unit,
        )
        for case in cases
        for measure in case.measures
    )


def _label(cases: tuple[Case, ...], case: Case, name: str) -> str:
    """A name that is told from the same one of another case."""
    return f"{case.name}: {name}" if len(cases) > 1 else name


def _telling(cases: tuple[Case, ...]) -> list[Case]:
    """What did not pass comes first: not all is shown."""
    return sorted(cases, key=lambda case: case.outcome == "passed")


def _series(cases: tuple[Case, ...]) -> tuple[Series, ...]:
    charts = [Series(**one.model_dump()) for case in _telling(cases) for one in case.series]
    return tuple(charts[:SERIES_SHOWN])


def _tables(cases: tuple[Case, ...]) -> tuple[Table, ...]:
    tables = [
        Table(title=_label(cases, case, one.title), columns=one.columns, rows=one.rows)
        for case in _telling(cases)
        for one in case.tables
    ]
    return tuple(tables[:TABLES_SHOWN])


def _pictures(cases: tuple[Case, ...]) -> tuple[Picture, ...]:
    pictures = [
        Picture(name=_label(cases, case, one.name), svg=one.svg)
        for case in _telling(cases)
        for one in case.pictures
    ]
    return tuple(pictures[:PICTURES_SHOWN])
