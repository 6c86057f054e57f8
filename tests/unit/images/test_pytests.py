"""Which of a candidate's tests run, and how: the choice, the copy, the configuration."""

from __future__ import annotations

import os
import py_compile
import signal
from typing import TYPE_CHECKING

from runner.harness.own_tests import STOP
from tests.unit.images.own_tests import Repository, ran

if TYPE_CHECKING:
    from pathlib import Path

MIXED = """
import pathlib, unittest
import pytest

@pytest.fixture
def foreign():
    raise RuntimeError("a test that is not to run was set up")

def test_plain(): pass

def test_foreign(foreign): pass

@pytest.mark.parametrize("number", [1, 2])
def test_cases(number): assert number < 2

class TestGroup:
    def test_method(self): pass
    def test_foreign_method(self, foreign): pass

class Case(unittest.TestCase):
    def test_unit(self): pass
    def test_foreign_unit(self): self.fail("not to run")
"""


def test_the_named_tests_run_and_no_other_one(tmp_path: Path) -> None:
    files = {"tests/test_mixed.py": MIXED, "tests/test_other.py": MIXED}
    own = ("test_plain", "test_cases", "test_method", "test_unit")
    result = ran(tmp_path, files, *(f"tests/test_mixed.py::{name}" for name in own))

    assert result.document == {
        "exit": 1,
        "without_addopts": False,
        "collected": 16,
        "selected": 5,
        "outcomes": {
            "tests/test_mixed.py::test_plain": "passed",
            "tests/test_mixed.py::test_cases[#1]": "passed",
            "tests/test_mixed.py::test_cases[#2]": "failed",
            "tests/test_mixed.py::TestGroup::test_method": "passed",
            "tests/test_mixed.py::Case::test_unit": "passed",
        },
        "left_out": 0,
        "shortened": 0,
        "forged": False,
        "problems": [],
    }


def test_tests_can_be_left_out_by_their_id(tmp_path: Path) -> None:
    own = ("tests/test_mixed.py::test_cases", "tests/test_mixed.py::test_plain")
    skip = ["tests/test_mixed.py::test_cases[#2]", "tests/test_mixed.py::test_gone"]
    result = ran(tmp_path, {"tests/test_mixed.py": MIXED}, *own, skip=skip)
    assert result.outcomes == {"test_plain": "passed", "test_cases[#1]": "passed"}
    assert result.document["exit"] == 0


def test_nothing_to_run_is_told_by_the_exit_code(tmp_path: Path) -> None:
    result = ran(tmp_path, {"tests/test_mixed.py": MIXED})
    assert (result.document["exit"], result.document["selected"], result.outcomes) == (5, 0, {})


def test_the_first_failure_is_said_while_the_others_run(tmp_path: Path) -> None:
    suite = """
import time
def test_good(): pass
def test_bad(): assert False
def test_hangs(): time.sleep(600)
"""
    repository = Repository(tmp_path, {"test_a.py": suite})
    repository.plan([f"test_a.py::test_{name}" for name in ("good", "bad", "hangs")])
    with repository.start() as process:
        assert process.stdout is not None
        said = iter(process.stdout.readline, "")
        assert any(line == f"{STOP}\n" for line in said)
        # What failed has been written by then.
        document = repository.document("outcomes.json")
        os.killpg(process.pid, signal.SIGKILL)

    assert document["outcomes"] == {
        "test_a.py::test_good": "passed",
        "test_a.py::test_bad": "failed",
    }


def test_where_nothing_fails_nothing_is_said(tmp_path: Path) -> None:
    suite = "import pytest\ndef test_a(): pass\ndef test_b(): pytest.skip('x')\n"
    result = ran(tmp_path, {"test_a.py": suite}, "test_a.py::test_a", "test_a.py::test_b")

    assert STOP not in result.said


def test_the_repository_comes_first_and_its_configuration_counts(tmp_path: Path) -> None:
    files = {
        "app.py": "VALUE = 1\n",
        "pytest.ini": "[pytest]\ntestpaths = checks\npython_functions = check_*\naddopts = -n 2\n",
        "conftest.py": "import pytest\n@pytest.fixture\ndef one(): return 1\n",
        "checks/test_app.py": """
import os, sys
import app

def check_it(one):
    assert app.VALUE == one
    assert sys.path.index(os.getcwd()) == 1  # after the folder of this file
    assert "PYTEST_XDIST_WORKER" not in os.environ
""",
    }
    result = ran(tmp_path, files, "checks/test_app.py::check_it")
    assert result.outcomes == {"check_it": "passed"}
    assert not result.document["without_addopts"]


def test_options_of_a_plugin_that_is_not_here_are_left_out(tmp_path: Path) -> None:
    for number, addopts in enumerate(("--cov=app", "-p nowhere_at_all", "--no-such-option")):
        root = tmp_path / str(number)
        root.mkdir()
        files = {"pytest.ini": f"[pytest]\naddopts = {addopts}\n", "test_a.py": "def test_a(): 0"}
        result = ran(root, files, "test_a.py::test_a")
        assert result.outcomes == {"test_a": "passed"}, addopts
        assert result.document["without_addopts"], addopts
        assert result.document["exit"] == 0, addopts


