"""Keeps records: one folder per judgment, written once, never changed."""

from __future__ import annotations

import os
import re
from itertools import count
from typing import TYPE_CHECKING

from pydantic import ValidationError

from runner.errors import InfrastructureError, UsageError
from runner.model import Record
from runner.publish import TakenError, publish, replace
from runner.text import visible_name
from runner.tree import SourceFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RECORD = "report.json"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""Run ids and file names. Both are ours, but a record may have come from anywhere."""

_MOST_BYTES = 64 * 1024 * 1024
_SHOWN = 5


class Store:
    """The records below one folder."""

    def __init__(self, root: Path) -> None:
        """`root` is made when the first record is saved."""
        self.root = root

    def check(self) -> None:
        """`UsageError` when no record can be kept there; a full disk shows later only."""
        root = self.root.absolute()
        try:
            there = next(path for path in (root, *root.parents) if path.exists())
            why = "" if there.is_dir() else f"{visible_name(str(there), 200)} is a file"
        except OSError as error:
            why = _reason(error)
        else:
            if not why and not os.access(there, os.W_OK | os.X_OK):
                why = f"nothing can be written to {visible_name(str(there), 200)}"
        if why:
            what = f"{visible_name(str(self.root), 200)} cannot hold reports"
            raise UsageError(what, why=why, do="Name another folder")

    def save(self, record: Record, reports: Mapping[str, str] | None = None) -> Path:
        """Write a record and its renderings; returns the folder that they are in.

        The folder is named after the run. The same run judged again gets the next free name
        (`<run>-2`): nothing is overwritten. It appears whole or not at all; when it cannot be
        written, `InfrastructureError` says why.
        """
        texts = {RECORD: record.model_dump_json(indent=2) + "\n", **(reports or {})}
        files = tuple(SourceFile(path=_safe(name), data=texts[name].encode()) for name in texts)
        run = _safe(record.provenance.run)
        places = (self.root / (run if n == 1 else f"{run}-{n}") for n in count(1))
        return next(place for place in places if _published(place, files))

    def load(self, name: str) -> Record:
        """The record in the folder of that name."""
        return load_record(self.root / _safe(name) / RECORD)

    def names(self) -> tuple[str, ...]:
        """The folders that hold a record, sorted."""
        return tuple(sorted(path.parent.name for path in self.root.glob(f"[!.]*/{RECORD}")))


def load_record(path: Path) -> Record:
    """The record in a file; `UsageError` names file and key when it is not one."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        what = f"{visible_name(str(path), 200)} cannot be read"
        raise UsageError(what, why=_reason(error)) from error
    what = f"{visible_name(str(path), 200)} is not a record"
    if len(data) > _MOST_BYTES:
        raise UsageError(what, why=f"it is larger than {_MOST_BYTES // 1024**2} MiB")
    try:
        return Record.model_validate_json(data)
    except ValidationError as error:
        raise UsageError(what, why=_reasons(error), do="Give a report.json of grade") from error


def write_report(path: Path, text: str) -> None:
    """Write a rendering to a file, which it replaces in one step; devices and pipes are written to.

    `InfrastructureError` when it cannot be written. A link stays, what it leads to is replaced.
    """
    data, target = text.encode(), path.resolve()
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            replace(target, data)
    except OSError as error:
        raise _unwritten(path, error) from error


def _published(place: Path, files: tuple[SourceFile, ...]) -> bool:
    try:
        publish(place, files)
    except TakenError:
        return False
    except OSError as error:
        raise _unwritten(place, error) from error
    return True


def _safe(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError(f"{visible_name(name)} cannot be the name of a record or report")
    return name


def _reasons(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_input=False)
    parts = [
        f"{visible_name('.'.join(map(str, item['loc'])), 200) or 'the document'}: {item['msg']}"
        for item in problems[:_SHOWN]
    ]
    left = len(problems) - _SHOWN
    return "; ".join([*parts, f"and {left} more"] if left > 0 else parts)


def _unwritten(path: Path, error: OSError) -> InfrastructureError:
    return InfrastructureError(
        f"{visible_name(str(path), 200)} cannot be written",
        why=_reason(error),
        do="Mend that or name another folder, then try again: nothing was kept",
    )


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
