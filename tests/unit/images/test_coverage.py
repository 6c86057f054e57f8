"""Which lines a candidate's tests run, in their own process and in those that they start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.images.own_tests import Repository, ran

if TYPE_CHECKING:
    from pathlib import Path

SERVICE = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()

    def never_called(self):
        return 1


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
"""

SUITE = """
import os, signal, subprocess, sys, urllib.request
import pytest

def started(name, **options):
    command = [sys.executable, f"{name}.py"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)
    urllib.request.urlopen(f"http://127.0.0.1:{int(process.stdout.readline())}/").close()
    return process

def test_terminated():
    process = started("terminated")
    process.terminate()
    assert process.wait(20) == -signal.SIGTERM

def test_killed():
    process = started("killed")
    process.kill()
    assert process.wait(20) == -signal.SIGKILL

def test_group():
    process = started("group", start_new_session=True)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait(20) == -signal.SIGKILL

def test_scratch():
    process = started("scratch", env={"PYTHONPATH": os.environ["PYTHONPATH"]})
    process.send_signal(signal.SIGKILL)
    assert process.wait(20) == -signal.SIGKILL

def test_left_running():
    started("left_running")

def test_ended():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    process.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)

def test_forked():
    if not (pid := os.fork()):
        import forked
        os._exit(forked.CODE)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 3
"""


def test_services_count_however_they_end(tmp_path: Path) -> None:
    services = ("terminated", "killed", "group", "scratch", "left_running")
    tests = (*services, "ended", "forked")
    files = {f"{name}.py": SERVICE for name in services}
    files |= {"forked.py": "CODE = 3\n", "test_all.py": SUITE}
    own = [f"test_all.py::test_{name}" for name in tests]
    result = ran(tmp_path, files, *own, coverage=True)

    assert result.outcomes == {f"test_{name}": "passed" for name in tests}, result.said
    never_called = SERVICE.splitlines().index("        return 1") + 1
    missing = {path: lines["missing"] for path, lines in result.coverage.items()}
    assert missing.pop("forked.py") == []
    # A function that forks goes on unseen in its child; those that it calls do not.
    first = SUITE.splitlines().index("        import forked") + 1
    assert missing.pop("test_all.py") == [first, first + 1]
    assert missing == {f"{name}.py": [never_called] for name in services}


def test_their_configuration_has_no_effect(tmp_path: Path) -> None:
    files = {
        ".coveragerc": "[run]\nomit = *\nplugins = nowhere_at_all\n",
        "pyproject.toml": "[tool.coverage.run]\nomit = ['*']\n",
        "app/main.py": "def used(): return 1\ndef no():  # pragma: no cover\n    return (\n2)\n",
        "app/unused.py": "# nothing imports this\nVALUE = 1\nif VALUE:\n    VALUE = 2\n",
        "app/broken.py": "def (:\n",
        "test_a.py": "from app.main import used\ndef test_a(): assert used()\n",
    }
    repository = Repository(tmp_path, files)
    result = repository.run("test_a.py::test_a", coverage=True)
    assert result.outcomes == {"test_a": "passed"}
    assert result.coverage == {
        "app/main.py": {"executed": [1, 2], "missing": [3]},
        "app/unused.py": {"executed": [], "missing": [2, 3, 4]},
        "test_a.py": {"executed": [1, 2], "missing": []},
    }


def test_nothing_is_measured_unless_asked_for(tmp_path: Path) -> None:
    suite = "import os, sys\ndef test_a(): assert not any('coverage' in m for m in sys.modules)\n"
    result = ran(tmp_path, {"test_a.py": suite}, "test_a.py::test_a")
    assert result.outcomes == {"test_a": "passed"}
    assert result.coverage == {}


def test_tests_that_kill_pytest_are_measured(tmp_path: Path) -> None:
    suite = (
        "import os\nimport app\ndef test_a(): pass\ndef test_b():\n    os.kill(os.getpid(), 9)\n"
    )
    files = {"app.py": "VALUE = 1\n", "test_a.py": suite}
    result = ran(tmp_path, files, "test_a.py::test_a", "test_a.py::test_b", coverage=True)
    assert result.document["exit"] == 137
    assert result.coverage["app.py"] == {"executed": [1], "missing": []}


def test_a_run_without_a_test_has_a_coverage_too(tmp_path: Path) -> None:
    files = {"app.py": "VALUE = 1\n", "conftest.py": "import nowhere_at_all\n"}
    result = ran(tmp_path, files, coverage=True)
    assert result.coverage["app.py"] == {"executed": [], "missing": [1]}
