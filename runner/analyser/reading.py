"""The Python files of a submission: read within ceilings over all of them, in order of path."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.analyser import limits
from runner.analyser.changes import touched_lines
from runner.analyser.refusals import Refusals
from runner.analyser.source import NotAnalysableError, Source, read

if TYPE_CHECKING:
    from runner.analyser.project import Files


@dataclass(slots=True)
class Reading:
    """The Python files of a submission, with those that cannot be analysed."""

    python_files: int = 0
    sources: list[Source] = field(default_factory=list)
    refused: Refusals = field(default_factory=Refusals)
    changed_files: int = 0


@dataclass(slots=True)
class _Totals:
    """What has been read so far, refused files included where that is known before reading."""

    files: int = 0
    size: int = 0
    lines: int = 0
    nodes: int = 0

    def add(self, data: bytes) -> None:
        self.files += 1
        self.size += len(data)
        self.lines += data.count(b"\n") + data.count(b"\r") + 1

    def check(self) -> None:
        if self.files > limits.PYTHON_FILES:
            raise NotAnalysableError(f"more than {limits.PYTHON_FILES:,} Python files")
        if self.size > limits.PYTHON_BYTES:
            size = limits.PYTHON_BYTES // 2**20
            raise NotAnalysableError(f"more than {size} MiB of Python files")
        if self.lines > limits.ALL_LINES:
            raise NotAnalysableError(f"more than {limits.ALL_LINES:,} lines of Python")
        if self.nodes > limits.ALL_NODES:
            raise NotAnalysableError(f"more than {limits.ALL_NODES:,} syntax nodes in all files")


def read_sources(files: Files, starter: Files) -> Reading:
    """Every `.py` file, until a ceiling over all of them is reached."""
    reading, totals = Reading(), _Totals()
    for path, data in files.items():
        if path.endswith(".py"):
            totals.add(data)
            with reading.refused.around(path, given=starter.get(path) == data):
                _read(path, data, starter, reading, totals)
    reading.python_files = totals.files
    return reading


def _read(path: str, data: bytes, starter: Files, reading: Reading, totals: _Totals) -> None:
    large = len(data) > limits.FILE_BYTES  # its lines are not looked at
    touched = frozenset({1}) if large else touched_lines(path, data, starter)
    reading.changed_files += bool(touched)
    totals.check()
    source = read(path, data, touched)
    totals.nodes += source.nodes
    reading.sources.append(source)
