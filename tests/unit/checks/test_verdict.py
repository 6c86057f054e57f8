"""The host's closure over the checks that it expects: only a literal pass is a pass."""

from __future__ import annotations

import pytest

from runner.checks.verdict import (
    PICTURES_SHOWN,
    SERIES_SHOWN,
    TABLES_SHOWN,
    alarms_from,
    evidence_from,
)
from runner.harness.messages import (
    Case,
    CaseOutcome,
    SuiteAlarm,
    SuiteCheck,
    SuiteMeasure,
    SuitePicture,
    SuiteReport,
    SuiteSeries,
    SuiteTable,
)
from runner.model import Alarm, Fault, Measure, Outcome, Picture, Table
from runner.sandbox import SandboxError

EXPECTED = (("test_a.py::test_x", "a.x"), ("test_a.py::test_y", "a.y"))


def case(
    outcome: CaseOutcome = "passed",
    *,
    name: str = "c",
    limit: bool = False,
    control_failed: bool = False,
) -> Case:
    return Case(
        name=name,
        outcome=outcome,
        reason="" if outcome == "passed" else f"because {outcome}",
        limit=limit,
        control_failed=control_failed,
        seconds=0.5,
        measures=(SuiteMeasure(name="n", value=2.0, unit="items"),),
    )


def check(check_id: str, requirement: str, *cases: Case) -> SuiteCheck:
    return SuiteCheck(id=check_id, requirement=requirement, cases=cases)


def report(*checks: SuiteCheck) -> SuiteReport:
    return SuiteReport(
        checks=checks,
        tools={},
        suite_seconds=1.0,
        subject_seconds=0.5,
        starts=1,
        start_seconds=(0.2,),
        subject_output="",
    )


EXCUSED = case("not_measured", control_failed=True)
X, Y = (check(name, requirement, case()) for name, requirement in EXPECTED)


def test_each_expected_check_gets_its_evidence_in_order() -> None:
    found = evidence_from(report(Y, X), EXPECTED)

    assert [(item.check, item.requirement) for item in found] == list(EXPECTED)
    assert {item.outcome for item in found} == {Outcome.PASSED}
    assert found[0].measures == (Measure(name="n", value=2.0, unit="items"),)
    assert (found[0].cases_passed, found[0].cases, found[0].seconds) == (1, 1, 0.5)


@pytest.mark.parametrize(
    "broken",
    [
        (X,),
        (X, check("test_a.py::test_y", "a.y")),
        (X, check("test_a.py::test_y", "a.other", case())),
    ],
)
def test_a_check_that_did_not_run_is_our_error(broken: tuple[SuiteCheck, ...]) -> None:
    missing = evidence_from(report(*broken), EXPECTED)[1]

    assert (missing.outcome, missing.fault) == (Outcome.ERRORED, Fault.CHALLENGE)


@pytest.mark.parametrize("extra", [X, check("test_b.py::test_z", "a.z", case())])
def test_unknown_and_repeated_checks_void_the_run(extra: SuiteCheck) -> None:
    with pytest.raises(SandboxError, match="nobody expected"):
        evidence_from(report(X, Y, extra), EXPECTED)


@pytest.mark.parametrize(
    ("cases", "outcome", "fault"),
    [
        ((case(), case("failed")), Outcome.FAILED, Fault.CANDIDATE),
        ((case(), case("failed", limit=True)), Outcome.FAILED, Fault.LIMIT),
        ((case("failed"), case("errored")), Outcome.ERRORED, Fault.CHALLENGE),
        ((case(), case("not_measured")), Outcome.NOT_MEASURED, Fault.CANDIDATE),
        ((EXCUSED, EXCUSED), Outcome.NOT_MEASURED, Fault.INFRASTRUCTURE),
        ((EXCUSED, case("not_measured")), Outcome.NOT_MEASURED, Fault.CANDIDATE),
        ((case("failed"), case("not_measured")), Outcome.FAILED, Fault.CANDIDATE),
    ],
)
def test_the_worst_case_decides_and_our_fault_comes_first(
    cases: tuple[Case, ...], outcome: Outcome, fault: Fault
) -> None:
    found = evidence_from(report(check(*EXPECTED[0], *cases), Y), EXPECTED)[0]

    assert (found.outcome, found.fault) == (outcome, fault)


