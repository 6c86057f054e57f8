"""A sandbox whose runs can be stopped together, for work of hours that somebody ends."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
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
def lanes(sandbox: Sandbox, jobs: int) -> Iterator[tuple[ThreadPoolExecutor, Together]]:
    """A pool for so many things at a time, and the sandbox in which they open their runs.

    Whatever is raised inside (an interrupt as well) stops the runs that are under way and begins
    no further ones: a pool by itself would wait for all of them.
    """
    together = Together(sandbox)
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        try:
            yield pool, together
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            together.stop()
            raise
