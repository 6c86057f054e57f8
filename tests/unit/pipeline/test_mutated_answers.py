"""The answers of our own containers, spoilt: void or errored, never a pass that was not there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.harness.messages import Progress
from runner.model import Record, Status
from tests.unit.pipeline.scenes import suite_report
from tests.unit.pipeline.test_own_faults import fair, judged, ours
from tests.unit.pipeline.whole import OWN, Whole, analyser, harness, said, saying

if TYPE_CHECKING:
    from runner.errors import InfrastructureError

Document = dict[str, Any]
Path = tuple[str | int, ...]

REPORT: Document = suite_report().model_dump(mode="json")
REQUIRED = {
    *("kind", "checks", "tools", "suite_seconds", "subject_seconds", "starts", "start_seconds"),
    *("subject_output", "id", "requirement", "cases", "name", "outcome"),
}
"""Keys of a suite's report that have no default."""

SUITE = ("suite",)

PATIENT = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return Whole(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def good(whole: Whole) -> Record:
    """By the hidden suite alone."""
    record = whole.grade(checks=SUITE).record
    assert isinstance(record, Record)
    return record


@pytest.fixture(scope="module")
def every(whole: Whole) -> Record:
    """By every check."""
    record = whole.grade().record
    assert isinstance(record, Record)
    return record


def progress(done: int) -> bytes:
    words = Progress(check="x", outcome="passed", done=done, total=2)
    return words.model_dump_json().encode() + b"\n"


def line_of(document: Document) -> bytes:
    return json.dumps(document).encode() + b"\n"


GOOD_LINES = (progress(1), progress(2), line_of(REPORT))


def leaves(document: Any, path: Path = ()) -> list[Path]:
    """The place of every value in a document, those that hold others included."""
    found = [path] if path else []
    items = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    return found + [place for key, value in items for place in leaves(value, (*path, key))]


def value_at(document: Any, path: Path) -> Any:
    for key in path:
        document = document[key]
    return document


def changed(document: Document, path: Path, value: Any) -> Document:
    copy: Document = json.loads(json.dumps(document))
    value_at(copy, path[:-1])[path[-1]] = value
    return copy


def without(document: Document, path: Path) -> Document:
    copy: Document = json.loads(json.dumps(document))
    del value_at(copy, path[:-1])[path[-1]]
    return copy


def other_types(value: Any) -> list[Any]:
    """Values of other types than that of `value`, none of which a strict reader takes for it."""
    every: list[Any] = ["x", "", True, 7, 1.5, [], {}, ["x"], {"x": 1}]
    if isinstance(value, bool):
        return [one for one in every if not isinstance(one, bool)]
    if isinstance(value, int | float):
        return [*(one for one in every if isinstance(one, str | bool | list | dict)), float("nan")]
    return [one for one in every if not isinstance(one, type(value))]


@st.composite
def spoilt(draw: st.DrawFn) -> Document:
    """The report with one value of another type, one key less or one key too many."""
    path = draw(st.sampled_from(leaves(REPORT)))
    how = draw(st.sampled_from(["type", "missing", "unknown", "outcome"]))
    if how == "missing":
        path = draw(st.sampled_from([one for one in leaves(REPORT) if one[-1] in REQUIRED]))
        return without(REPORT, path)
    if how == "unknown":
        holders = [one for one in leaves(REPORT) if isinstance(value_at(REPORT, one), dict)]
        strict = [one for one in holders if one != ("tools",)]
        return changed(REPORT, (*draw(st.sampled_from([*strict, ()])), "passed"), value=True)
    if how == "outcome":
        path = draw(st.sampled_from([one for one in leaves(REPORT) if one[-1] == "outcome"]))
        words = ["PASSED", "pass", "skipped", "xfailed", "xpassed", "ok", "", " passed"]
        return changed(REPORT, path, draw(st.sampled_from(words)))
    return changed(REPORT, path, draw(st.sampled_from(other_types(value_at(REPORT, path)))))


def graded_with(whole: Whole, data: bytes) -> Record | InfrastructureError:
    """With a hidden suite that says this."""
    graded = whole.grade(checks=SUITE, harness=harness(saying(data)))
    assert graded.left == 0
    return graded.record


@PATIENT
@given(document=spoilt())
def test_a_spoilt_report_is_void(whole: Whole, document: Document) -> None:
    record = graded_with(whole, line_of(document))
    assert isinstance(record, Record)
    assert record.outcome == "void"
    assert {one.earned for one in record.criteria} == {0}


@PATIENT
@given(
    data=st.one_of(
        st.lists(st.sampled_from(GOOD_LINES), max_size=6).map(b"".join),
        st.permutations(GOOD_LINES).map(b"".join),
        st.integers(0, len(b"".join(GOOD_LINES))).map(lambda end: b"".join(GOOD_LINES)[:end]),
        st.integers(0, len(b"".join(GOOD_LINES))).map(lambda at: b"".join(GOOD_LINES)[at:]),
    )
)
def test_lines_that_are_lost_doubled_swapped_or_cut_change_no_verdict(
    whole: Whole, good: Record, data: bytes
) -> None:
    """A whole report is one, whatever happened to the lines about progress; else it is void."""
    record = graded_with(whole, data)
    assert isinstance(record, Record)
    whole_report = any(
        line in (GOOD_LINES[-1], GOOD_LINES[-1][:-1]) for line in data.splitlines(keepends=True)
    )
    first = not data or data[:1] == b"{"
    if whole_report and first:
        assert judged(record) == judged(good)
    else:
        assert record.outcome == "void"


@PATIENT
@given(at=st.integers(0, len(GOOD_LINES[-1]) - 1), junk=st.binary(min_size=8, max_size=64))
def test_a_report_that_was_written_over_is_no_gain(
    whole: Whole, good: Record, at: int, junk: bytes
) -> None:
    """What is still a document may say other words; it says no better ones."""
    line = GOOD_LINES[-1]
    fair(good, graded_with(whole, line[:at] + junk + line[at + len(junk) :]))


def closed(checks: list[Document]) -> bool:
    wanted = {one["id"]: one["requirement"] for one in REPORT["checks"]}
    return sorted(one["id"] for one in checks) == sorted(wanted) and all(
        one["requirement"] == wanted[one["id"]] and one["cases"] for one in checks
    )


@PATIENT
@given(data=st.data())
def test_a_report_of_other_checks_is_void(whole: Whole, good: Record, data: st.DataObject) -> None:
    """Missing, doubled, unknown, empty or filed under another requirement."""
    known = REPORT["checks"]
    strange = [
        *known,
        *({**one, "id": "test_items.py::test_other"} for one in known),
        *({**one, "requirement": "items.other"} for one in known),
        *({**one, "cases": []} for one in known),
    ]
    checks = data.draw(st.lists(st.sampled_from(strange), max_size=4))
    record = graded_with(whole, line_of(REPORT | {"checks": checks}))
    assert isinstance(record, Record)
    if closed(checks):
        assert judged(record) == judged(good)
    else:
        assert record.outcome == "void"


@st.composite
def spoilt_analysis(draw: st.DrawFn, document: Document) -> bytes:
    """The document with a value of another type, or cut."""
    line = line_of(document)
    if draw(st.booleans()):
        return line[: draw(st.integers(0, len(line) - 1))]
    places = [one for one in leaves(document) if value_at(document, one) is not None]
    path = draw(st.sampled_from(places))
    return line_of(changed(document, path, draw(st.sampled_from([{"x": ["y"]}, [{"x": 1}]]))))


@settings(PATIENT, max_examples=40)
@given(data=st.data())
def test_a_spoilt_analysis_earns_nothing_and_costs_nothing(
    whole: Whole, every: Record, data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from(["analysis", "tests"]))
    words = {"analysis": said(whole.analysis), "tests": said(OWN)}
    words[kind] = data.draw(spoilt_analysis(json.loads(words[kind])))
    graded = whole.grade(analyser=analyser(**words))
    assert graded.left == 0
    fair(every, graded.record)
    assert isinstance(graded.record, Record)
    if graded.record.outcome == "graded":
        prefix = "quality.lint" if kind == "analysis" else "testing."
        touched = [one for one in graded.record.criteria if one.id.startswith(prefix)]
        assert touched
        for one in touched:
            ours(one)
            assert one.status is Status.NOT_MEASURED
