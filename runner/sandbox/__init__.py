"""The seam to whatever keeps a candidate's code apart from us.

A `Sandbox` opens a `Run`; a run owns volumes and boxes (one box, one container) and leaves
nothing behind when it closes, however it closes. Implementations: `runner.sandbox.docker`
for real runs and `runner.testing.fake` for unit tests; both pass the same
conformance suite (`runner.testing.conformance`).

What a failure means is part of the contract. Whatever the code in a box does is a *result*
(`Ended`). Whatever goes wrong on our side (daemon gone, image missing, volume refused) raises
`SandboxError`, which voids the run and costs nobody points.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol, Self

from runner.errors import InfrastructureError

if TYPE_CHECKING:
    from types import TracebackType

    from runner.model import Isolation, Limits


class SandboxError(InfrastructureError):
    """The sandbox itself failed. Never the fault of the code inside."""


class EngineSilentError(SandboxError):
    """The engine did not answer in time. It is asked for nothing more but the clean-up."""


class Ending(StrEnum):
    """How a box ended, told apart by evidence and never guessed from an exit code.

    `EXITED`: by itself (any exit code). `KILLED`: we were asked to. `TIMEOUT`: our own timer
    fired. `MEMORY`: the kernel's OOM killer acted on this box, as the engine recorded.
    `OUTPUT`: it wrote more than `Limits.output_kib`.
    """

    EXITED = "exited"
    KILLED = "killed"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Resources of a box so far: CPU seconds and peak memory in bytes, by its control group."""

    cpu_seconds: float
    peak_memory_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The end of a box. `exit_code` is None when the engine does not know it."""

    ending: Ending
    exit_code: int | None
    wall_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a box wrote: the first and last bytes of each stream, and how many there were."""

    head: bytes
    tail: bytes
    seen: int

    @property
    def text(self) -> str:
        """Head and tail joined, undecodable bytes escaped, the gap stated."""
        dropped = self.seen - len(self.head) - len(self.tail)
        gap = f"\n… {dropped} bytes left out …\n".encode() if dropped > 0 else b""
        return (self.head + gap + self.tail).decode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A memory-backed volume with hard byte and inode quotas, owned by `uid:gid`."""

    name: str
    size_mib: int
    inodes: int
    uid: int
    gid: int
    mode: int = 0o750


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A volume at an absolute path inside a box."""

    volume: Volume
    target: str
    read_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxSpec:
    """Everything about one box. `role` labels it: `harness`, `subject`, `locker`, `analyser`.

    `network_of` names the box whose loopback it joins; without it the box has a loopback of
    its own and nothing else. `interactive` opens standard input and hands standard output to
    `Box.read_line`; otherwise both streams go to `Box.output`. A box in the `background` gets
    the processor only where others leave it idle, or next to nothing of it.
    """

    role: str
    image: str
    argv: tuple[str, ...]
    uid: int
    gid: int
    limits: Limits
    env: dict[str, str] = field(default_factory=dict)
    mounts: tuple[Mount, ...] = ()
    network_of: Box | None = None
    interactive: bool = False
    workdir: str = "/"
    background: bool = False


Signal = Literal["TERM", "INT", "HUP", "USR1", "USR2", "KILL"]


class Box(Protocol):
    """One running container. Its wall-clock deadline runs from the moment it is started."""

    @property
    def id(self) -> str:
        """A name that is unique on this engine."""

    def write(self, data: bytes) -> None:
        """Write all of `data` to standard input; `SandboxError` when nobody reads it."""

    def read_line(self, timeout: float) -> bytes:
        """One line with its newline from an interactive box's standard output.

        `b""` at the end of the stream; `TimeoutError` after `timeout` seconds without a whole
        line; `SandboxError` for a line over 16 MiB.
        """

    def signal(self, name: Signal) -> None:
        """Send a signal to the box's first process; nothing happens when it has ended."""

    def wait(self, timeout: float) -> Ended | None:
        """How the box ended, or None when it still runs after `timeout` seconds."""

    def kill(self) -> Ended:
        """Kill every process in the box and say how it ended (earlier endings are kept)."""

    def output(self) -> Output:
        """Standard output and error in order of arrival (an interactive box: error only)."""

    def usage(self) -> Usage | None:
        """Resources so far, the last known ones after the end, None when never known."""

    def remove(self) -> None:
        """Kill the box if it runs, then leave nothing of it. Safe to call twice."""


class Run(Protocol):
    """The resources of one grading, all of them labelled with its id and expiry."""

    @property
    def id(self) -> str:
        """Random, made by us, safe in file and container names."""

    def volume(self, volume: Volume) -> None:
        """Make the volume. It keeps its content while at least one box mounts it."""

    def start(self, spec: BoxSpec) -> Box:
        """Make and start a box. If starting fails, nothing of it remains."""

    def stop(self) -> None:
        """Kill every box; none can be started any more (`SandboxError`).

        Threads that wait for a box get on then, so that they can end before the run is left.
        """

    def __enter__(self) -> Self:
        """Open the run."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Kill every box and remove every resource of this run, also after an error."""


class Sandbox(Protocol):
    """An engine that can open runs."""

    def isolation(self) -> Isolation:
        """What the engine provides, measured. Refuses with `SandboxError` when too weak."""

    def open(self, *, ttl_seconds: float) -> Run:
        """A new run; `takehome gc` may remove what is left of it after `ttl_seconds`."""
