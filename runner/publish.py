"""A folder or a file appears whole or not at all; a folder never takes the place of another one.

Everything is on the disk before it gets its name, so that neither a kill nor a power cut leaves
half of it there. What is not whole yet has a temporary name and a lock of the process that writes
it. The lock goes with the process: what has the name and no lock is left over, and `sweep` removes
it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from runner.tree import SourceFile

_TAKEN = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR})
_CANNOT_SETTLE = frozenset({errno.EINVAL, errno.ENOTSUP})
"""What file systems say that have no way to settle a folder: they do so by themselves."""

_PREFIX, _SUFFIX = ".takehome-", ".partial"


class TakenError(FileExistsError):
    """There is something already where a folder was to appear."""


def publish(destination: Path, files: Iterable[SourceFile]) -> None:
    """Write trusted `files` to a temporary folder beside `destination`, then rename it there.

    `TakenError` when something is there already; an empty folder does not count. Nothing
    is left of the temporary folder after an error.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    with _temporary(destination.parent, folder=True) as partial:
        for file in files:
            _write(partial / file.path, file)
        for folder, _, _ in os.walk(partial, topdown=False):
            _settle(folder)
        _rename(partial, destination)


def replace(path: Path, data: bytes) -> None:
    """Write a file, with the folders above it; it takes the place of its forerunner in one step.

    The forerunner stays as it is after an error, and nothing is left of the new one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _temporary(path.parent, folder=False) as partial:
        _store(partial, data)
        partial.replace(path)
        _settle(path.parent)


def sweep(parent: Path) -> int:
    """Remove what processes that are gone left half-written in `parent`; how many there were.

    What is being written now stays, and so does what cannot be locked.
    """
    found = parent.glob(f"{_PREFIX}*{_SUFFIX}") if parent.is_dir() else ()
    return sum(_swept(partial) for partial in list(found))


@contextmanager
def _temporary(parent: Path, *, folder: bool) -> Iterator[Path]:
    """A new folder or file under a temporary name, locked until it has its own name."""
    partial, handle = _claimed(parent, folder=folder)
    try:
        yield partial
    except BaseException:
        _remove(partial)
        raise
    finally:
        os.close(handle)


def _claimed(parent: Path, *, folder: bool) -> tuple[Path, int]:
    while True:
        partial = parent / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
        if folder:
            partial.mkdir()
        else:
            partial.touch(exist_ok=False)
        with suppress(FileNotFoundError):
            handle = os.open(partial, os.O_RDONLY)
            _lock(handle, fcntl.LOCK_EX)
            # A sweep that came in between has removed what was not locked yet.
            if partial.exists():
                return partial, handle
            os.close(handle)


def _lock(handle: int, how: int) -> bool:
    """Whether the lock was got. Some file systems of a network know none."""
    try:
        fcntl.flock(handle, how)
    except OSError:
        return False
    return True


def _swept(partial: Path) -> bool:
    try:
        handle = os.open(partial, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False  # it has its name by now, or is nothing that we made
    try:
        if not _lock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB) or not partial.exists():
            return False
        _remove(partial)
    finally:
        os.close(handle)
    return not partial.exists()


def _remove(partial: Path) -> None:
    """Remove what may be renamed by now; why the rest stays matters less than why we are here."""
    if partial.is_dir():
        shutil.rmtree(partial, ignore_errors=True)
    else:
        with suppress(OSError):
            partial.unlink()


def _write(path: Path, file: SourceFile) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    _store(path, file.data)
    if file.executable:
        path.chmod(path.stat().st_mode | 0o111)


def _store(path: Path, data: bytes) -> None:
    """Write a file and wait until it is on the disk; a full one shows here at the latest."""
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _settle(folder: str | Path) -> None:
    """Wait until the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _CANNOT_SETTLE:
            raise
    finally:
        os.close(handle)


def _rename(partial: Path, destination: Path) -> None:
    try:
        partial.rename(destination)
    except OSError as error:
        if error.errno not in _TAKEN:
            raise
        raise TakenError(errno.EEXIST, "there is something already", str(destination)) from error
    try:
        _settle(destination.parent)
    except OSError:
        # Its name may be gone after a power cut: who is told so shall not find it either.
        _remove(destination)
        raise
