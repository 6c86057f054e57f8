"""Which workers live.

Each worker holds a lock on a file of its own beside the database. The kernel drops it with the
process, however that ends. So another worker knows for certain, without clocks, whether somebody
will still finish a pending order.
"""

from __future__ import annotations

import fcntl
import secrets
from pathlib import Path


class Worker:
    """The process that we are, among those that share a database."""

    def __init__(self, database_path: str) -> None:
        """Take a new identity, and hold its lock until `close`."""
        self._database_path = database_path
        self.id = secrets.token_hex(8)
        self._file = self._path(self.id).open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def is_dead(self, worker: str) -> bool:
        """Tell whether a worker has ended. None of us comes back: identities are not used twice."""
        if worker == self.id:
            return False
        try:
            with self._path(worker).open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return True
        except BlockingIOError:
            return False
        return True

    def bury(self, worker: str) -> None:
        """Remove what a dead worker left."""
        self._path(worker).unlink(missing_ok=True)

    def close(self) -> None:
        """End. Pending orders of this worker, if any are left, are now for others to settle."""
        self._file.close()
        self.bury(self.id)

    def _path(self, worker: str) -> Path:
        return Path(f"{self._database_path}.worker-{worker}")
