"""A simulated box: a thread in place of a container."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from runner.sandbox import BoxSpec, Ended, Ending, Output, SandboxError, Signal, Usage
from runner.sandbox.streams import Lines, Ring

if TYPE_CHECKING:
    from runner.testing.fake_world import Kernel

_KILLED_CODE = 137
_SIGNAL_CODES: dict[Signal, int] = {"HUP": 129, "INT": 130, "USR1": 138, "USR2": 140, "TERM": 143}
_KILL_SECONDS = 10.0


class Killed(BaseException):
    """Ends the thread of a killed box; a base exception, so that no program catches it."""


class FakeBox:
    """A `Box` whose program runs in a thread of this process."""

    def __init__(self, name: str, spec: BoxSpec, kernel: Kernel, actor: Actor) -> None:
        self.kernel = kernel
        self.spec = spec
        self.killed = threading.Event()
        self.input = Input(self.killed)
        self.handlers: dict[Signal, tuple[bytes | None, int]] = {}
        self.out_of_memory = False
        self._name = name
        self._actor = actor
        self._lines = Lines()
        self._ring = Ring()
        self._lock = threading.Lock()
        self._finished = threading.Event()
        self._asked: Ending | None = None
        self._ended: Ended | None = None
        self._begun = time.monotonic()
        self._timer = threading.Timer(spec.limits.wall_seconds, self.end, (Ending.TIMEOUT,))
        self._timer.daemon = True
        self._thread = threading.Thread(target=self._run, name=f"fake-{spec.role}", daemon=True)

    @property
    def id(self) -> str:
        """A name that no other box of this process has."""
        return self._name

    def begin(self) -> None:
        """Start the program and the deadline."""
        self._begun = time.monotonic()
        self._timer.start()
        self._thread.start()

    def write(self, data: bytes) -> None:
        """Write to standard input; `SandboxError` when the box has ended or has none."""
        if not self.spec.interactive or self._finished.is_set():
            raise SandboxError(f"Nobody reads the standard input of the {self.spec.role}")
        self.input.put(data)

    def read_line(self, timeout: float) -> bytes:
        """One line of standard output."""
        return self._lines.take(timeout)

    def signal(self, name: Signal) -> None:
        """What the program set up for the signal, else its end."""
        if name == "KILL":
            self.end(Ending.KILLED)
            return
        reply, code = self.handlers.get(name, (b"", _SIGNAL_CODES[name]))
        if reply is not None and not self._finished.is_set():
            self.keep(reply)
            self._finish(code)

    def wait(self, timeout: float) -> Ended | None:
        """How it ended, None while it runs."""
        self._finished.wait(timeout)
        return self._ended

    def kill(self) -> Ended:
        """End it at once."""
        self.end(Ending.KILLED)
        ended = self.wait(_KILL_SECONDS)
        if ended is None:
            raise SandboxError(f"The {self.spec.role} cannot be killed")
        return ended

    def output(self) -> Output:
        """What it wrote."""
        return self._ring.output()

    def usage(self) -> Usage | None:
        """Wall time stands for CPU time, what the program allocated for memory."""
        ended = self._ended
        seconds = ended.wall_seconds if ended else time.monotonic() - self._begun
        return Usage(cpu_seconds=seconds, peak_memory_bytes=self.kernel.memory)

    def remove(self) -> None:
        """End it and drop the lines that nobody has read."""
        self.end(Ending.KILLED)
        self._lines.close()

    def end(self, ending: Ending) -> None:
        """Kill for a reason; the first reason counts."""
        with self._lock:
            self._asked = self._asked or ending
        self._finish(_KILLED_CODE)

    def keep(self, data: bytes, *, error: bool = False) -> None:
        """Take what the program wrote; too much of it is its end."""
        if self.spec.interactive and not error:
            self._lines.put(data)
            return
        self._ring.add(data)
        if self._ring.seen > self.spec.limits.output_kib * 1024:
            self.end(Ending.OUTPUT)

    def _run(self) -> None:
        inside = Inside(self)
        try:
            code = self._actor(inside)
        except Killed:
            code = _KILLED_CODE
        except Exception:  # noqa: BLE001 - any failure of a program is a result, as in a box
            self.keep(traceback.format_exc().encode(), error=True)
            code = 1
        self._finish(code)

    def _finish(self, code: int) -> None:
        with self._lock:
            if self._ended is not None:
                return
            self._ended = Ended(
                ending=Ending.MEMORY if self.out_of_memory else self._asked or Ending.EXITED,
                exit_code=code,
                wall_seconds=time.monotonic() - self._begun,
            )
        self.kernel.end()
        self.killed.set()
        self.input.wake()
        self._timer.cancel()
        self._lines.close()
        self._finished.set()


class Input:
    """The standard input of a box."""

    def __init__(self, killed: threading.Event) -> None:
        self._killed = killed
        self._data = bytearray()
        self._changed = threading.Condition()

    def put(self, data: bytes) -> None:
        """Append bytes."""
        with self._changed:
            self._data += data
            self._changed.notify_all()

    def wake(self) -> None:
        """Let a waiting program see that it is dead."""
        with self._changed:
            self._changed.notify_all()

    def take(self, count: int | None) -> bytes:
        """So many bytes, or the bytes up to a newline when None."""
        with self._changed:
            while (end := self._end(count)) is None:
                if self._killed.is_set():
                    raise Killed
                self._changed.wait()
            data = bytes(self._data[:end])
            del self._data[:end]
            return data

    def _end(self, count: int | None) -> int | None:
        if count is not None:
            return count if len(self._data) >= count else None
        return self._data.find(b"\n") + 1 or None


class Inside:
    """A box as its program sees it. Every call ends the program once the box is dead."""

    def __init__(self, box: FakeBox) -> None:
        self._box = box
        self.kernel = box.kernel

    @property
    def spec(self) -> BoxSpec:
        """What the box was asked to be."""
        return self._box.spec

    def read_line(self) -> bytes:
        """One line of standard input with its newline; waits for it."""
        return self._box.input.take(None)

    def read(self, count: int) -> bytes:
        """So many bytes of standard input; waits for them."""
        return self._box.input.take(count)

    def write_line(self, line: bytes | str) -> None:
        """One line, without its newline, to standard output."""
        self.emit((line.encode() if isinstance(line, str) else line) + b"\n")

    def emit(self, data: bytes, *, error: bool = False) -> None:
        """Bytes to a standard stream."""
        self._alive()
        self._box.keep(data, error=error)
        self._alive()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._box.killed.wait(seconds)
        self._alive()

    def handle(self, name: Signal, reply: bytes | None, code: int) -> None:
        """Answer a signal with `reply` and end with `code`; None ignores the signal."""
        self._box.handlers[name] = (reply, code)

    def daemon(self, path: str, seconds: float) -> None:
        """Append to a file at this interval while the box lives."""

        def beat() -> None:
            data = b""
            while not self._box.killed.wait(seconds):
                data += b"."
                self.kernel.write(path, data)

        threading.Thread(target=beat, daemon=True).start()

    def out_of_memory(self) -> None:
        """A process of the box was killed for its use of memory."""
        self._box.out_of_memory = True

    def out_of_time(self) -> None:
        """The box's deadline has come, without the wait for it."""
        self._box.end(Ending.TIMEOUT)
        raise Killed

    def _alive(self) -> None:
        if self._box.killed.is_set():
            raise Killed


Actor: TypeAlias = Callable[[Inside], int]
"""A program as a function; its result is the exit code."""
