"""`FakeSandbox`: the sandbox without an engine, for tests of everything above it.

A box runs either a program of `runner.testing.steps` or, when its role has an actor, that
Python function, which plays the container:

    def harness(box):
        job = Job.model_validate_json(box.read_line())
        box.read(job.sources_bytes)
        box.write_line(report.model_dump_json())
        return 0

    sandbox = FakeSandbox({"harness": harness})

It honours limits, quotas, endings and clean-up like a real one, which the conformance suite
checks; it isolates nothing.
"""

from __future__ import annotations

import itertools
import json
import secrets
import threading
from typing import TYPE_CHECKING, Self

from runner.model import Isolation, IsolationLevel
from runner.sandbox import Box, BoxSpec, SandboxError, Volume
from runner.testing.fake_box import Actor, FakeBox, Inside
from runner.testing.fake_program import Interpreter
from runner.testing.fake_world import MIB, Kernel, Loopback, Tmpfs

if TYPE_CHECKING:
    from types import TracebackType

    from runner.testing.steps import Program

IMAGE = "sha256:" + "0" * 64
"""The only image there is."""

_PROGRAM = "steps"
_numbers = itertools.count(1)


def argv(program: Program) -> tuple[str, ...]:
    """The command line of a program."""
    return (_PROGRAM, json.dumps(program))


class FakeSandbox:
    """A `Sandbox` in this process. `runs` keeps every run that was opened, for assertions."""

    def __init__(self, actors: dict[str, Actor] | None = None) -> None:
        self._actors = actors or {}
        self.runs: list[FakeRun] = []

    def isolation(self) -> Isolation:
        """None at all, and it says so."""
        return Isolation(
            engine="fake",
            version="1",
            runtime="threads",
            level=IsolationLevel.NONE,
            facts={"isolated": "no"},
        )

    def open(self, *, ttl_seconds: float) -> FakeRun:
        """A new run; nothing outlives this process, so that nothing needs to expire."""
        del ttl_seconds
        self.runs.append(FakeRun(self._actors))
        return self.runs[-1]


class FakeRun:
    """A `Run` of simulated boxes. `specs` keeps what was started, in order."""

    def __init__(self, actors: dict[str, Actor]) -> None:
        self._actors = actors
        self._id = secrets.token_hex(8)
        self._lock = threading.Lock()
        self._volumes: dict[str, Tmpfs] = {}
        self._loopbacks: dict[str, Loopback] = {}
        self._boxes: list[FakeBox] = []
        self._stopped = False
        self.specs: list[BoxSpec] = []

    @property
    def id(self) -> str:
        """Sixteen random hexadecimal digits."""
        return self._id

    @property
    def leftovers(self) -> int:
        """How many boxes run and volumes exist."""
        running = [box for box in self._boxes if box.wait(0) is None]
        return len(running) + len(self._volumes)

    def volume(self, volume: Volume) -> None:
        """Make the volume; `SandboxError` when the run has one of that name."""
        with self._lock:
            if volume.name in self._volumes:
                raise SandboxError(f"The run has a volume {volume.name!r} already")
            self._volumes[volume.name] = Tmpfs(
                size=volume.size_mib * MIB,
                inodes=volume.inodes,
                uid=volume.uid,
                gid=volume.gid,
                mode=volume.mode,
            )

    def start(self, spec: BoxSpec) -> Box:
        """Make and start a box; `SandboxError` for what an engine would refuse."""
        self._refuse(spec)
        with self._lock:
            if self._stopped:
                raise SandboxError("The run has been stopped")
            name = f"fake-{self._id}-{next(_numbers)}"
            other = spec.network_of
            self._empty_unused()
            loopback = self._loopbacks[other.id] if other is not None else Loopback()
            self._loopbacks[name] = loopback
            kernel = Kernel(spec, self._volumes, loopback)
            box = FakeBox(name, spec, kernel, self._actors.get(spec.role, _interpret))
            self._boxes.append(box)
            self.specs.append(spec)
            box.begin()
        return box

    def stop(self) -> None:
        """Kill every box; none can be started any more."""
        with self._lock:
            self._stopped = True
            boxes = list(self._boxes)
        for box in boxes:
            box.kill()

    def __enter__(self) -> Self:
        """Open the run."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every box, forget every volume."""
        for box in self._boxes:
            box.remove()
        self._volumes.clear()

    def _empty_unused(self) -> None:
        """Like on an engine, the content of a volume goes with the last box that mounts it."""
        running = [box.spec.mounts for box in self._boxes if box.wait(0) is None]
        used = {mount.volume.name for mounts in running for mount in mounts}
        for name in self._volumes.keys() - used:
            self._volumes[name].vanish()

    def _refuse(self, spec: BoxSpec) -> None:
        if not spec.argv or not spec.argv[0]:
            raise SandboxError("A box was given no program to run")
        if spec.image != IMAGE and spec.role not in self._actors:
            raise SandboxError(f"There is no image {spec.image}")
        unknown = [
            mount.volume.name for mount in spec.mounts if mount.volume.name not in self._volumes
        ]
        if unknown:
            raise SandboxError(f"The run has no volume {', '.join(unknown)}")
        if spec.network_of is not None and spec.network_of.wait(0) is not None:
            raise SandboxError("The box whose network is to be joined has ended")


def _interpret(inside: Inside) -> int:
    name, *arguments = inside.spec.argv
    if name != _PROGRAM:
        inside.emit(f"{name}: not found\n".encode(), error=True)
        return 127
    return Interpreter(inside).run(json.loads(arguments[0]))
