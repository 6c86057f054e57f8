"""Whose time it is: a clock that runs while the subject is waited for."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Waiting:
    """Seconds during which at least one thing of the subject was awaited.

    An answer, a start, an end. Waits that overlap count once, so that a share of the wall clock
    is a share. Used on one event loop only.
    """

    def __init__(self) -> None:
        """Nothing is awaited yet."""
        self._aside = False
        self._open = 0
        self._since = 0.0
        self._total = 0.0

    @property
    def seconds(self) -> float:
        """The total so far, what is still awaited included."""
        return self._total + (time.monotonic() - self._since if self._open else 0.0)

    @contextmanager
    def on_subject(self) -> Iterator[None]:
        """Let the clock run inside."""
        if self._aside:
            yield
            return
        if not self._open:
            self._since = time.monotonic()
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1
            if not self._open:
                self._total += time.monotonic() - self._since

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let the clock stand inside: what is awaited there is not the subject."""
        self._aside = True
        try:
            yield
        finally:
            self._aside = False
