"""Start a tool on the candidate's sources and keep it within time, output and memory.

The only module of the analyser that starts processes.
"""

from __future__ import annotations

import os
import resource
import selectors
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, ParamSpec, TypeVar

from runner.analyser import limits
from runner.analyser.collect import cut
from runner.analyser.document import ToolRun
from runner.analyser.refusals import told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

P = ParamSpec("P")
R = TypeVar("R")

_ENVIRONMENT = {
    "PATH": os.defpath,
    "HOME": "/nonexistent",  # no tool looks for configuration among the candidate's files
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "NO_COLOR": "1",
}
_CHUNK = 1 << 16
_ERROR_BYTES = 4096
_REASON_CHARACTERS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """What one run may take: wall-clock seconds, bytes of output, bytes of address space."""

    seconds: float = limits.TOOL_SECONDS
    output_bytes: int = limits.TOOL_OUTPUT_BYTES
    memory_bytes: int = limits.TOOL_MEMORY_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Output of a tool and how it ended. `code` is None when we ended it."""

    output: bytes
    error: str
    code: int | None
    exceeded: str
    seconds: float

    def run(self, *, crashed: str = "") -> ToolRun:
        """The ending as a part of the document; `crashed` is the tool's own failure."""
        if self.exceeded:
            state = "timeout" if "seconds" in self.exceeded else "overflow"
            return ToolRun.model_validate(
                {"state": state, "reason": self.exceeded, "seconds": self.seconds}
            )
        if self.code is not None and self.code < 0:
            reason = f"ended by signal {signal.Signals(-self.code).name} on these sources"
            return ToolRun(state="overflow", reason=reason, seconds=self.seconds)
        if "MemoryError" in self.error:
            reason = "needed more memory than one tool may have"
            return ToolRun(state="overflow", reason=reason, seconds=self.seconds)
        if crashed:
            return ToolRun(state="crashed", reason=crashed, seconds=self.seconds)
        return ToolRun(state="measured", seconds=self.seconds)

    @property
    def last_words(self) -> str:
        """The end of standard error, for a reason."""
        return " ".join(self.error.split())[-_REASON_CHARACTERS:] or f"exit code {self.code}"


def script(name: str) -> str:
    """Path of a tool that is installed beside this interpreter."""
    beside = Path(sysconfig.get_path("scripts")) / name
    return str(beside) if beside.is_file() else shutil.which(name) or name


def run_tool(argv: Sequence[str], folder: Path, ceiling: Ceiling | None = None) -> Finished:
    """Run `argv` in `folder` with a bare environment; always ends within the ceiling."""
    ceiling = ceiling or Ceiling()
    started = time.monotonic()
    try:
        process = subprocess.Popen(  # noqa: S603 - our own tools, the sources are arguments only
            argv,
            cwd=folder,
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        return Finished(output=b"", error=str(error), code=127, exceeded="", seconds=0.0)
    with process:
        resource.prlimit(process.pid, resource.RLIMIT_AS, (ceiling.memory_bytes,) * 2)
        output, said, exceeded = _read(process, started + ceiling.seconds, ceiling)
        exceeded = exceeded or _awaited(process, started + ceiling.seconds, ceiling)
        if exceeded:
            os.killpg(process.pid, signal.SIGKILL)
    return Finished(
        output=output,
        error=said.decode("utf-8", "replace"),
        code=None if exceeded else process.returncode,
        exceeded=exceeded,
        seconds=round(time.monotonic() - started, 3),
    )


def _read(
    process: subprocess.Popen[bytes], deadline: float, ceiling: Ceiling
) -> tuple[bytes, bytes, str]:
    """Both streams until they close, and which limit was exceeded, if any."""
    assert process.stdout is not None  # noqa: S101 - both are pipes by the call above
    assert process.stderr is not None  # noqa: S101
    kept: dict[IO[bytes], bytearray] = {
        process.stdout: bytearray(),
        process.stderr: bytearray(),
    }
    with selectors.DefaultSelector() as selector:
        for stream in kept:
            selector.register(stream, selectors.EVENT_READ)
        exceeded = ""
        while selector.get_map() and not exceeded:
            for key, _ in selector.select(max(0.0, deadline - time.monotonic())):
                chunk = os.read(key.fd, _CHUNK)
                if chunk:
                    kept[key.fileobj] += chunk  # type: ignore[index]  # registered above
                else:
                    selector.unregister(key.fileobj)
            del kept[process.stderr][:-_ERROR_BYTES]
            exceeded = _exceeded(len(kept[process.stdout]), deadline, ceiling)
    return bytes(kept[process.stdout]), bytes(kept[process.stderr]), exceeded


def _awaited(process: subprocess.Popen[bytes], deadline: float, ceiling: Ceiling) -> str:
    """Wait for a tool that has closed its streams; says when it did not end in time."""
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return _exceeded(0, deadline, ceiling)
    return ""


def _exceeded(size: int, deadline: float, ceiling: Ceiling) -> str:
    if size > ceiling.output_bytes:
        return f"reported more than {ceiling.output_bytes // 1024} KiB"
    if time.monotonic() >= deadline:
        return f"did not end within {ceiling.seconds:g} seconds"
    return ""


def attempted(
    broken: Callable[[ToolRun], R], work: Callable[P, R], *arguments: P.args, **named: P.kwargs
) -> R:
    """What `work` makes of a tool's output; when it raises, what `broken` makes of a crash.

    The boundary of the tools: what they print about hostile sources is no form to rely on.
    """
    try:
        return work(*arguments, **named)
    except Exception as error:  # noqa: BLE001 - the boundary
        return broken(ToolRun(state="crashed", reason=cut(told(error))))


def interpreter(*arguments: str) -> tuple[str, ...]:
    """This interpreter, isolated: no file of the working folder can be imported by it."""
    return (sys.executable, "-I", *arguments)
