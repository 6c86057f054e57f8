"""Starts coverage in every Python process of a measured run; in the subject, trusted by nobody.

`takehome_coverage.pth` calls `start` when Python starts in an environment that names coverage's
configuration, so that the service which a candidate's tests start is measured, and its workers.
The program and its tests notice nothing: a child whose environment was made from scratch is
measured too, and one that is killed writes what was measured and then dies by the same signal.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

CONFIGURATION = """\
[run]
source = {source}
data_file = {data}
parallel = true
core = ctrace
concurrency = {concurrency}
patch = _exit, execv, fork
sigterm = true
disable_warnings =
    already-imported
    couldnt-parse
    module-not-imported
    module-not-measured
    no-data-collected
    trace-changed
[report]
exclude_lines =
"""
"""Of a measurement: what to look at, where the data go, what to follow."""

VARIABLE = "COVERAGE_PROCESS_START"
WRITE = int(signal.SIGRTMAX) - 3
"""Asks a measured process to write what it measured and to kill itself.

SIGTERM would do that too, but it lets a service finish its work first: a test that kills one
while an order is being paid would see another service than the one that it has to judge.
"""
PATIENCE_SECONDS = 5.0
PAUSE_SECONDS = 0.01
ENDED = frozenset({"Z", "X"})

_popen = subprocess.Popen.__init__
_kill = os.kill
_killpg = os.killpg


def start() -> None:
    """Measure this process and the Python processes that it starts, however they end."""
    # Not at the top: whoever asks `end` only needs none of it.
    import coverage  # noqa: PLC0415

    # Does nothing where the file that comes with coverage was first.
    coverage.process_startup()
    signal.signal(WRITE, _write_and_die)
    subprocess.Popen.__init__ = _started  # type: ignore[method-assign]
    os.kill = _killed
    os.killpg = _group_killed


def end(pids: Iterable[int]) -> set[int]:
    """Have those of `pids` that are measured write and die; which they were."""
    asked = {pid for pid in pids if _is_measured(pid)}
    for pid in asked:
        with suppress(ProcessLookupError):
            _kill(pid, WRITE)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(map(_is_measured, asked)) and time.monotonic() < deadline:
        time.sleep(PAUSE_SECONDS)
    return asked


def processes() -> list[int]:
    """Every process that can be seen from here."""
    with os.scandir("/proc") as entries:
        return [int(entry.name) for entry in entries if entry.name.isdigit()]


def started_with(configuration: str) -> list[int]:
    """Processes whose environment names this configuration."""
    entry = f"{VARIABLE}={configuration}".encode()
    found = []
    for pid in processes():
        # Another one has ended meanwhile, or is not ours to look into.
        with suppress(OSError), open(f"/proc/{pid}/environ", "rb") as file:  # noqa: PTH123
            if entry in file.read().split(b"\0"):
                found.append(pid)
    return found


def _is_measured(pid: int) -> bool:
    """Whether a process runs and waits for `WRITE`; no where the kernel does not say."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:  # noqa: PTH123
            status = dict(line.split(":", 1) for line in file)
    except OSError:
        return False  # It has ended.
    # One that has ended and that nobody has waited for still says what it caught.
    is_running = status["State"].split()[0] not in ENDED
    return is_running and bool(int(status.get("SigCgt", "0"), 16) >> (WRITE - 1) & 1)


def _write_and_die(_number: int, _frame: object) -> None:
    from coverage import Coverage  # noqa: PLC0415

    try:
        while (measured := Coverage.current()) is not None:
            measured.stop()
            measured.save()
    finally:
        _kill(os.getpid(), signal.SIGKILL)


def _started(self: Any, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - as Popen's own
    """Start a process; an environment made from scratch lacks what starts coverage in it."""
    given = options.get("env")
    if given is not None and VARIABLE in os.environ:
        options["env"] = {VARIABLE: os.environ[VARIABLE], **given}
    _popen(self, *arguments, **options)


def _killed(pid: int, number: int) -> None:
    """`os.kill`, which `Popen.kill` and the like of multiprocessing and asyncio call."""
    written = end([pid]) if number == signal.SIGKILL and pid > 0 else set()
    try:
        _kill(pid, number)
    except ProcessLookupError:
        if pid not in written:
            raise


def _group_killed(group: int, number: int) -> None:
    """`os.killpg`."""
    written = end(_members(group)) if number == signal.SIGKILL else set()
    try:
        _killpg(group, number)
    except ProcessLookupError:
        if not written:
            raise


def _members(group: int) -> list[int]:
    found = []
    for pid in processes():
        with suppress(ProcessLookupError):
            if os.getpgid(pid) == (group or os.getpgrp()):
                found.append(pid)
    return found
