from __future__ import annotations

import pytest

from runner.harness import notes
from runner.harness.collect import (
    REASON_LIMIT,
    SHORT_REASON,
    TEXT_LIMIT,
    Collected,
    classify,
    stated,
    summarise,
)
from runner.harness.errors import HarnessError, Inconclusive, SubjectError
from runner.harness.messages import SuiteReport
from runner.harness.run import OUTPUT_SHOWN
from runner.sandbox.streams import MAX_LINE_BYTES


def item(check: str = "a.py::x", name: str = "x") -> Collected:
    return Collected(check=check, requirement="r", name=name, called=True)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (SubjectError("no"), "failed"),
        (AssertionError("1 == 2"), "failed"),
        (pytest.fail.Exception("no"), "failed"),
        (Inconclusive("noise"), "not_measured"),
        (pytest.skip.Exception("later"), "not_measured"),
        (KeyError("sku"), "errored"),
        (HarnessError("pipe"), "errored"),
        (SystemExit(0), "errored"),
        (KeyboardInterrupt(), "errored"),
    ],
)
def test_the_exception_says_whose_doing_it_is(error: BaseException, outcome: str) -> None:
    assert classify(error)[0] == outcome


def test_a_reason_is_bounded() -> None:
    assert len(classify(AssertionError("x" * 99_999))[1]) == REASON_LIMIT


def test_the_first_phase_that_raises_counts() -> None:
    case = item()
    case.raised(SubjectError("slow", limit=True))
    case.raised(KeyError("later"))

    assert (case.case().outcome, case.case().reason, case.case().limit) == ("failed", "slow", True)


def test_a_test_whose_body_never_ran_is_no_pass() -> None:
    assert Collected(check="a", requirement="r", name="x").case().outcome == "errored"


def test_cases_are_grouped_by_check() -> None:
    checks = summarise([item(name="x[1]"), item("a.py::y"), item(name="x[2]")])

    assert [(check.id, len(check.cases)) for check in checks] == [("a.py::x", 2), ("a.py::y", 1)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stock 5 is left\nassert 5 == 0\n  +  where 5 = f()", "stock 5 is left"),
        ("assert 5 == 0\n  +  where 5 = f()", "assert 5 == 0"),
        ("two\nlines\nassert x", "two\nlines"),
        ("", ""),
    ],
)
def test_an_assertion_is_quoted_without_its_introspection(text: str, said: str) -> None:
    assert stated(text) == said


def test_an_assertion_without_words_is_quoted_by_its_source() -> None:
    with pytest.raises(AssertionError) as caught:
        raise AssertionError

    assert classify(caught.value) == ("failed", "raise AssertionError")


CASES = 500
"""Several times what a suite has."""


def test_the_largest_report_is_below_the_line_and_keeps_every_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each case with as much as its notes take, in characters that take most as they are sent."""
    monkeypatch.setattr(notes, "apart", lambda work, data: work(data))
    wide = "\x01" * 2_000
    full = notes.Notes()
    for _ in range(60):
        full.note(wide)
        full.alarm("a" * 40, wide)
        full.measure(wide, 1 / 3, wide)
        full.plot(wide, [(1 / 3, 1 / 3)] * 200, x=wide, y=wide)
    items = [item(name=f"x[{number}]") for number in range(CASES)]
    for one in items:
        one.raised(AssertionError(wide))
        one.notes = full.copy()
    for one in items[:20]:
        one.notes.table(wide, [wide] * 8, [[wide] * 8] * 40)
        one.notes.picture(wide, b"<svg>".ljust(notes.PICTURE_BYTES - 6) + b"</svg>")

    checks = summarise(items)
    report = SuiteReport(
        checks=checks,
        tools={},
        suite_seconds=1.0,
        subject_seconds=1.0,
        starts=1,
        start_seconds=(1.0,) * 900,
        subject_output="\x01" * OUTPUT_SHOWN,
    )
    cases = checks[0].cases
    assert TEXT_LIMIT < len(report.model_dump_json().encode()) < MAX_LINE_BYTES
    assert [case.outcome for case in cases] == ["failed"] * CASES
    assert len(cases[0].measures) > 0
    assert cases[-1].measures == ()
    assert len(cases[-1].reason) == SHORT_REASON
    assert "no room for more" in cases[-1].notes[0]
    assert all(case.alarms for case in cases)
