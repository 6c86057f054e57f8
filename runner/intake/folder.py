"""Reads a folder: opened component by component, never following a link, never blocking."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from runner.intake.tray import LEAVE_OUT, Place, Tray, Use, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CHUNK = 1024 * 1024


def read_folder(path: Path, tray: Tray) -> None:
    """Put every entry below `path` on the tray. `path` itself may be a link: the user typed it."""
    if os.open not in os.supports_dir_fd:
        why = "this system cannot open a folder without following links"
        raise tray.refuse(why, do="Give it as a .zip or .tar.gz")
    with _closing(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)) as root:
        _walk(root, b"", tray)


def _walk(folder: int, prefix: bytes, tray: Tray) -> None:
    with os.scandir(folder) as entries:
        few = islice(entries, tray.limits.entries - tray.entries + 1)
        names = sorted(os.fsencode(entry.name) for entry in few)
    for name in names:
        raw = prefix + name
        mode = _mode(folder, name, raw, tray)
        place = tray.enter(raw, folder=stat.S_ISDIR(mode))
        if kind := kind_of(mode):
            tray.special(place, kind)
        elif place.use is not Use.SKIP:
            _descend(folder, name, raw, place, tray)


def _mode(folder: int, name: bytes, raw: bytes, tray: Tray) -> int:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except OSError as error:
        raise tray.refuse_entry(raw, f"it cannot be read ({error.strerror})") from error


def _descend(folder: int, name: bytes, raw: bytes, place: Place, tray: Tray) -> None:
    """Open first, judge then: whatever the name stood for a moment ago may have changed."""
    with _opened(folder, name, raw, tray) as handle:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            _walk(handle, raw + b"/", tray)
        elif stat.S_ISREG(status.st_mode):
            tray.put(place, _read(handle, status.st_size, place, tray), status.st_mode)
        else:
            raise tray.refuse_entry(raw, "it changed while it was read")


def _read(handle: int, size: int, place: Place, tray: Tray) -> bytes:
    tray.reserve(place, size)
    pieces: list[bytes] = []
    left = size + 1
    while left and (piece := os.read(handle, min(left, _CHUNK))):
        pieces.append(piece)
        left -= len(piece)
    if not left:
        raise tray.refuse_entry(place.path.encode(), "it grew while it was read", do=LEAVE_OUT)
    return b"".join(pieces)


@contextmanager
def _opened(folder: int, name: bytes, raw: bytes, tray: Tray) -> Iterator[int]:
    # Without O_NONBLOCK, a pipe put in the place of a file would block for ever.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        handle = os.open(name, flags, dir_fd=folder)
    except OSError as error:
        why = f"it cannot be opened ({error.strerror})"
        raise tray.refuse_entry(raw, why, do="Check its permissions") from error
    with _closing(handle):
        yield handle


@contextmanager
def _closing(handle: int) -> Iterator[int]:
    try:
        yield handle
    finally:
        os.close(handle)
