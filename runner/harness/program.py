"""The subject as commands: files in, one run from start to end, files out."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from runner.harness.errors import SubjectError
from runner.harness.reply import Fields, parse_json, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.harness.channel import Channel
    from runner.harness.waiting import Waiting

INPUTS = Path("/in")
OUTPUTS = Path("/out")

FILES_LIMIT = 2000
DEPTH_LIMIT = 16
BYTES_LIMIT = 256 * 1024 * 1024
"""What is taken from one command: a sparse file may be far larger than the volume it is on."""

LAST_WORDS = 400
"""Characters of a command's output that an error message quotes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a command did. `files` are the regular files below /out, by their path there.

    `exit_code` is None for a command that had to be killed; `how` says so in words. The
    resources are the engine's figures for the container, and None unless they were asked for.
    Every reader raises `SubjectError` with a sentence that can stand in a report.
    """

    command: str
    how: str
    limit: bool
    exit_code: int | None
    wall_seconds: float
    output: str = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)
    cpu_seconds: float | None
    peak_memory_bytes: int | None

    def expect(self, exit_code: int = 0) -> Result:
        """This result, when the command ended by itself with this code."""
        if self.exit_code != exit_code:
            said = self.output.strip()[-LAST_WORDS:]
            words = f"; its last words: {shorten(said, LAST_WORDS)}" if said else ""
            message = f"{self.command}: {self.how} where exit code {exit_code} is due{words}"
            raise SubjectError(message, limit=self.limit)
        return self

    def file(self, path: str) -> bytes:
        """The content of a file that the command had to write."""
        if path not in self.files:
            found = ", ".join(sorted(self.files)) or "nothing"
            message = f"{self.command}: wrote no file {path} (there is: {shorten(found)})"
            raise SubjectError(message)
        return self.files[path]

    def text(self, path: str) -> str:
        """A file as UTF-8, a byte order mark dropped."""
        try:
            return self.file(path).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            message = f"{self.command}: {path} is not UTF-8 (byte {error.start})"
            raise SubjectError(message) from error

    def object(self, path: str) -> Fields:
        """A file as a JSON object."""
        where = f"{self.command}: {path}"
        try:
            document = parse_json(self.file(path))
        except ValueError as error:
            message = f"{where} is not JSON ({shorten(str(error))})"
            raise SubjectError(message) from error
        if type(document) is not dict:
            message = f"{where} should be a JSON object"
            raise SubjectError(message)
        return Fields(where, document)


class Program:
    """Runs commands of the submission, one after another, each in a container of its own."""

    def __init__(
        self,
        channel: Channel,
        waiting: Waiting,
        *,
        seconds: float,
        inputs: Path = INPUTS,
        outputs: Path = OUTPUTS,
    ) -> None:
        """`seconds` is what a command may take unless its test says less."""
        self._channel = channel
        self._waiting = waiting
        self._seconds = seconds
        self._inputs = inputs
        self._outputs = outputs
        self._turn = asyncio.Lock()

    async def run(
        self,
        argv: Sequence[str],
        *,
        inputs: Mapping[str, bytes] | None = None,
        seconds: float | None = None,
        usage: bool = False,
    ) -> Result:
        """Run `argv` (`["python", "-m", "analysis", "/in/x.csv"]`) in the submission's folder.

        `/in` holds exactly `inputs` then, read-only; `/out` is empty. `usage` asks for CPU and
        memory, which takes up to a second more.
        """
        async with self._turn:
            fill(self._inputs, inputs or {})
            with self._waiting.on_subject():
                answer = await asyncio.to_thread(
                    self._channel.call,
                    "run",
                    {
                        "argv": list(argv),
                        "seconds": min(seconds or self._seconds, self._seconds),
                        "usage": usage,
                    },
                )
            command = shorten(" ".join(argv))
            return Result(command=command, files=taken(self._outputs, command), **answer)


def fill(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make `files` the whole content of `folder`, readable for the group."""
    for entry in list(folder.iterdir()):
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        target.write_bytes(data)
        target.chmod(0o640)


def taken(folder: Path, command: str) -> dict[str, bytes]:
    """The regular files below `folder` by their path, bounded in number, depth and size.

    Whoever wrote them is dead, so that nothing changes meanwhile. Links, pipes and devices are
    nobody's results and are left out. `SubjectError` beyond a bound and for what its writer
    has made unreadable.
    """
    try:
        return _taken(folder, command)
    except PermissionError as error:
        message = f"{command}: wrote {Path(str(error.filename)).name}, which cannot be read"
        raise SubjectError(message) from error


def _taken(folder: Path, command: str) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = BYTES_LIMIT
    for path in _regular(folder, command):
        data = _content(path, left + 1)
        left -= len(data)
        if left < 0 or len(files) == FILES_LIMIT:
            message = f"{command}: wrote more than {FILES_LIMIT} files or {BYTES_LIMIT} bytes"
            raise SubjectError(message, limit=True)
        files[path.relative_to(folder).as_posix()] = data
    return files


def _regular(folder: Path, command: str) -> Iterator[Path]:
    """Every regular file in and below `folder`, links not followed."""
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        if len(here.parts) - len(folder.parts) > DEPTH_LIMIT:
            message = f"{command}: wrote folders more than {DEPTH_LIMIT} deep"
            raise SubjectError(message, limit=True)
        for path in sorted(here.iterdir()):
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                waiting.append(path)
            elif stat.S_ISREG(mode):
                yield path


def _content(path: Path, limit: int) -> bytes:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        return file.read(limit)
