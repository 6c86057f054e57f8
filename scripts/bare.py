"""A sandbox without walls: plain processes on this machine.

For the benchmark's comparison and for authors who try their own solutions quickly. It keeps
nothing apart, so the product cannot choose it: grading a submission always needs Docker.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Self

from runner.analyser.typecheck import CACHE_VARIABLE
from runner.model import Isolation
from runner.sandbox import BoxSpec, Ended, Ending, Output, Usage

if TYPE_CHECKING:
    from types import TracebackType

    from runner.sandbox import Signal, Volume

ROOT = Path(__file__).resolve().parent.parent
LAUNCHER = ROOT / "runner" / "images" / "launcher.py"


class BareBox:
    """One process group."""

    def __init__(self, spec: BoxSpec, places: dict[str, Path]) -> None:
        """Start the process with the volumes' folders in place of the mounts."""
        self.id = uuid.uuid4().hex[:12]
        self._begun = time.monotonic()
        self._ended: Ended | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the box
        self._lines: queue.Queue[bytes] = queue.Queue()
        targets = {m.target: str(places[m.volume.name]) for m in spec.mounts}
        home = tempfile.mkdtemp(prefix="bare-")
        self._home = Path(home)
        environment = self._environment(spec, targets, home)
        self._process = subprocess.Popen(
            [self._argument(word) for word in spec.argv],
            cwd=targets.get(spec.workdir, home),
            env=environment,
            stdin=subprocess.PIPE if spec.interactive else subprocess.DEVNULL,
            stdout=subprocess.PIPE if spec.interactive else self._log,
            stderr=self._log,
            start_new_session=True,
        )
        if spec.interactive:
            threading.Thread(target=self._read, daemon=True).start()

    @staticmethod
    def _argument(word: str) -> str:
        known = {"/opt/venv/bin/python": sys.executable, "-I": "-P"}
        return str(LAUNCHER) if word.endswith("/launcher.py") else known.get(word, word)

    @staticmethod
    def _environment(spec: BoxSpec, targets: dict[str, str], home: str) -> dict[str, str]:
        values = {
            k: v.replace("/data/", f"{targets.get('/data', home)}/") for k, v in spec.env.items()
        }
        own = {"PATH": os.environ["PATH"], "HOME": home, "PYTHONDONTWRITEBYTECODE": "1"}
        paths = {
            "TAKEHOME_SRC": targets.get("/src", ""),
            "TAKEHOME_CONTROL": targets.get("/control", ""),
            "TAKEHOME_DATA": targets.get("/data", ""),
            "TAKEHOME_SUITE": f"{home}/suite",
        }
        python = {"PYTHONPATH": str(ROOT)} if spec.role != "subject" else {}
        cache = {name: os.environ[name] for name in (CACHE_VARIABLE,) if name in os.environ}
        return own | python | paths | cache | {"TMPDIR": home} | values

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(b"")

    def write(self, data: bytes) -> None:
        """Write to standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def read_line(self, timeout: float) -> bytes:
        """A line of standard output."""
        try:
            return self._lines.get(timeout=timeout)
        except queue.Empty as error:
            raise TimeoutError from error

    def signal(self, name: Signal) -> None:
        """Signal the first process."""
        self._process.send_signal(getattr(signal, f"SIG{name}"))

    def wait(self, timeout: float) -> Ended | None:
        """How it ended, if it has."""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        wall = time.monotonic() - self._begun
        self._ended = self._ended or Ended(ending=Ending.EXITED, exit_code=code, wall_seconds=wall)
        return self._ended

    def kill(self) -> Ended:
        """Kill the group."""
        earlier = self.wait(0.0)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        wall = time.monotonic() - self._begun
        return earlier or Ended(ending=Ending.KILLED, exit_code=None, wall_seconds=wall)

    def output(self) -> Output:
        """Everything it wrote."""
        self._log.seek(0)
        data = self._log.read()
        return Output(head=data, tail=b"", seen=len(data))

    def usage(self) -> Usage | None:
        """Nothing is measured."""
        return None

    def remove(self) -> None:
        """Kill and clean up."""
        self.kill()
        shutil.rmtree(self._home, ignore_errors=True)


class BareRun:
    """Folders in place of volumes."""

    def __init__(self) -> None:
        """Make the root folder."""
        self.id = uuid.uuid4().hex[:12]
        self._root = Path(tempfile.mkdtemp(prefix="bare-run-"))
        self._places: dict[str, Path] = {}
        self._boxes: list[BareBox] = []

    def volume(self, volume: Volume) -> None:
        """A folder."""
        self._places[volume.name] = self._root / volume.name
        self._places[volume.name].mkdir()

    def start(self, spec: BoxSpec) -> BareBox:
        """A process."""
        box = BareBox(spec, self._places)
        self._boxes.append(box)
        return box

    def __enter__(self) -> Self:
        """The run itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Kill all and remove the folders."""
        for box in self._boxes:
            box.remove()
        shutil.rmtree(self._root, ignore_errors=True)


class BareSandbox:
    """The same interface, none of the isolation."""

    def isolation(self) -> Isolation:
        """None."""
        return Isolation(engine="none", version="", runtime="process")

    def open(self, *, ttl_seconds: float) -> BareRun:
        """A new run."""
        del ttl_seconds
        return BareRun()
