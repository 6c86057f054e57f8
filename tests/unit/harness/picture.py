"""What a process inside can see of a folder, but for the bytes of its files and the time of day."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Entry = tuple[str, tuple[object, ...]]


def folder_picture(folder: Path) -> list[Entry]:
    """Each entry with everything about it that could differ between two runs."""
    return [(path.relative_to(folder).as_posix(), seen) for path, seen in _pictures(folder)]


def _pictures(path: Path) -> Iterator[tuple[Path, tuple[object, ...]]]:
    status = path.lstat()
    plain = stat.S_ISREG(status.st_mode)
    yield (
        path,
        (
            *(stat.filemode(status.st_mode), status.st_uid, status.st_gid),
            *(status.st_size if plain else 0, status.st_atime_ns, status.st_mtime_ns),
            tuple(os.listxattr(path)),
        ),
    )
    # What a folder holds is read after its own times, which that changes. The order is that of
    # the disk here, and that of writing in a memory-backed volume.
    for entry in [] if plain else sorted(path.iterdir()):
        yield from _pictures(entry)


def slots_below(root: Path, count: int) -> Path:
    """A folder of so many empty slots, made where there is none yet."""
    for number in range(count):
        for name in ("in", "out"):
            (root / "slots" / str(number) / name).mkdir(parents=True, exist_ok=True)
    return root / "slots"
