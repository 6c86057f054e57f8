"""What the runner of the tests takes from their journal, which the tests can write to as well."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from dataclasses import asdict
from importlib import import_module
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.harness import own_documents as forms
from tests.unit.images.own_tests import IMAGES, Repository, ran

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

CONTROL = "\x01"


@pytest.fixture(scope="module")
def programs() -> Iterator[tuple[ModuleType, ModuleType]]:
    """The programs as they stand beside each other in the image."""
    sys.path.insert(0, str(IMAGES))
    try:
        yield import_module("pytests"), import_module("recorder")
    finally:
        sys.path.remove(str(IMAGES))


@pytest.fixture(scope="module")
def pytests(programs: tuple[ModuleType, ModuleType]) -> Any:
    return programs[0]


@pytest.fixture(scope="module")
def recorder(programs: tuple[ModuleType, ModuleType]) -> Any:
    return programs[1]


def taken(pytests: Any, *lines: bytes) -> Any:
    """The document after these lines; whatever they are, the harness can read it."""
    outcomes = pytests.Outcomes()
    for line in lines:
        outcomes.take(line)
    data = json.dumps(asdict(outcomes)).encode()
    assert len(data) <= forms.OUTCOMES_BYTES
    assert forms.OUTCOMES.validate_json(data).forged is outcomes.forged
    return outcomes


def line(**facts: Any) -> bytes:
    return json.dumps(facts).encode()


def passed(test: str, seconds: Any = 0.5) -> bytes:
    return line(test=test, outcome="passed", seconds=seconds)


def test_the_ceilings_are_the_same_on_both_sides(pytests: Any, recorder: Any) -> None:
    ours = (forms.TESTS, forms.PROBLEMS, forms.NAME_BYTES)
    assert ours == (pytests.TESTS, pytests.PROBLEMS, pytests.TEXT_BYTES)
    assert ours == (recorder.OUTCOMES, recorder.PROBLEMS, recorder.TEXT_BYTES)
    assert (forms.FILES, forms.LINES) == (pytests.FILES, pytests.LINES)
    assert forms.PATH_BYTES == pytests.PATH_BYTES
    assert {*recorder.RANKS} == pytests.RANKS
    assert recorder.SECONDS == pytests.MOST


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"null",
        b"[1]",
        b"\xff{",
        b"{" * 4_000 + b"}",
        b"[" * 4_000,
        b'{"test": ' + b"9" * 4_000 + b"}",
        b'{"collected": 1' + b"0" * 400 + b', "selected": 1, "shortened": 1}',
        b'{"left_out": -1}',
        b'{"left_out": true}',
        b'{"left_out": 1e400}',
        passed(CONTROL * 60),
        passed("a" * 301),
        passed("\ud800"),
        passed("t", seconds=float("nan")),
        passed("t", seconds=1e300),
        passed("t", seconds=-0.5),
        line(test="t", outcome="great", seconds=0.5),
        line(test=1, outcome="passed", seconds=0.5),
        line(problem="é" * 60),
        b'{"problem": "' + b"x" * 5_000,
    ],
)
def test_a_line_that_is_not_the_recorders_is_told_and_changes_nothing(
    pytests: Any, bad: bytes
) -> None:
    outcomes = taken(pytests, passed("t.py::a"), bad, bad)

    assert outcomes.forged
    assert outcomes.problems == [pytests.FORGED]
    assert outcomes.outcomes == {"t.py::a": "passed"}


def test_a_thousand_names_that_are_as_long_as_they_may_be_are_a_document(pytests: Any) -> None:
    names = [f"{n:04}{CONTROL * 49}ab" for n in range(1_010)]
    outcomes = taken(pytests, *map(passed, names), *(line(problem=name) for name in names))

    assert len(outcomes.outcomes) == 1_000
    assert len(outcomes.problems) == forms.PROBLEMS
    assert outcomes.forged


def test_a_line_that_is_cut_off_is_nobodys_forgery(pytests: Any) -> None:
    outcomes = taken(pytests, passed("t.py::a")[:20], passed("t.py::b"))

    assert not outcomes.forged
    assert outcomes.problems == [pytests.TORN]
    assert outcomes.outcomes == {"t.py::b": "passed"}


@given(data=st.data())
def test_whatever_is_written_the_document_can_be_read(pytests: Any, data: st.DataObject) -> None:
    values = st.one_of(
        st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.text())
    )
    keys = st.sampled_from(
        ["test", "outcome", "seconds", "problem", "collected", "selected", "shortened", "left_out"]
    )
    facts = st.dictionaries(keys, values | st.sampled_from(["passed", "error"])).map(json.dumps)
    lines = data.draw(st.lists(st.binary() | facts.map(str.encode), max_size=8))
    taken(pytests, *lines)


def test_a_journal_is_read_up_to_a_ceiling(pytests: Any, tmp_path: Path) -> None:
    journal = pytests.Journal(tmp_path / "journal")
    with closing(journal._file):
        _filled(pytests, journal)


def _filled(pytests: Any, journal: Any) -> None:
    with journal.path.open("ab") as file:
        file.write(passed("a") + b"\n" + b"{" * 5_000)
    assert journal.lines() == [passed("a"), b"{" * 5_000]
    with journal.path.open("ab") as file:
        file.write(b"\n" + passed("b") + b"\n{")
    assert journal.lines() == [b"", passed("b")]
    with journal.path.open("ab") as file:
        file.write(b"x" * pytests.JOURNAL_BYTES)
    read = journal.lines()
    assert sum(map(len, read)) <= pytests.JOURNAL_BYTES
    assert taken(pytests, *read, *journal.lines()).forged


@pytest.mark.parametrize("text", ["a" * 300, "é" * 50, "😀" * 25, "ab" * 150])
def test_a_name_that_fits_is_kept(recorder: Any, text: str) -> None:
    assert recorder.shortened(text) == text


@pytest.mark.parametrize("text", ["a" * 301, "é" * 51, "😀" * 26, CONTROL * 51, "\ud800" * 60])
def test_a_longer_name_is_cut_by_what_it_takes_and_stays_another_one(
    recorder: Any, pytests: Any, text: str
) -> None:
    short = [recorder.shortened(text + end) for end in ("", "x", "y")]
    assert len({*short}) == 3
    assert all(pytests.fits(one) for one in short)


def test_odd_names_and_words_are_told(tmp_path: Path, pytests: Any) -> None:
    suite = f"""