def test_the_summary_counts_the_cases_and_shows_the_first_reasons() -> None:
    cases = (case(), *(case("failed", name=f"c{n}") for n in range(5)))
    found = evidence_from(report(check(*EXPECTED[0], *cases), Y), EXPECTED)[0]

    assert found.summary.startswith("1 of 6 cases passed; c0: because failed; ")
    assert found.summary.endswith("; 2 more")
    assert found.measures[0].name == "c: n"


def test_a_pass_says_so() -> None:
    many = evidence_from(report(check(*EXPECTED[0], case(), case()), Y), EXPECTED)

    assert many[0].summary == "2 of 2 cases passed"
    assert many[1].summary == "passed"


def test_charts_of_what_failed_come_first_and_notes_of_what_passed_are_the_summary() -> None:
    series = [
        SuiteSeries(name=name, x="s", y="n", points=((0.0, 0.0), (1.0, 2.0)), limit=3.0)
        for name in ("good", "bad")
    ]
    good = case(name="a").model_copy(update={"series": (series[0],), "notes": ("bounded at 4",)})
    bad = case("failed", name="b").model_copy(update={"series": (series[1],) * SERIES_SHOWN})

    mixed = evidence_from(report(check(X.id, X.requirement, good, bad), Y), EXPECTED)[0]
    assert [one.name for one in mixed.series] == ["bad"] * SERIES_SHOWN
    passed = evidence_from(report(check(X.id, X.requirement, good), Y), EXPECTED)[0]
    assert passed.summary == "bounded at 4"
    assert passed.series[0].points == ((0.0, 0.0), (1.0, 2.0))


TABLE = SuiteTable(title="t", columns=("a", "b"), rows=(("1", "2"),))
PICTURE = SuitePicture(name="p", svg="PHN2Zy8+")


def test_tables_and_pictures_are_evidence_whatever_the_verdict_is() -> None:
    both = {"tables": (TABLE,), "pictures": (PICTURE,)}
    good = case(name="a").model_copy(update=both)
    bad = case("failed", name="b").model_copy(update=both)

    alone = evidence_from(report(check(X.id, X.requirement, good), Y), EXPECTED)[0]
    assert alone.tables == (Table(title="t", columns=("a", "b"), rows=(("1", "2"),)),)
    assert alone.pictures == (Picture(name="p", svg="PHN2Zy8+"),)
    mixed = evidence_from(report(check(X.id, X.requirement, good, bad), Y), EXPECTED)[0]
    assert [one.title for one in mixed.tables] == ["b: t", "a: t"]
    assert [one.name for one in mixed.pictures] == ["b: p", "a: p"]


def test_of_many_cases_the_first_tables_and_pictures_are_kept() -> None:
    full = case().model_copy(update={"tables": (TABLE,) * 9, "pictures": (PICTURE,) * 9})
    found = evidence_from(report(check(X.id, X.requirement, full, full), Y), EXPECTED)[0]

    assert (len(found.tables), len(found.pictures)) == (TABLES_SHOWN, PICTURES_SHOWN)


def test_alarms_of_the_suite_bear_its_name_and_are_told_once() -> None:
    def raising(*names: str) -> Case:
        return case().model_copy(
            update={"alarms": tuple(SuiteAlarm(id=name, summary="s") for name in names)}
        )

    told = report(
        check(X.id, X.requirement, raising("a", "b"), raising("a")),
        check(Y.id, Y.requirement, raising("b")),
    )

    assert alarms_from(told) == (
        Alarm(id="suite.a", summary="s"),
        Alarm(id="suite.b", summary="s"),
    )
