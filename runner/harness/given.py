"""The files that a service finds in `/given`: put there while it is dead, the same until then."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from runner.harness.errors import HarnessError, SubjectError
from runner.harness.slots import fill

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PLACE = Path(os.environ.get("TAKEHOME_GIVEN", "/given"))


class Given:
    """What is in the folder `place` (path below it → content), `most` bytes together."""

    def __init__(self, most: int, place: Path = PLACE) -> None:
        """With `most` 0 there is no such folder. Nothing is in it yet."""
        self._most = most
        self._place = place
        self._files: dict[str, bytes] | None = {}

    def check(self, files: Mapping[str, bytes]) -> None:
        """`HarnessError` where there is no place for files, `SubjectError` when they do not fit.

        Commonly they are what a command of the submission wrote, and their size is its doing.
        """
        if not self._most:
            message = "this challenge gives its service no files (given_mib)"
            raise HarnessError(message)
        size = sum(map(len, files.values()))
        if size > self._most:
            message = f"the files for the service have {size} bytes, over {self._most}"
            raise SubjectError(message, limit=True)

    def holds(self, files: Mapping[str, bytes]) -> bool:
        """Whether it is exactly these files that are there."""
        return self._files == dict(files)

    def put(self, files: Mapping[str, bytes]) -> None:
        """Have these files there and no others, which `check` has found to fit."""
        self._files = None  # until all of them are there
        # A service may know a file again by its time, and has data in which to remember it.
        fill(self._place, files, stamped=False)
        self._files = dict(files)

    @contextmanager
    def instead(self, files: Mapping[str, bytes]) -> Iterator[None]:
        """Inside, these files of ours are there and nothing that was; then that is there again.

        `HarnessError` where there is no place for them, or not enough.
        """
        if not self._most and not files:
            yield
            return
        try:
            self.check(files)
        except SubjectError as error:
            message = f"for the control: {error}"
            raise HarnessError(message) from error
        before = self._files or {}
        try:
            self.put(files)
            yield
        finally:
            self.put(before)
