"""One container, attached from before its start until after its end.

Three threads belong to a box: the reader drains the attached stream until it ends and then
finds out how the container ended; a timer kills at the deadline; the sampler asks for the use
of resources, because the engine forgets it with the end. The reader never stops
draining for long, because the engine delays the end of a container whose output is not read.
"""

from __future__ import annotations

import signal
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from runner.sandbox import (
    BoxSpec,
    Ended,
    Ending,
    EngineSilentError,
    Output,
    SandboxError,
    Signal,
    Usage,
)
from runner.sandbox.docker_calls import explained, explained_unless_gone
from runner.sandbox.docker_events import by_others
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
_END_SECONDS = 30.0
"""How far the ends of a stream and its container may be apart, on a machine that is overloaded."""

_KILLED_CODE = 128 + signal.SIGKILL

_BY_ITSELF = (None, Ending.TIMEOUT)
"""What somebody else did may look like these."""


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
        self._signals = 0
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

    @property
    def failure(self) -> SandboxError | None:
        """What broke between us and the container, None as long as nothing did."""
        return self._failure

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
        with self._lock:
            # Before the engine can record it.
            self._signals += 1
        with explained_unless_gone(f"signal the {self._spec.role}"):
            self._api.kill(self._container, signal)

    def _read(self) -> None:
        try:
            self._finish(ended_by=self._drain())
        except SandboxError as error:
            self._fail(error)
        finally:
            self._lines.close()
            self._finished.set()
            self._timer.cancel()
        if self._failure is not None and not isinstance(self._failure, EngineSilentError):
            with suppress(SandboxError):
                # Nobody watches it any more; what is left of it goes with the run.
                self._send("SIGKILL")

    def _drain(self) -> Ending | None:
        """Take what it writes, to its end; the reason for which it was killed by then, if any."""
        frames = Frames()
        limit = self._spec.limits.output_kib * 1024
        with explained(f"read what the {self._spec.role} writes"):
            while data := self._receive():
                for stream, piece in frames.feed(data):
                    self._keep(stream, piece)
                if self._ring.seen > limit and self._asked is None:
                    self._note(Ending.OUTPUT)
                    threading.Thread(target=self._end, args=(Ending.OUTPUT,), daemon=True).start()
        with self._lock:
            asked = self._asked
        if asked in _BY_ITSELF and not frames.whole:
            raise self._lost("it broke off in the middle of a piece")
        return asked

    def _sample(self) -> None:
        while not self._finished.wait(_SAMPLE_SECONDS):
            try:
                self.usage()
            except SandboxError:
                # A lost engine is reported by the reader, and by `usage` to whoever asks.
                return

    def _receive(self) -> bytes:
        dead = 0.0
        while True:
            try:
                return self._socket.recv(_CHUNK)
            except TimeoutError:
                # The stream is silent; make sure that the container still runs. With it, the
                # stream ends: one that does not has lost its end, and maybe what came before.
                dead = 0.0 if self._running() else dead or time.monotonic()
            if dead and time.monotonic() > dead + _END_SECONDS:
                raise self._lost(f"{_END_SECONDS:g} s after its end it goes on")

    def _keep(self, stream: int, piece: bytes) -> None:
        if self._spec.interactive and stream == STDOUT:
            self._lines.put(piece)
        else:
            self._ring.add(piece)

    def _finish(self, ended_by: Ending | None) -> None:
        """Find out how the container ended; `ended_by` is why its output did."""
        state = self._stopped()
        wall = time.monotonic() - self._started_at
        with self._lock:
            asked, signals = self._asked, self._signals
        if ended_by is None and asked is Ending.TIMEOUT:
            # Its output had ended by then: with it, or it was cut off and we have killed it.
            if state["ExitCode"] == _KILLED_CODE:
                raise self._lost("it ended before the box, whose time was up later")
            asked = None
        self._refuse_others(state, asked, signals)
        self._ended = Ended(
            ending=Ending.MEMORY if state["OOMKilled"] else asked or Ending.EXITED,
            exit_code=state["ExitCode"],
            wall_seconds=wall,
        )

    def _stopped(self) -> dict[str, Any]:
        """The state of the container, whose output has ended."""
        pause, patience = _POLL_FIRST_SECONDS, time.monotonic() + _END_SECONDS
        while (state := self._state())["Running"]:
            if time.monotonic() > patience:
                raise self._lost(f"{_END_SECONDS:g} s after its end the box still runs")
            time.sleep(pause)
            pause = min(pause * 2, _POLL_LAST_SECONDS)
        return state

    def _refuse_others(self, state: dict[str, Any], asked: Ending | None, signals: int) -> None:
        """`SandboxError` when somebody else ended the box: that is nobody's result."""
        if asked not in _BY_ITSELF or state["OOMKilled"]:
            return
        if state["Status"] in _GOING:
            what = f"The {self._spec.role} was removed while it ran"
            why = "somebody else removed its container"
        else:
            done = by_others(self._api, self._container, state, signals=signals)
            if not done:
                return
            what = f"The {self._spec.role} was ended by somebody else"
            why = f"the engine was asked for: {', '.join(done)}"
        raise SandboxError(
            what, why=why, do="Grade again, and leave the containers of a running grading alone."
        )

    def _lost(self, why: str) -> SandboxError:
        return SandboxError(
            f"The output of the {self._spec.role} was lost",
            why=why,
            do="Check the connection to the engine, then grade again.",
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
