"""One container, attached from before its start until after its end.

Three threads belong to a box: the reader drains the attached stream until it ends and then
finds out how the container ended; a timer kills at the deadline; the sampler asks for the use
of resources, because the engine forgets it with the end. The reader never stops
draining for long, because the engine delays the end of a container whose output is not read.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from runner.sandbox import BoxSpec, Ended, Ending, Output, SandboxError, Signal, Usage
from runner.sandbox.docker_calls import explained, explained_unless_gone
from runner.sandbox.streams import STDOUT, Frames, Lines, Ring

if TYPE_CHECKING:
    from docker import APIClient

_CHUNK = 64 * 1024
_WRITE_SECONDS = 60.0
_KILL_SECONDS = 30.0
_GOING = {"removing", "dead"}
_REMOVED: dict[str, Any] = {
    "Running": False,
    "Status": "removing",
    "OOMKilled": False,
    "ExitCode": None,
}
_POLL_FIRST_SECONDS = 0.002
_POLL_LAST_SECONDS = 0.1
_CHECK_SECONDS = 2.0
_SAMPLE_SECONDS = 0.5


class DockerBox:
    """A `Box` on an engine. Made by `DockerRun.start`, which owns its failures until then."""

    def __init__(self, api: APIClient, container: str, spec: BoxSpec) -> None:
        """Attach to the container, which is created and not yet started."""
        self._api = api
        self._container = container
        self._spec = spec
        self._ring = Ring()
        self._lines = Lines()
        self._lock = threading.Lock()
        self._write_lock = threading.Lock()
        self._started_at = time.monotonic()
        self._asked: Ending | None = None
        self._ended: Ended | None = None
        self._failure: SandboxError | None = None
        self._finished = threading.Event()
        self._usage: Usage | None = None
        self._removed = False
        self._stream, self._socket = _attach(api, container, interactive=spec.interactive)
        self._timer = threading.Timer(spec.limits.wall_seconds, self._end, (Ending.TIMEOUT,))
        self._timer.daemon = True
        self._reader = threading.Thread(target=self._read, name=f"box-{spec.role}", daemon=True)
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    @property
    def id(self) -> str:
        """The container's id."""
        return self._container

    def start(self) -> None:
        """Start the container, its reader and its deadline."""
        self._reader.start()
        with explained(f"start the {self._spec.role}"):
            self._api.start(self._container)
        self._started_at = time.monotonic()
        self._timer.start()
        self._sampler.start()

    def write(self, data: bytes) -> None:
        """Write all of `data` to standard input; `SandboxError` when nobody reads it."""
        if not self._spec.interactive:
            raise SandboxError("A box without standard input was written to")
        deadline = time.monotonic() + _WRITE_SECONDS
        view = memoryview(data)
        with self._write_lock, explained(f"write to the {self._spec.role}"):
            while view:
                if self._finished.is_set() or time.monotonic() > deadline:
                    message = "it does not read its standard input"
                    raise TimeoutError(message)
                with suppress(TimeoutError):
                    view = view[self._socket.send(view) :]

    def read_line(self, timeout: float) -> bytes:
        """One line of standard output, `b""` at its end; `TimeoutError` after `timeout` s."""
        line = self._lines.take(timeout)
        if not line and self._failure is not None:
            raise self._failure
        return line

    def signal(self, name: Signal) -> None:
        """Send a signal; nothing happens when the box has ended."""
        if name == "KILL":
            self._note(Ending.KILLED)
        if not self._finished.is_set():
            self._send(f"SIG{name}")

    def wait(self, timeout: float) -> Ended | None:
        """How the box ended, or None when it still runs after `timeout` seconds."""
        if not self._finished.wait(timeout):
            return None
        if self._ended is None:
            raise self._failure or SandboxError(f"The end of the {self._spec.role} is unknown")
        return self._ended

    def kill(self) -> Ended:
        """Kill every process in the box and say how it ended."""
        self._end(Ending.KILLED)
        ended = self.wait(_KILL_SECONDS)
        if ended is None:
            raise SandboxError(
                f"The {self._spec.role} cannot be killed",
                why=f"it runs {_KILL_SECONDS:g} s after SIGKILL",
                do="Look at the engine's log, then run `takehome gc`.",
            )
        return ended

    def output(self) -> Output:
        """The kept part of what the box wrote (an interactive box: to standard error)."""
        return self._ring.output()

    def usage(self) -> Usage | None:
        """CPU and peak memory; the engine is asked while the box runs, which may take 1 s."""
        if not self._finished.is_set():
            with explained_unless_gone(f"measure the {self._spec.role}"):
                stats = self._api.stats(self._container, stream=False, one_shot=True)
                with self._lock:
                    self._usage = merged(self._usage, stats)
        with self._lock:
            return self._usage

    def remove(self) -> None:
        """Kill the box if it runs, then leave nothing of it."""
        with self._lock:
            if self._removed:
                return
        self._note(Ending.KILLED)
        self._timer.cancel()
        self._lines.close()
        with explained_unless_gone(f"remove the {self._spec.role}"):
            self._api.remove_container(self._container, force=True)
        self._close()
        with self._lock:
            self._removed = True

    def _close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if self._reader.ident is not None:
            self._reader.join(_CHECK_SECONDS)
        # The response owns the connection; the stream alone would leave it half open.
        getattr(self._stream, "_response", self._stream).close()
        self._socket.close()

    def _note(self, ending: Ending) -> None:
        with self._lock:
            self._asked = self._asked or ending

    def _end(self, ending: Ending) -> None:
        """Kill for a reason; the first reason counts."""
        if self._finished.is_set():
            return
        self._note(ending)
        try:
            self._send("SIGKILL")
        except SandboxError as error:
            self._fail(error)

    def _send(self, signal: str) -> None:
        with explained_unless_gone(f"signal the {self._spec.role}"):
            self._api.kill(self._container, signal)

    def _read(self) -> None:
        try:
            self._drain()
            self._finish()
        except SandboxError as error:
            self._fail(error)
        finally:
            self._lines.close()
            self._finished.set()
            self._timer.cancel()

    def _drain(self) -> None:
        frames = Frames()
        limit = self._spec.limits.output_kib * 1024
        with explained(f"read what the {self._spec.role} writes"):
            while data := self._receive():
                for stream, piece in frames.feed(data):
                    self._keep(stream, piece)
                if self._ring.seen > limit and self._asked is None:
                    self._note(Ending.OUTPUT)
                    threading.Thread(target=self._end, args=(Ending.OUTPUT,), daemon=True).start()

    def _sample(self) -> None:
        while not self._finished.wait(_SAMPLE_SECONDS):
            try:
                self.usage()
            except SandboxError:
                # A lost engine is reported by the reader, and by `usage` to whoever asks.
                return

    def _receive(self) -> bytes:
        while True:
            try:
                return self._socket.recv(_CHUNK)
            except TimeoutError:
                # The stream is silent; make sure that the container still exists.
                if not self._running():
                    return b""

    def _keep(self, stream: int, piece: bytes) -> None:
        if self._spec.interactive and stream == STDOUT:
            self._lines.put(piece)
        else:
            self._ring.add(piece)

    def _finish(self) -> None:
        pause = _POLL_FIRST_SECONDS
        while (state := self._state())["Running"]:
            time.sleep(pause)
            pause = min(pause * 2, _POLL_LAST_SECONDS)
        wall = time.monotonic() - self._started_at
        with self._lock:
            asked = self._asked
        if state["Status"] in _GOING and asked is None:
            raise SandboxError(
                f"The {self._spec.role} was removed while it ran",
                why="somebody else removed its container",
                do="Grade again, and leave the containers of a running grading alone.",
            )
        self._ended = Ended(
            ending=Ending.MEMORY if state["OOMKilled"] else asked or Ending.EXITED,
            exit_code=state["ExitCode"],
            wall_seconds=wall,
        )

    def _running(self) -> bool:
        return bool(self._state()["Running"])

    def _state(self) -> dict[str, Any]:
        found: dict[str, dict[str, Any]] = {"State": _REMOVED}
        with explained_unless_gone(f"inspect the {self._spec.role}"):
            found = self._api.inspect_container(self._container)
        state: dict[str, Any] = found["State"]
        return state

    def _fail(self, error: SandboxError) -> None:
        with self._lock:
            self._failure = self._failure or error


