"""The subject as commands: files in, one run from start to end, files out."""

from __future__ import annotations

import asyncio
import math
import os
import stat
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from runner.harness.errors import HarnessError, SubjectError
from runner.harness.reply import Fields, parse_json, shorten
from runner.harness.slots import Slots

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from runner.harness.channel import Channel
    from runner.harness.waiting import Waiting

FILES_LIMIT = 2000
DEPTH_LIMIT = 8
"""Folders in folders that are looked at: names of 255 bytes stay below what a path may have."""

DOCUMENT_LIMIT = 4 * 1024 * 1024
"""Bytes that are parsed or decoded; a parsed document takes many times its size."""

LEFT_BEHIND = 8
"""What commands leave in folders that nobody else may empty stays in memory until the end: so many
times what one command may write."""

MARGIN_SECONDS = 3.0
"""What a test keeps for itself when a command would take all of its time."""

LAST_WORDS = 400
"""Characters of a command's output that an error message quotes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a command did. `files` are the regular files below /out, by their path there.

    `left_out` are entries that are none or could not be read, each with the reason.
    `exit_code` is None for a command that had to be killed; `how` says so in words. A command
    counts as out of memory when any of its processes was killed for it. `output` is what it
    printed, both streams in order, the middle left out where it is long.

    The resources are the engine's figures for the container, None unless they were asked for;
    memory includes files in /tmp and /out, and those that were read. Every reader raises
    `SubjectError` with a sentence that can stand in a report, or `HarnessError` where the
    command was the `reference`: what that does wrong is our fault.
    """

    command: str
    how: str
    limit: bool
    exit_code: int | None
    wall_seconds: float
    output: str = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)
    left_out: Mapping[str, str] = field(repr=False)
    cpu_seconds: float | None
    peak_memory_bytes: int | None
    reference: bool = False

    def wrong(self, message: str, *, limit: bool = False) -> SubjectError | HarnessError:
        """The error for what is wrong with this command, with its name before the message."""
        if self.reference:
            return HarnessError(f"the reference's {self.command}{message}")
        return SubjectError(f"{self.command}{message}", limit=limit)

    def expect(self, exit_code: int = 0) -> Result:
        """This result, when the command ended by itself with this code."""
        if self.exit_code != exit_code:
            said = self.output.strip()[-LAST_WORDS:]
            words = f"; its last words: {shorten(said, LAST_WORDS)}" if said else ""
            message = f": {self.how} where exit code {exit_code} is due{words}"
            raise self.wrong(message, limit=self.limit)
        return self

    def file(self, path: str) -> bytes:
        """The content of a file that the command had to write."""
        if path in self.left_out:
            raise self.wrong(f": {path} {self.left_out[path]}")
        if path not in self.files:
            found = ", ".join(sorted([*self.files, *self.left_out])) or "nothing"
            raise self.wrong(f": wrote no file {path} (there is: {shorten(found)})")
        return self.files[path]

    def text(self, path: str) -> str:
        """A file as UTF-8, a byte order mark dropped."""
        try:
            return self.document(path).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self.wrong(f": {path} is not UTF-8 (byte {error.start})") from error

    def object(self, path: str) -> Fields:
        """A file as a JSON object."""
        try:
            document = parse_json(self.document(path))
        except ValueError as error:
            raise self.wrong(f": {path} is not JSON ({shorten(str(error))})") from error
        if type(document) is not dict:
            raise self.wrong(f": {path} should be a JSON object")
        return Fields(f"{self.command}: {path}", document)

    def document(self, path: str) -> bytes:
        """A file that is small enough to be parsed."""
        content = self.file(path)
        if len(content) > DOCUMENT_LIMIT:
            message = f": {path} has {len(content)} bytes, over {DOCUMENT_LIMIT}"
            raise self.wrong(message, limit=True)
        return content


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a command may take: so many seconds, and no more than `left()` at its start.

    Of what it writes, `output_bytes` are read.
    """

    command_seconds: float
    output_bytes: int
    left: Callable[[], float]


class Program:
    """Runs commands of the submission, one after another, each in a container of its own."""

    def __init__(
        self,
        channel: Channel,
        waiting: Waiting,
        budget: Budget,
        *,
        slots: Slots | None = None,
    ) -> None:
        """Know the folders that are shared with commands; nothing runs yet."""
        self._channel = channel
        self._waiting = waiting
        self._budget = budget
        self._slots = slots or Slots()
        self._left_behind = 0
        self._turn = asyncio.Lock()

    async def run(  # noqa: PLR0913 - what it finds, how long it may take, what is asked of it
        self,
        argv: Sequence[str],
        *,
        inputs: Mapping[str, bytes] | None = None,
        executable: Collection[str] = (),
        seconds: float | None = None,
        usage: bool = False,
        joined: bool = False,
        reference: bool = False,
        stop: str = "",
    ) -> Result:
        """Run `argv` (`["python", "-m", "analysis", "/in/x.csv"]`) in the submission's folder.

        `/in` holds exactly `inputs` then, read-only, of which some are `executable`; `/out` is
        empty. `usage` asks for CPU and memory, which takes up to a second more. A `joined` command
        is on the loopback of the service that runs. The `reference` is the challenge's own solution
        in the submission's place, at its limits. A command that prints the line `stop` is ended.
        """
        command = shorten(" ".join(argv))
        async with self._turn:
            most = self._seconds(seconds)
            slot = self._slots.take()
            slot.furnish(inputs or {}, executable)
            asked = {
                "argv": list(argv),
                "seconds": most,
                "usage": usage,
                "slot": slot.number,
                "joined": joined,
                "reference": reference,
                "stop": stop,
            }
            # Nobody waits for the submission while the reference runs.
            with nullcontext() if reference else self._waiting.on_subject():
                answer = await asyncio.to_thread(self._channel.call, "run", asked)
            files, left_out = taken(slot.outputs, self._budget.output_bytes)
            self._left_behind += slot.clear()
        result = Result(
            command=command, files=files, left_out=left_out, reference=reference, **answer
        )
        if usage and result.cpu_seconds is None:
            message = f": {result.how} before its use of resources could be measured"
            raise result.wrong(message, limit=result.limit)
        return result

    def _seconds(self, asked: float | None) -> float:
        """No command outlives its test, or it would take the time of the next one."""
        if self._left_behind > LEFT_BEHIND * self._budget.output_bytes:
            message = "earlier commands left too much in folders that nobody else may empty"
            raise SubjectError(message, limit=True)
        left = self._budget.left() - MARGIN_SECONDS
        if left <= 0:
            message = "the test's time was used up before this command"
            raise SubjectError(message, limit=True)
        return min(asked or math.inf, self._budget.command_seconds, left)


def taken(folder: Path, most: int) -> tuple[dict[str, bytes], dict[str, str]]:
    """The regular files below `folder` by their path, and what is left out with the reason.

    Whoever wrote them is dead, so that nothing changes meanwhile. At most `most` bytes are
    taken: a sparse file may be far larger than the volume it is on.
    """
    files: dict[str, bytes] = {}
    left_out: dict[str, str] = {}
    for path in islice(_entries(folder), FILES_LIMIT):
        name = path.relative_to(folder).as_posix()
        try:
            files[name] = _content(path, most)
        except _NotTakenError as error:
            left_out[name] = str(error)
        else:
            most -= len(files[name])
    return files, left_out


class _NotTakenError(Exception):
    """An entry that is not taken; the message follows its name."""


def _entries(folder: Path) -> Iterator[Path]:
    """Everything in and not too far below `folder` but plain folders, links not followed."""
    for here, folders, names in os.walk(folder):
        place = Path(here)
        links = [name for name in folders if (place / name).is_symlink()]
        yield from (place / name for name in sorted([*names, *links]))
        folders.sort()
        if len(place.relative_to(folder).parts) == DEPTH_LIMIT:
            folders.clear()


def _content(path: Path, most: int) -> bytes:
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            message = "is a link, and links are not followed"
            raise _NotTakenError(message)
        if not stat.S_ISREG(status.st_mode):
            message = "is not a regular file"
            raise _NotTakenError(message)
        if status.st_size > most:
            message = f"is larger than the {most} bytes that are left to read"
            raise _NotTakenError(message)
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            return file.read(status.st_size)
    except OSError as error:
        message = f"cannot be read ({error.strerror})"
        raise _NotTakenError(message) from error
