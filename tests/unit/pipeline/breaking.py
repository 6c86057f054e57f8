"""A sandbox of which one call breaks: the n-th of a kind, to boxes of a role."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from runner.sandbox import SandboxError

if TYPE_CHECKING:
    from types import TracebackType

    from runner.model import Isolation
    from runner.sandbox import (
        Box,
        BoxSpec,
        Ended,
        Output,
        Run,
        Sandbox,
        Signal,
        Usage,
        Volume,
    )

BROKEN = "the engine broke here"

ENDED, LATE = "at its end", "late"
"""How a line may fail to come, beside an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The `number`-th use of a call, `"start harness"`, counted from 1; `how` it breaks."""

    call: str
    number: int
    how: str = ""


class Counting:
    """Counts the uses of every call; the one at `point` breaks."""

    def __init__(self, point: Point | None = None) -> None:
        self.uses: Counter[str] = Counter()
        self.struck = False
        self._point = point
        self._lock = threading.Lock()

    def use(self, call: str) -> str:
        """Count one; raises `SandboxError` at the point, or says how else it breaks."""
        with self._lock:
            self.uses[call] += 1
            if self._point is None or (call, self.uses[call]) != (
                self._point.call,
                self._point.number,
            ):
                return ""
            self.struck = True
        if self._point.how:
            return self._point.how
        raise SandboxError(BROKEN)


class BreakingSandbox:
    """A sandbox whose runs and boxes count the uses of their calls."""

    def __init__(self, inner: Sandbox, counting: Counting) -> None:
        self._inner = inner
        self._counting = counting

    def isolation(self) -> Isolation:
        self._counting.use("isolation")
        return self._inner.isolation()

    def open(self, *, ttl_seconds: float) -> BreakingRun:
        self._counting.use("open")
        return BreakingRun(self._inner.open(ttl_seconds=ttl_seconds), self._counting)


class BreakingRun:
    """A run; what breaks on the way out breaks after everything was removed."""

    def __init__(self, inner: Run, counting: Counting) -> None:
        self._inner = inner
        self._counting = counting

    @property
    def id(self) -> str:
        return self._inner.id

    def volume(self, volume: Volume) -> None:
        self._counting.use("volume")
        self._inner.volume(volume)

    def start(self, spec: BoxSpec) -> BreakingBox:
        self._counting.use(f"start {spec.role}")
        return BreakingBox(self._inner.start(spec), spec.role, self._counting)

    def stop(self) -> None:
        self._inner.stop()

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._inner.__exit__(kind, error, trace)
        self._counting.use("exit")


class BreakingBox:
    """A box of a role. What other calls need of it, the fake engine's own answers."""

    def __init__(self, inner: Box, role: str, counting: Counting) -> None:
        self._inner = inner
        self._role = role
        self._counting = counting

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @property
    def id(self) -> str:
        return self._inner.id

    def write(self, data: bytes) -> None:
        self._use("write")
        self._inner.write(data)

    def read_line(self, timeout: float) -> bytes:
        how = self._use("read_line")
        if how == LATE:
            message = "no line in time"
            raise TimeoutError(message)
        return b"" if how == ENDED else self._inner.read_line(timeout)

    def signal(self, name: Signal) -> None:
        self._use("signal")
        self._inner.signal(name)

    def wait(self, timeout: float) -> Ended | None:
        self._use("wait")
        return self._inner.wait(timeout)

    def kill(self) -> Ended:
        self._use("kill")
        return self._inner.kill()

    def output(self) -> Output:
        return self._inner.output()

    def usage(self) -> Usage | None:
        self._use("usage")
        return self._inner.usage()

    def remove(self) -> None:
        self._use("remove")
        self._inner.remove()

    def _use(self, call: str) -> str:
        return self._counting.use(f"{call} {self._role}")
