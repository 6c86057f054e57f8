"""Runs pytest in the current folder and notes what becomes of each test; started by pytests.py.

`python recorder.py PLAN JOURNAL OPTIONS…` keeps the tests that the plan names and appends one
line of JSON to the journal for whatever happens. A file of its own process reads: what a test
does to its interpreter, up to `os._exit`, takes nothing back.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from hashlib import sha256
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

RANKS = ("passed", "skipped", "failed", "error")
OUTCOMES = 1000
PROBLEMS = 20
SECONDS = 1_000_000.0
TEXT_BYTES = 300
"""Of a node id or a problem, as JSON in ASCII: names in any script have room, emoji less of it."""

# Tests replace such functions while they run.
_open, _write, _close, _dumps = os.open, os.write, os.close, json.dumps


class Journal:
    """A file of one JSON document a line, opened for each: tests may close what is open."""

    def __init__(self, path: str) -> None:
        self._path = path

    def note(self, **facts: object) -> None:
        """Append one line."""
        descriptor = _open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            _write(descriptor, (_dumps(facts) + "\n").encode())
        finally:
            _close(descriptor)


class Recorder:
    """The plugin: chooses tests, notes outcomes and problems."""

    def __init__(self, plan: dict[str, Any], root: Path, journal: Journal) -> None:
        self._own = {(path, name) for path, name in plan["own"]}
        self._skip = set(plan["skip"])
        self._last = set(plan["last"])
        self._root = root
        self._journal = journal
        self._outcomes: dict[str, str] = {}
        self._seconds: dict[str, float] = {}
        self._noted: set[str] = set()
        self._left_out: set[str] = set()
        self._problems = 0
        self._names: dict[str, str] = {}

    def pytest_addoption(self, parser: pytest.Parser) -> None:
        """Know the settings of plugins that are switched off: strict configurations are."""
        parser.addini("cache_dir", "not used here")

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_parse(self) -> Generator[None, object, object]:
        """Note what keeps pytest from starting: an option, a plugin, a conftest."""
        try:
            return (yield)
        except Exception as error:
            self._problem(f"{type(error).__name__}: {error}")
            raise

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file that cannot be collected."""
        if report.failed:
            self._problem(f"{report.nodeid}: {_last_error(str(report.longrepr))}")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> Generator[None, object, object]:
        """Choose last, whatever a conftest adds or takes. Names are those of the files' order."""
        collected = len(items)
        self._names = names(items)
        result = yield
        chosen = [item for item in items if self._is_chosen(item)]
        dropped = [item for item in items if not self._is_chosen(item)]
        if dropped:
            config.hook.pytest_deselected(items=dropped)
        items[:] = sorted(chosen, key=self._is_last)
        long = sum(_is_long(plain(self._names.get(item.nodeid, ""))) for item in chosen)
        self._journal.note(collected=collected, selected=len(chosen), shortened=long)
        return result

    def _is_chosen(self, item: pytest.Item) -> bool:
        if self._name(item.nodeid) in self._skip:
            return False
        if not item.path.is_relative_to(self._root):
            return False
        name = getattr(item, "originalname", None) or item.name
        return (item.path.relative_to(self._root).as_posix(), name) in self._own

    def _is_last(self, item: pytest.Item) -> bool:
        return self._name(item.nodeid) in self._last

    def _name(self, node: str) -> str:
        return shortened(self._names.get(node, node))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note an outcome: a bad one at once, a good one when the test has been torn down."""
        outcome: str = report.outcome
        if report.failed and report.when != "call":
            outcome = "error"
        test = self._name(report.nodeid)
        worst = max(self._outcomes.get(test, "passed"), outcome, key=RANKS.index)
        self._outcomes[test] = worst
        self._seconds[test] = self._seconds.get(test, 0.0) + report.duration
        if report.failed or report.when == "teardown":
            self._ended(test, worst)

    def _ended(self, test: str, outcome: str) -> None:
        if len(self._noted) < OUTCOMES or test in self._noted:
            self._noted.add(test)
            # Tests that turn the clock back or stop it take less than nothing.
            seconds = min(max(0.0, self._seconds[test]), SECONDS)
            self._journal.note(test=test, outcome=outcome, seconds=seconds)
        else:
            self._left_out.add(test)
            self._journal.note(left_out=len(self._left_out))

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note who ends the session early: an interrupt or `pytest.exit`."""
        self._problem(excinfo.exconly())

    def pytest_internalerror(self, excrepr: object) -> None:
        """Note an error of a plugin, a conftest's hooks among them."""
        self._problem(_last_error(str(excrepr)))

    def _problem(self, text: str) -> None:
        self._problems += 1
        if self._problems <= PROBLEMS:
            self._journal.note(problem=_beginning(plain(" ".join(text.split())), TEXT_BYTES))


def names(items: list[pytest.Item]) -> dict[str, str]:
    """What to call each item: as pytest does, but a case of a test by its number, `test_x[#2]`.

    What pytest makes of a case's parameters may hold a token or the time, and be another in each
    run.
    """
    cases: Counter[str] = Counter()
    found: dict[str, str] = {}
    for item in items:
        case = getattr(item, "callspec", None)
        test = item.nodeid if case is None else item.nodeid.removesuffix(f"[{case.id}]")
        cases[test] += 1
        found[item.nodeid] = test if case is None else f"{test}[#{cases[test]}]"
    return found


def plain(text: str) -> str:
    """Text that can be sent: half of a surrogate pair is written out."""
    return text.encode("utf-8", "backslashreplace").decode()


def shortened(test: str) -> str:
    """A node id that fits, still telling long ones apart."""
    test = plain(test)
    if not _is_long(test):
        return test
    digest = "~" + sha256(test.encode()).hexdigest()[:16]
    return _beginning(test, TEXT_BYTES - len(digest)) + digest


def _is_long(text: str) -> bool:
    return _sent(text) > TEXT_BYTES


def _sent(text: str) -> int:
    return len(_dumps(text)) - 2


def _beginning(text: str, most: int) -> str:
    """As much of the text as takes so many bytes."""
    ends = accumulate(map(_sent, text[:most]))
    return text[: sum(end <= most for end in ends)]


def _last_error(text: str) -> str:
    """The line of a traceback that says what happened."""
    lines = [line for line in text.splitlines() if line.strip()] or ["no reason was given"]
    raised = [line[1:] for line in lines if line.startswith("E ")]
    return (raised or lines)[-1].strip()


def main() -> int:
    """Run pytest as `python -m pytest` would; its exit code."""
    plan, journal, *options = sys.argv[1:]
    root = Path.cwd()
    sys.path[0] = str(root)
    if find_spec("xdist") is not None:
        # In one process, whatever their configuration says: a worker's outcomes come late.
        options.append("-n0")
    sys.argv = ["pytest", *options]
    recorder = Recorder(json.loads(Path(plan).read_bytes()), root, Journal(journal))
    return int(pytest.main(options, plugins=[recorder]))


if __name__ == "__main__":
    sys.exit(main())