def merged(before: Usage | None, stats: dict[str, Any]) -> Usage | None:
    """The engine's `stats` as a `Usage`; both numbers only ever grow."""
    cpu = stats.get("cpu_stats", {}).get("cpu_usage", {}).get("total_usage", 0) / 1e9
    memory = stats.get("memory_stats", {})
    # Control groups of version 2 report no maximum through the engine: the largest seen counts.
    peak = max(memory.get("max_usage", 0), memory.get("usage", 0))
    if not cpu and not peak:
        return before
    if before is not None:
        cpu = max(cpu, before.cpu_seconds)
        peak = max(peak, before.peak_memory_bytes)
    return Usage(cpu_seconds=cpu, peak_memory_bytes=peak)


def _attach(api: APIClient, container: str, *, interactive: bool) -> tuple[Any, socket.socket]:
    """The stream object, which keeps the connection alive, and the socket below it."""
    parameters = {"stdin": int(interactive), "stdout": 1, "stderr": 1, "stream": 1}
    with explained("attach to a box"):
        stream = api.attach_socket(container, params=parameters)
    # The object is a file over a local socket and the socket itself over TLS or a pipe.
    connection: socket.socket = getattr(stream, "_sock", stream)
    connection.settimeout(_CHECK_SECONDS)
    return stream, connection