def test_{"é" * 100}(): pass
def test_b(): pass
"""
    names = [f"test_{'é' * 100}", "test_b"]
    result = ran(tmp_path, {"test_a.py": suite}, *(f"test_a.py::{name}" for name in names))
    assert [*result.outcomes.values()] == ["passed", "passed"]
    assert result.document["shortened"] == 1

    broken = Repository(tmp_path / "b", {"test_a.py": 'raise ValueError("\\ud800\\x01" * 400)\n'})
    document = broken.run("test_a.py::test_b").document
    assert not document["forged"]
    assert len(document["problems"]) == 1
    assert pytests.fits(document["problems"][0])


def test_a_test_that_turns_the_clock_back_is_no_forger(tmp_path: Path) -> None:
    suite = """
import pytest
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report): report.duration = float(report.nodeid[-2:-1] + "e9")
"""
    tests = "import pytest\n@pytest.mark.parametrize('n', '12')\ndef test_a(n): pass\n"
    for sign, slow in product(("-", ""), (0.0, 1e6)):
        conftest = suite.replace('"e9")', f'"e9") * {sign}1')
        files = {"conftest.py": conftest, "test_a.py": tests}
        root = tmp_path / f"{sign}{slow}"
        document = ran(root, files, "test_a.py::test_a").document
        assert not document["forged"]
        assert len(document["outcomes"]) == 2


def test_files_with_the_fewest_lines_are_listed(pytests: Any, monkeypatch: Any) -> None:
    found = {
        "a.py": {"executed": [1, 2, 3], "missing": [4]},
        "b.py": {"executed": [1], "missing": []},
        CONTROL * 300: {"executed": [], "missing": []},
        "c.py": {"executed": [], "missing": [1]},
    }
    assert list(pytests.listed(found)) == ["a.py", "b.py", "c.py"]
    monkeypatch.setattr(pytests, "LINES", 5)
    assert list(pytests.listed(found)) == ["b.py", "c.py"]
    monkeypatch.setattr(pytests, "FILES", 1)
    assert list(pytests.listed(found)) == ["b.py"]


def test_the_largest_coverage_is_a_document(pytests: Any) -> None:
    path = CONTROL * 98
    found = {f"{path}{n:04}": {"executed": [9_999_999] * 125, "missing": []} for n in range(2_100)}
    data = json.dumps(pytests.listed(found)).encode()

    assert 3_000_000 < len(data) <= forms.COVERAGE_BYTES
    assert len(forms.COVERAGE.validate_json(data)) == forms.FILES
