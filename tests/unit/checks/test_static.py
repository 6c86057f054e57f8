"""From the analyser's document to evidence: sentences, numbers, faults."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from runner.analyser.document import (
    Analysis,
    Complexity,
    Counted,
    Format,
    Frames,
    Functions,
    Lint,
    Notes,
    Place,
    Places,
    Section,
    Signal,
    Sources,
    Suite,
    Suspicion,
    ToolRun,
    Types,
)
from runner.checks.static import STATIC_CHECKS, alarms_from, evidence_from
from runner.checks.static_text import counted, found, listed, plural, share
from runner.model import Evidence, Fault, Location, Outcome

DONE = ToolRun(state="measured", seconds=0.1)


def spots(**counts: int) -> Places:
    shown = [Place(path="app/a.py", line=n + 1, note=name) for name in counts for n in range(30)]
    return Places(
        total=sum(counts.values()),
        counts=tuple(Counted(name=name, count=count) for name, count in counts.items()),
        shown=tuple(shown),
    )


def sources(**changes: Any) -> Sources:
    base = {
        "python_files": 5,
        "changed_files": 4,
        "changed_lines": 412,
        "application_lines": 300,
        "test_lines": 112,
        "changed_minimum": 40,
    }
    return Sources(**(base | changes))


def analysis(**changes: Any) -> Analysis:
    base: dict[str, Any] = {
        "kind": "analysis",
        "sources": sources(),
        "lint": Lint(
            run=DONE,
            graded=spots(ASYNC210=3, F841=2, B006=1, E722=1),
            noted=spots(T201=4),
            modern=spots(UP006=2),
        ),
        "format": Format(run=DONE, line_length=100, files=4, unformatted=spots(file=1)),
        "types": Types(
            run=DONE,
            errors=spots(assignment=1),
            strict=spots(**{"no-untyped-def": 2}),
            unresolved=("yaml",),
            modules=5,
        ),
        "functions": Functions(
            functions=12,
            public=10,
            annotated=9,
            documentable=8,
            documented=6,
            unannotated=spots(function=1),
            undocumented=spots(function=2),
            over_ten=1,
            longest=44,
            worst=(Complexity(name="place", path="app/a.py", line=9, complexity=12, lines=44),),
        ),
        "frames": Frames(
            files=2,
            found=spots(**{"iterrows": 2, "chained assignment": 1}),
            noted=spots(itertuples=1),
            rowwise=2,
        ),
        "suppressions": spots(noqa=1),
        "suite": Suite(
            tests=8,
            asserting=7,
            sound=6,
            parametrised=2,
            negative=3,
            smells=spots(**{"no assertion": 1}),
            found=spots(test=8),
        ),
        "packaging": (
            Signal(name="python version declared", core=True, present=True, in_starter=True),
            Signal(
                name="imports declared",
                core=True,
                present=False,
                in_starter=True,
                place=Place(path="pyproject.toml", note="not declared: yaml"),
            ),
            Signal(
                name="CI or pre-commit",
                core=False,
                present=True,
                in_starter=False,
                place=Place(path=".pre-commit-config.yaml"),
            ),
        ),
        "notes": Notes(
            expected=True,
            present=True,
            sections=(
                Section(title="decisions", line=3, words=40, filled=True),
                Section(title="limits", line=9, words=2, filled=False),
            ),
        ),
        "routes": (),
        "suspicions": (),
        "tools": {},
        "seconds": {},
    }
    return Analysis(**(base | changes))


def one(check: str, **changes: Any) -> Evidence:
    return next(each for each in evidence_from(analysis(**changes)) if each.check == check)


def numbers(evidence: Evidence) -> dict[str, float]:
    return {measure.name: measure.value for measure in evidence.measures}


def test_every_check_gives_one_piece_of_evidence() -> None:
    found_evidence = evidence_from(analysis())
    assert tuple(each.check for each in found_evidence) == STATIC_CHECKS
    assert {each.outcome for each in found_evidence} == {Outcome.MEASURED}
    assert all(len(each.locations) <= 20 for each in found_evidence)
    assert all(each.fault is None for each in found_evidence)


@pytest.mark.parametrize(
    ("check", "summary", "measures"),
    [
        (
            "static.ruff",
            (
                "7 findings on 412 changed lines: 17.0 per 1,000; "
                "ASYNC210 ×3, F841 ×2, B006 ×1, E722 ×1; noted only: T201 ×4"
            ),
            {"findings_per_kloc": 16.99, "findings": 7, "noted": 4},
        ),
        (
            "static.mypy",
            (
                "1 type error on 412 changed lines: 2.4 per 1,000; assignment ×1; "
                "2 more under strict options; not resolved: yaml"
            ),
            {"errors_per_kloc": 2.43, "errors": 1, "strict_errors": 2, "modules": 5},
        ),
        (
            "static.types",
            "9 of 10 public functions fully annotated",
            {"annotated_share": 0.9, "public_functions": 10},
        ),
        (
            "static.complexity",
            "most complex of 12 functions: place with 12; 1 over 10; longest 44 lines",
            {
                "worst": 12,
                "functions_over_10": 1,
                "functions_over_10_per_kloc": 3.33,
                "longest_function": 44,
                "functions": 12,
            },
        ),
        (
            "static.suppressions",
            "1 suppression on 412 changed lines: 2.4 per 1,000; noqa ×1",
            {"suppressions": 1, "per_kloc": 2.43},
        ),
        (
            "static.format",
            "1 of 4 changed files would be reformatted at line length 100",
            {"unformatted_share": 0.25},
        ),
        (
            "static.docstrings",
            "6 of 8 public functions and classes documented",
            {"documented_share": 0.75},
        ),
        (
            "static.tests",
            (
                "8 tests beyond the starter's, 7 with an assertion, 3 of errors, 2 parametrised; "
                "doubtful: no assertion ×1"
            ),
            {
                "tests": 8,
                "asserting_share": 0.875,
                "negative_tests": 3,
                "parametrised_tests": 2,
                "smells": 1,
                "sound_share": 0.75,
                "tests_per_changed_kloc": 19.42,
            },
        ),
        (
            "static.packaging",
            (
                "1 of 2 signs of an orderly project; "
                "missing: imports declared (not declared: yaml); "
                "beyond what was asked: CI or pre-commit"
            ),
            {"signals_share": 0.5, "kept": 1, "extras": 1},
        ),
        (
            "static.modern",
            "2 outdated constructs on 412 changed lines: 4.9 per 1,000; UP006 ×2",
            {"per_kloc": 4.85, "outdated": 2},
        ),
        (
            "static.frames",
            (
                "3 findings on 300 changed lines: 10.0 per 1,000; "
                "iterrows ×2, chained assignment ×1; noted only: itertuples ×1"
            ),
            {"findings": 3, "per_kloc": 10.0, "rowwise": 2},
        ),
        (
            "static.notes",
            "1 of 2 sections of NOTES.md filled, 42 words; empty: limits",
            {"sections_filled_share": 0.5, "words": 42},
        ),
    ],
)
def test_sentence_and_numbers(check: str, summary: str, measures: dict[str, float]) -> None:
    evidence = one(check)
    assert evidence.summary == summary
    assert numbers(evidence) == measures


def test_nothing_found_is_said_in_few_words() -> None:
    clean = one("static.ruff", lint=Lint(run=DONE))
    assert clean.summary == "0 findings on 412 changed lines"
    assert clean.locations == ()
    checked = one("static.mypy", types=Types(run=DONE))
    assert checked.summary == "0 type errors on 412 changed lines"
    columns = one("static.frames", frames=Frames(files=1))
    assert columns.summary == "0 findings on 300 changed lines"
    assert numbers(columns) == {"findings": 0, "per_kloc": 0, "rowwise": 0}


def test_locations_are_those_of_the_submission() -> None:
    assert one("static.ruff").locations[0] == Location(path="app/a.py", line=1, note="ASYNC210")
    assert one("static.complexity").locations == (
        Location(path="app/a.py", line=9, note="place: complexity 12, 44 lines"),
    )
    assert (
        one("static.tests", suite=Suite(tests=1, found=spots(test=1))).locations[0].note == "test"
    )


BY_SOURCES = set(STATIC_CHECKS) - {"static.tests", "static.packaging", "static.notes"}


def test_unreadable_sources_fail_what_is_read_from_them() -> None:
    refused = (Place(path="a.py", note="a line is longer"), Place(path="b.py", note="x"))
    broken = sources(not_analysable=refused, not_analysable_total=2)
    by_check = {each.check: each for each in evidence_from(analysis(sources=broken))}
    failed = {check for check, each in by_check.items() if each.outcome is Outcome.FAILED}
    assert failed == BY_SOURCES
    assert by_check["static.ruff"].fault is Fault.CANDIDATE
    assert (
        by_check["static.ruff"].summary
        == "sources cannot be analysed: a.py: a line is longer and 1 more"
    )
    assert by_check["static.ruff"].measures == ()


def test_what_nobody_foresaw_is_withheld() -> None:
    """It may be a defect of ours. One file that is known to be unreadable is enough to fail."""
    refused = (Place(path="a.py", note="it breaks the analysis: X: "), Place(path="b.py", note="x"))

    def outcomes(unforeseen: int) -> set[tuple[Outcome, Fault | None]]:
        broken = sources(
            not_analysable=refused, not_analysable_total=2, unforeseen_total=unforeseen
        )
        found = evidence_from(analysis(sources=broken))
        return {(each.outcome, each.fault) for each in found if each.check in BY_SOURCES}

    assert outcomes(2) == {(Outcome.NOT_MEASURED, Fault.CANDIDATE)}
    assert outcomes(1) == {(Outcome.FAILED, Fault.CANDIDATE)}


def test_what_cannot_be_read_is_not_too_little() -> None:
    """A submission of which nothing can be read is no submission in which little was written."""
    refused = (Place(path="a.py", note="a line is longer"),)
    few = sources(changed_lines=0, not_analysable=refused, not_analysable_total=1)
    by_check = {each.check: each for each in evidence_from(analysis(sources=few))}
    assert by_check.pop("static.notes").outcome is Outcome.MEASURED
    assert {each.outcome for each in by_check.values()} == {Outcome.FAILED}


def test_too_little_is_not_measured() -> None:
    few = sources(changed_lines=1)
    by_check = {each.check: each for each in evidence_from(analysis(sources=few))}
    assert by_check.pop("static.notes").outcome is Outcome.MEASURED
    assert {each.outcome for each in by_check.values()} == {Outcome.NOT_MEASURED}
    assert (
        by_check["static.tests"].summary
        == "too little written to judge: 1 changed line of code, 40 needed"
    )


@pytest.mark.parametrize(
    ("state", "outcome", "fault"),
    [
        ("timeout", Outcome.NOT_MEASURED, Fault.LIMIT),
        ("overflow", Outcome.FAILED, Fault.LIMIT),
        ("refused", Outcome.FAILED, Fault.CANDIDATE),
        ("crashed", Outcome.ERRORED, Fault.INFRASTRUCTURE),
        ("idle", Outcome.ERRORED, Fault.INFRASTRUCTURE),
    ],
)
def test_a_tool_that_did_not_get_through_is_never_clean(
    state: Literal["timeout", "overflow", "refused", "crashed", "idle"],
    outcome: Outcome,
    fault: Fault,
) -> None:
    run = ToolRun(state=state, reason="" if state == "idle" else "because")
    changed: dict[str, Any] = {
        "lint": Lint(run=run),
        "types": Types(run=run),
        "format": Format(run=run, line_length=88),
    }
    for check in ("static.ruff", "static.mypy", "static.format", "static.complexity"):
        evidence = one(check, **changed)
        assert (evidence.outcome, evidence.fault, evidence.measures) == (outcome, fault, ())
        assert "because" in evidence.summary or "no file" in evidence.summary


def test_a_share_of_nothing_is_not_measured() -> None:
    nothing: dict[str, Any] = {
        "frames": Frames(),
        "functions": Functions(),
        "notes": Notes(expected=False, present=True),
    }
    for check, reason in {
        "static.types": "no public function was written",
        "static.complexity": "no function was written",
        "static.docstrings": "nothing public was written",
        "static.frames": "no changed file outside the tests imports pandas or polars",
        "static.notes": "the starter asks for no notes",
    }.items():
        evidence = one(check, **nothing)
        assert (evidence.outcome, evidence.summary) == (Outcome.NOT_MEASURED, reason)


def test_no_tests_of_their_own_are_a_measured_zero() -> None:
    evidence = one("static.tests", suite=Suite())
    assert evidence.summary.startswith("0 tests beyond the starter's")
    assert numbers(evidence)["asserting_share"] == numbers(evidence)["sound_share"] == 0


def test_only_tests_changed_divide_by_nothing() -> None:
    assert (
        numbers(one("static.complexity", sources=sources(application_lines=0)))[
            "functions_over_10_per_kloc"
        ]
        == 0
    )


def test_suspicions_become_alarms() -> None:
    place = Place(path="a.py", line=3)
    alarms = alarms_from(
        analysis(suspicions=(Suspicion(id="mypy-plugin", summary="runs", place=place),))
    )
    assert [(each.id, each.summary, each.location) for each in alarms] == [
        ("static.mypy-plugin", "runs", Location(path="a.py", line=3))
    ]


def test_suspicions_that_are_not_listed_are_counted() -> None:
    place = Place(path="a.py", line=3)
    last = Suspicion(id="loader", summary="exec can run code (and 37 more)", place=place)
    [alarm] = alarms_from(analysis(suspicions=(last,)))
    assert (alarm.summary, alarm.more) == ("exec can run code", 37)


def test_words() -> None:
    assert plural(1, "test") == "1 test"
    assert plural(1200, "test") == "1,200 tests"
    assert counted(spots(a=6, b=5, c=4, d=3, e=2, f=1)).endswith("e ×2 and 1 other kind")
    assert found("x", Places(), 0) == "0 xs on 0 changed lines"
    assert listed("a: ", []) == ""
    assert listed("a: ", [str(n) for n in range(12)]).endswith("9 and 2 more")
    assert share(1, 3) == 0.3333
    assert share(0, 0) == 0
