"""A sandbox whose runs can be stopped together, for work of hours that somebody ends."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.model import Isolation
    from runner.sandbox import Run, Sandbox


class Together:
    """Opens runs of `sandbox`; those that are opened after the stop are stopped at once."""

    def __init__(self, sandbox: Sandbox) -> None:
        """No run is open yet."""
        self._sandbox = sandbox
        self._stopped = threading.Event()
        self._runs: list[Run] = []

    def isolation(self) -> Isolation:
        """What the engine provides."""
        return self._sandbox.isolation()

    def open(self, *, ttl_seconds: float) -> Run:
        """A new run."""
        run = self._sandbox.open(ttl_seconds=ttl_seconds)
        self._runs.append(run)
        if self._stopped.is_set():
            run.stop()
        return run

    def stop(self) -> None:
        """Stop all runs: their boxes are killed, and what waits for them ends in an error."""
        self._stopped.set()
        for run in self._runs:
            run.stop()


@contextmanager
def stopped_on_error(sandbox: Sandbox) -> Iterator[Together]:
    """Inside, whatever is raised (an interrupt as well) stops all runs before it goes on."""
    together = Together(sandbox)
    try:
        yield together
    except BaseException:
        together.stop()
        raise
