"""What becomes of each test, told whatever the tests do to their process."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.unit.images.own_tests import Repository, ran

if TYPE_CHECKING:
    from pathlib import Path

OUTCOMES = """
import unittest
import pytest

@pytest.fixture
def bad_setup(): raise RuntimeError

@pytest.fixture
def bad_teardown():
    yield
    raise RuntimeError

def test_passed(): pass
def test_failed(): assert False
def test_skipped(): pytest.skip("why not")
def test_setup(bad_setup): pass
def test_teardown(bad_teardown): pass
def test_both(bad_teardown): assert False
@pytest.mark.xfail
def test_xfail(): assert False
@pytest.mark.xfail
def test_xpass(): pass
@pytest.mark.xfail(strict=True)
def test_strict(): pass

class Case(unittest.TestCase):
    def test_parts(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertNotEqual(number, 1)
    @unittest.expectedFailure
    def test_expected(self): self.fail()
    @unittest.skip("why not")
    def test_left(self): self.fail()
"""


def test_one_outcome_a_test_the_worst(tmp_path: Path) -> None:
    names = [line.split("(")[0].split()[1] for line in OUTCOMES.splitlines() if "def test_" in line]
    result = ran(tmp_path, {"test_all.py": OUTCOMES}, *(f"test_all.py::{name}" for name in names))
    assert result.outcomes == {
        "test_passed": "passed",
        "test_failed": "failed",
        "test_skipped": "skipped",
        "test_setup": "error",
        "test_teardown": "error",
        "test_both": "error",
        "test_xfail": "skipped",
        "test_xpass": "passed",
        "test_strict": "failed",
        "Case::test_parts": "failed",
        "Case::test_expected": "skipped",
        "Case::test_left": "skipped",
    }


def test_what_ended_before_a_hang_is_there(tmp_path: Path) -> None:
    suite = """
import time, pytest
def test_first(): pass
def test_second(): assert False
@pytest.fixture
def stuck():
    yield
    time.sleep(600)
def test_third(stuck): pass
"""
    repository = Repository(tmp_path, {"test_a.py": suite})
    repository.plan([f"test_a.py::test_{name}" for name in ("first", "second", "third")])
    with repository.start() as process:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            document = repository.document("outcomes.json")
            if len(document.get("outcomes", {})) > 1:
                break
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
    assert repository.document("outcomes.json") == {
        "exit": None,
        "without_addopts": False,
        "collected": 3,
        "selected": 3,
        "outcomes": {"test_a.py::test_first": "passed", "test_a.py::test_second": "failed"},
        "left_out": 0,
        "shortened": 0,
        "forged": False,
        "problems": [],
    }


def test_a_failure_before_a_teardown_that_ends_pytest_is_there(tmp_path: Path) -> None:
    suite = """
import os, pytest
@pytest.fixture
def deadly():
    yield
    os._exit(7)
def test_a(deadly): assert False
"""
    assert ran(tmp_path, {"test_a.py": suite}, "test_a.py::test_a").outcomes == {"test_a": "failed"}


@pytest.mark.parametrize(
    ("last", "code"),
    [("os._exit(7)", 7), ("os.kill(os.getpid(), 9)", 137), ("pytest.exit('enough', 9)", 9)],
)
def test_who_ends_the_session_takes_nothing_back(tmp_path: Path, last: str, code: int) -> None:
    suite = f"import os, pytest\ndef test_a(): pass\ndef test_b(): {last}\ndef test_c(): pass\n"
    result = ran(tmp_path, {"test_a.py": suite}, *(f"test_a.py::test_{name}" for name in "abc"))
    assert result.outcomes == {"test_a": "passed"}
    assert result.document["exit"] == code
    assert result.document["selected"] == 3


def test_a_conftest_that_takes_the_streams_and_the_exit_code(tmp_path: Path) -> None:
    conftest = """
import io, sys
sys.stdout = sys.stderr = sys.__stdout__ = io.StringIO()

def pytest_sessionfinish(session):
    session.exitstatus = 0
"""
    suite = "def test_a(): pass\ndef test_b(): assert False\n"
    files = {"conftest.py": conftest, "test_a.py": suite}
    result = ran(tmp_path, files, "test_a.py::test_a", "test_a.py::test_b")
    assert result.outcomes == {"test_a": "passed", "test_b": "failed"}
    assert result.document["exit"] == 0


@pytest.mark.parametrize("body", ["raise SystemExit(0)", "import os; os._exit(0)"])
def test_a_conftest_that_ends_pytest_leaves_no_outcome(tmp_path: Path, body: str) -> None:
    files = {"conftest.py": f"{body}\n", "test_a.py": "def test_a(): pass\n"}
    result = ran(tmp_path, files, "test_a.py::test_a")
    assert (result.document["exit"], result.outcomes) == (0, {})


def test_a_conftest_that_exits_pytest_says_why(tmp_path: Path) -> None:
    conftest = "import pytest\ndef pytest_sessionstart(): pytest.exit('not today', 0)\n"
    files = {"conftest.py": conftest, "test_a.py": "def test_a(): pass\n"}
    result = ran(tmp_path, files, "test_a.py::test_a")
    assert result.outcomes == {}
    assert "not today" in result.document["problems"][0]


def test_hooks_that_break_are_told(tmp_path: Path) -> None:
    conftest = "def pytest_runtest_setup(item): 0\ndef pytest_collection_finish(): 1 / 0\n"
    files = {"conftest.py": conftest, "test_a.py": "def test_a(): pass\n"}
    result = ran(tmp_path, files, "test_a.py::test_a")
    assert result.document["exit"] == 3
    assert "ZeroDivisionError" in result.document["problems"][0]


def test_long_and_many_are_cut_and_said_so(tmp_path: Path) -> None:
    suite = """
import pytest
@pytest.mark.parametrize("number", range(1010))
def test_b(number): pass
"""
    name = "test_" + "x" * 400
    suite += "".join(f"def {name}{number}(): pass\n" for number in (1, 2))
    repository = Repository(tmp_path, {"test_a.py": suite})
    tests = [f"test_a.py::{test}" for test in ("test_b", f"{name}1", f"{name}2")]
    document = repository.run(*tests).document
    assert (document["selected"], document["left_out"]) == (1012, 12)
    assert len(document["outcomes"]) == 1000
    assert document["shortened"] == 2

    long = [f"test_a.py::{name}{number}" for number in (1, 2)]
    again = Repository(tmp_path / "again", {"test_a.py": suite}).run(*long).document
    assert [len(test) for test in again["outcomes"]] == [300, 300]
    none = Repository(tmp_path / "none", {"test_a.py": suite}).run(*long, skip=[*again["outcomes"]])
    assert (none.document["collected"], none.document["selected"]) == (1012, 0)


def test_a_case_is_known_by_its_number_whatever_its_parameters(tmp_path: Path) -> None:
    suite = """
import pytest, time
@pytest.mark.parametrize("token", [f"{time.monotonic()}", "plain"])
def test_a(token): assert token == "plain"
"""
    outcomes = ran(tmp_path, {"test_a.py": suite}, "test_a.py::test_a").outcomes
    assert outcomes == {"test_a[#1]": "failed", "test_a[#2]": "passed"}


def test_a_forged_journal_harms_only_its_author(tmp_path: Path) -> None:
    suite = """
import pathlib
def test_a():
    journal = pathlib.Path.cwd().parent / "takehome" / "journal"
    with journal.open("ab") as file:
        file.write(b'\\xff{\\n[1]\\n{"test": 1, "outcome": 2}\\n')
"""
    result = ran(tmp_path, {"test_a.py": suite}, "test_a.py::test_a")
    assert result.outcomes == {"test_a": "passed"}
    assert len(result.document["problems"]) == 1
    assert "not the recorder's" in result.document["problems"][0]
