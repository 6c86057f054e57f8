"""The write lock of the SQLite databases in a folder, held while requests race.

Who looks first and writes later has looked by then, and waits; once the lock is let go, all of
them write on what they saw. `python -m runner.harness.locker` reads a word a line and answers
each with a line of JSON, `{"files": n}`:

- `keep`: find the databases, keep the index of those in WAL mode from being thrown away by the
  last connection that closes. Nobody waits. Answers how many are in WAL mode.
- `lock`: writers wait, readers do not. Answers how many databases are locked.
- `unlock`: let go of everything.

The folder is the subject's, and nothing in it is trusted. A lock is a byte that POSIX keeps for
us; of a file's content the first 19 bytes are read and nothing is written. What is no plain
file, is too much or does not let itself be locked in time is left alone.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_NAMES = 5000
"""More than the volume has inodes."""

MOST_DATABASES = 32
PATIENCE_SECONDS = 0.5
"""How long a transaction of the subject's own is waited for, while other locks are held."""

PAUSE_SECONDS = 0.005

# From SQLite's os_unix.c and https://www.sqlite.org/walformat.html.
_RESERVED, _SHARED, _SHARED_BYTES = 0x40000001, 0x40000002, 510
_INDEX_WRITE, _INDEX_ALIVE = 120, 128
_MAGIC = b"SQLite format 3\0"
_VERSION_AT, _WAL_VERSION = 18, 2

_OPEN = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(slots=True)
class Database:
    """An open database. Closing any descriptor of a file ends all of our locks on it."""

    path: str
    file: int
    wal: bool
    index: int | None = None

    def keep(self) -> bool:
        """Be a reader of a database in WAL mode, who has it open."""
        return _taken(self.file, fcntl.LOCK_SH, _SHARED, _SHARED_BYTES)

    def open_index(self) -> bool:
        """Whether there is something to lock: a WAL index that is missing is nobody's yet."""
        if self.wal and self.index is None:
            self.index = _opened(f"{self.path}-shm")
        return not self.wal or self.index is not None

    def lock(self) -> bool:
        """Be the one who may write."""
        if self.index is None:
            return _taken(self.file, fcntl.LOCK_EX, _RESERVED)
        # An index that nobody has in use is made anew, for which the write lock is needed.
        alive = _taken(self.index, fcntl.LOCK_SH, _INDEX_ALIVE)
        return alive and _taken(self.index, fcntl.LOCK_EX, _INDEX_WRITE)

    def close(self) -> None:
        """Let go."""
        for descriptor in (self.index, self.file):
            if descriptor is not None:
                os.close(descriptor)


class Locker:
    """The databases of one folder."""

    def __init__(self, folder: Path) -> None:
        """Nothing is opened yet."""
        self._folder = folder
        self._databases: list[Database] = []

    def keep(self) -> int:
        """Open the databases and keep their WAL indexes; how many there are of those."""
        self.unlock()
        with suppress(OSError):  # a folder that cannot be listed has nothing to lock
            self._find()
        return _patiently([one.keep for one in self._databases if one.wal])

    def lock(self) -> int:
        """Take the write locks; how many were to be had."""
        return _patiently([one.lock for one in self._databases if one.open_index()])

    def unlock(self) -> int:
        """Close everything; nothing is locked then."""
        while self._databases:
            self._databases.pop().close()
        return 0

    def _find(self) -> None:
        seen = set()
        with os.scandir(self._folder) as entries:
            for entry in islice(entries, MOST_NAMES):
                # A second descriptor of a file, by another of its names, would end our locks.
                new = entry.is_file(follow_symlinks=False) and entry.inode() not in seen
                found = _database(entry.path) if new else None
                if found is not None:
                    seen.add(entry.inode())
                    self._databases.append(found)
                if len(self._databases) == MOST_DATABASES:
                    return


def _database(path: str) -> Database | None:
    file = _opened(path)
    if file is None:
        return None
    with suppress(OSError):
        head = os.pread(file, _VERSION_AT + 1, 0)
        if head.startswith(_MAGIC) and len(head) > _VERSION_AT:
            return Database(path=path, file=file, wal=head[_VERSION_AT] == _WAL_VERSION)
    os.close(file)
    return None


def _opened(path: str) -> int | None:
    """A descriptor of a plain file; None for everything else, without ever waiting."""
    with suppress(OSError):
        descriptor = os.open(path, _OPEN)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return descriptor
        os.close(descriptor)
    return None


def _taken(descriptor: int, kind: int, start: int, count: int = 1) -> bool:
    with suppress(OSError):  # another one has it
        fcntl.lockf(descriptor, kind | fcntl.LOCK_NB, count, start)
        return True
    return False


def _patiently(takes: list[Callable[[], bool]]) -> int:
    """How many locks were taken: each is tried until it is or the time is over."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    left = takes
    while left := [take for take in left if not take()]:
        if time.monotonic() > deadline:
            break
        time.sleep(PAUSE_SECONDS)
    return len(takes) - len(left)


def main() -> int:
    """Serve words until standard input ends."""
    locker = Locker(Path(os.environ.get("TAKEHOME_DATA", "/data")))
    words = {"keep": locker.keep, "lock": locker.lock, "unlock": locker.unlock}
    for line in sys.stdin:
        sys.stdout.write(json.dumps({"files": words[line.strip()]()}) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
