"""A folder appears whole or not at all, and never takes the place of another one."""

from __future__ import annotations

import errno
import secrets
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from runner.tree import SourceFile

_TAKEN = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR})


class TakenError(FileExistsError):
    """There is something already where a folder was to appear."""


def publish(destination: Path, files: Iterable[SourceFile]) -> None:
    """Write trusted `files` to a temporary folder beside `destination`, then rename it there.

    `TakenError` when something is there already; an empty folder does not count. Nothing
    is left of the temporary folder after an error.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    partial = destination.parent / f".takehome-{secrets.token_hex(8)}.partial"
    partial.mkdir()
    try:
        for file in files:
            _write(partial / file.path, file)
        _rename(partial, destination)
    except BaseException:
        shutil.rmtree(partial)
        raise


def _write(path: Path, file: SourceFile) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.data)
    if file.executable:
        path.chmod(path.stat().st_mode | 0o111)


def _rename(partial: Path, destination: Path) -> None:
    try:
        partial.rename(destination)
    except OSError as error:
        if error.errno not in _TAKEN:
            raise
        raise TakenError(errno.EEXIST, "there is something already", str(destination)) from error