def test_a_file_that_cannot_be_collected_hides_no_other(tmp_path: Path) -> None:
    files = {
        "tests/test_broken.py": "import nowhere_at_all\n",
        "tests/test_syntax.py": "def test_(:\n",
        "tests/test_good.py": "def test_good(): pass\n",
    }
    result = ran(tmp_path, files, "tests/test_good.py::test_good")
    assert result.outcomes == {"test_good": "passed"}
    assert result.document["exit"] == 1
    first, second = result.document["problems"]
    assert first == ("tests/test_broken.py: ModuleNotFoundError: No module named 'nowhere_at_all'")
    assert second.startswith("tests/test_syntax.py: ")


def test_a_conftest_that_breaks_is_a_problem(tmp_path: Path) -> None:
    files = {"conftest.py": "import nowhere_at_all\n", "test_a.py": "def test_a(): pass\n"}
    result = ran(tmp_path, files, "test_a.py::test_a")
    assert result.document["exit"] == 4
    (problem,) = result.document["problems"]
    assert "conftest.py" in problem
    assert "nowhere_at_all" in problem


def test_a_setting_that_pytest_refuses_is_a_problem(tmp_path: Path) -> None:
    files = {"pytest.ini": "[pytest]\nminversion = 999\n", "test_a.py": "def test_a(): pass\n"}
    result = ran(tmp_path, files, "test_a.py::test_a")
    assert result.document["exit"] == 4
    assert "minversion" in result.document["problems"][0]


def test_a_compiled_file_hides_no_source(tmp_path: Path) -> None:
    suite = "from app import main\ndef test_it(): assert main.VALUE == 2\n"
    files = {"app/main.py": "VALUE = 1\n", "test_it.py": suite}
    repository = Repository(tmp_path, files)
    module = tmp_path / "in" / "src" / "app" / "main.py"
    # As committed by somebody who wants the source to be ignored.
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(module), invalidation_mode=unchecked)
    module.write_text("VALUE = 2\n")

    assert repository.run("test_it.py::test_it").outcomes == {"test_it": "passed"}


def test_no_link_is_followed_and_no_environment_copied(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key.py").write_text("")
    suite = """
import pathlib
def test_it():
    found = {path.as_posix() for path in pathlib.Path().rglob("*") if path.is_file()}
    assert {name for name in found if "__pycache__" not in name} == {"kept/a.txt", "test_it.py"}
    pathlib.Path("kept/a.txt").write_text("tests may write where they run")
"""
    files = {
        "test_it.py": suite,
        "kept/a.txt": "",
        ".git/config": "",
        ".venv/a.py": "",
        "mine/pyvenv.cfg": "",
        "mine/lib/a.py": "",
    }
    repository = Repository(tmp_path, files)
    source = tmp_path / "in" / "src"
    (source / "link").symlink_to(tmp_path / "secret")
    (source / "kept" / "link.py").symlink_to(tmp_path / "secret" / "key.py")
    (source / "loop").symlink_to(source)
    os.mkfifo(source / "pipe")
    (source / "kept" / "a.txt").chmod(0o400)

    assert repository.run("test_it.py::test_it").outcomes == {"test_it": "passed"}


def test_plugins_are_there_for_who_uses_them(tmp_path: Path) -> None:
    suite = """
import time
import httpx2, pytest
from freezegun import freeze_time
from hypothesis import given, strategies
pytestmark = pytest.mark.timeout(30)

def test_faker(faker): assert faker.name()

@given(strategies.integers())
def test_hypothesis(number): assert isinstance(number, int)

def test_respx(httpx2_mock):
    httpx2_mock.get("http://upstream/").respond(json=1)
    assert httpx2.get("http://upstream/").json() == 1

def test_mock(mocker):
    mocker.patch("builtins.open", side_effect=OSError)
    mocker.patch("os.open", side_effect=OSError)
    mocker.patch("json.dumps", side_effect=OSError)
    assert False

@freeze_time("2031-05-01")
def test_time(): assert time.localtime().tm_year == 2031

@pytest.mark.anyio
async def test_anyio(): pass

@pytest.mark.asyncio
async def test_asyncio(): pass
"""
    names = ["faker", "hypothesis", "respx", "mock", "time", "anyio", "asyncio"]
    result = ran(tmp_path, {"test_all.py": suite}, *(f"test_all.py::test_{n}" for n in names))
    outcomes = {name.partition("[")[0]: how for name, how in result.outcomes.items()}
    assert outcomes == {
        "test_faker": "passed",
        "test_hypothesis": "passed",
        "test_respx": "passed",
        "test_mock": "failed",
        "test_time": "passed",
        "test_anyio": "passed",
        "test_asyncio": "passed",
    }


def test_a_submission_that_cannot_be_copied_is_told(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {})
    (tmp_path / "in" / "src").rmdir()
    result = repository.run()
    assert result.code == 1
    assert f"cannot be run to their end: [Errno 2] No such file or directory: '{tmp_path}" in (
        result.said
    )
    assert result.document == {}
