"""A sandbox without walls: plain processes on this machine.

For the benchmark's comparison and for authors who try their own solutions quickly. It keeps
nothing apart, so the product cannot choose it: grading a submission always needs Docker. What
is an image elsewhere is the path of a Python interpreter here, empty for the one that runs.
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
from runner.model import Isolation, IsolationLevel
from runner.sandbox import BoxSpec, Ended, Ending, Output, SandboxError, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from runner.sandbox import Signal, Volume

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "runner" / "images"
IN_IMAGE = "/opt/takehome/"
PROGRAM = f"{IN_IMAGE}program.py"

COMMAND = r"""
mark=$1; shift
"$@" </dev/null
printf '\n%s %d\n' "$mark" $? >&2
exec sleep 600
"""
"""What `program.py` does in a container, without ending every process that it can see."""

READER_SECONDS = 5.0
"""How long the last lines of a dead process may take to be read."""

LOOPBACK = 'ip link set lo up && exec "$@"'
MEASURED = "import os, takehome_coverage as it; it.VARIABLE in os.environ and it.start()\n"
"""Run at each start of Python, as the `.pth` file of the image is."""


def placed(value: str, targets: dict[str, str], home: str) -> str:
    """A variable's value with folders of this machine in it where it names places of a box."""
    # First, since folders of this machine may be in its own: boxes share nothing there.
    for place in ("/tmp", "/data", "/given"):
        folder = targets.get(place, home)
        value = folder if value == place else value.replace(f"{place}/", f"{folder}/")
    return value


def _found(word: str, targets: dict[str, str]) -> str:
    """A word of a command with a folder of this machine in place of one of a box."""
    for place, folder in targets.items():
        if word == place or word.startswith(f"{place}/"):
            return folder + word.removeprefix(place)
    return word


class BareBox:
    """One process group."""

    def __init__(self, spec: BoxSpec, places: dict[str, Path], prefix: Sequence[str] = ()) -> None:
        """Start the process with the volumes' folders in place of the mounts.

        `prefix` is a command that starts it.
        """
        self.id = uuid.uuid4().hex[:12]
        self._begun = time.monotonic()
        self._ended: Ended | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the box
        self._lines: queue.Queue[bytes] = queue.Queue()
        targets = {m.target: str(places[m.volume.name]) for m in spec.mounts}
        python = spec.image or sys.executable
        home = tempfile.mkdtemp(prefix="bare-")
        self._home = Path(home)
        self._lay_out(targets)
        environment = self._environment(spec, targets, home)
        self._process = subprocess.Popen(
            [*prefix, *(_found(word, targets) for word in self._arguments(spec.argv, python))],
            cwd=targets.get(spec.workdir, home),
            env=environment,
            stdin=subprocess.PIPE if spec.interactive else subprocess.DEVNULL,
            stdout=subprocess.PIPE if spec.interactive else self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        if spec.interactive:
            self._reader.start()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def _lay_out(self, targets: dict[str, str]) -> None:
        """The slots of a harness, which finds them by their names in one folder."""
        for target, folder in targets.items():
            if target.startswith("/slots/"):
                place = self._home / target.removeprefix("/")
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(folder)

    @staticmethod
    def _arguments(argv: Sequence[str], python: str) -> list[str]:
        known = {"/opt/venv/bin/python": python, "python": python, "-I": "-P"}
        words = [known.get(word, word).replace(IN_IMAGE, f"{IMAGES}/") for word in argv]
        if PROGRAM in argv:
            return ["sh", "-c", COMMAND, "sh", *words[argv.index(PROGRAM) + 1 :]]
        return words

    @staticmethod
    def _environment(spec: BoxSpec, targets: dict[str, str], home: str) -> dict[str, str]:
        values = {name: placed(value, targets, home) for name, value in spec.env.items()}
        near = str(Path(spec.image).parent) + os.pathsep if spec.image else ""
        own = {"PATH": near + os.environ["PATH"], "HOME": home, "PYTHONDONTWRITEBYTECODE": "1"}
        paths = {
            "TAKEHOME_SRC": targets.get("/src", ""),
            "TAKEHOME_CONTROL": targets.get("/control", ""),
            "TAKEHOME_DATA": targets.get("/data", ""),
            "TAKEHOME_IN": targets.get("/in", ""),
            "TAKEHOME_OUT": targets.get("/out", ""),
            "TAKEHOME_GIVEN": targets.get("/given", ""),
            "TAKEHOME_SLOTS": f"{home}/slots",
            "TAKEHOME_TMP": home,
            "TAKEHOME_SUITE": f"{home}/suite",
        }
        python = {}
        if spec.role == "tests":
            (Path(home) / "start").mkdir()
            (Path(home) / "start" / "sitecustomize.py").write_text(MEASURED, encoding="utf-8")
            python = {"PYTHONPATH": f"{IMAGES}:{home}/start"}
        elif spec.role != "subject":
            python = {"PYTHONPATH": str(ROOT)}
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
        """CPU of the first process and of those that it waited for; of memory nothing is known."""
        try:
            stat = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii")
        except OSError:
            return None
        ticks = stat.rpartition(")")[2].split()[11:15]
        seconds = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
        return Usage(cpu_seconds=seconds, peak_memory_bytes=0)

    def remove(self) -> None:
        """Kill and clean up."""
        self.kill()
        if self._reader.ident is not None:
            self._reader.join(READER_SECONDS)
        for stream in (self._log, self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # what nobody has read any more
                if stream is not None:
                    stream.close()
        shutil.rmtree(self._home, ignore_errors=True)


class BareRun:
    """Folders in place of volumes."""

    def __init__(self, *, apart: bool) -> None:
        """Make the root folder; `apart` gives each box that joins no other one a loopback."""
        self._apart = apart
        self._pids: dict[str, int] = {}
        self._stopped = False
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
        if self._stopped:
            raise SandboxError("The run has been stopped")
        box = BareBox(spec, self._places, self._network(spec) if self._apart else ())
        self._boxes.append(box)
        self._pids[box.id] = box.pid
        return box

    def _network(self, spec: BoxSpec) -> tuple[str, ...]:
        """How to start a process on a loopback of its own, or on that of another box."""
        if spec.network_of is not None:
            return ("nsenter", f"--net=/proc/{self._pids[spec.network_of.id]}/ns/net", "--")
        return ("unshare", "--net", "--", "sh", "-c", LOOPBACK, "sh")

    def stop(self) -> None:
        """Kill all, and start none any more."""
        self._stopped = True
        for box in self._boxes:
            box.kill()

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
    """The same interface, none of the isolation.

    Several harnesses of one run need the same ports: `apart` has Linux give each a loopback of its
    own, for which one has to be root.
    """

    def __init__(self, *, apart: bool = False) -> None:
        """Nothing is started yet."""
        self._apart = apart

    def isolation(self) -> Isolation:
        """None."""
        return Isolation(engine="none", version="", runtime="process", level=IsolationLevel.NONE)

    def open(self, *, ttl_seconds: float) -> BareRun:
        """A new run."""
        del ttl_seconds
        return BareRun(apart=self._apart)
