"""The database: one SQLite file that several processes share.

Work is a plain function whose first parameter is a connection. `read` and `write` run it inside
one transaction on a thread, so that the event loop never waits for the disk or for a lock.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

LOCK_SECONDS = 10.0
"""How long a transaction waits for that of another process."""

READERS = 4

SCHEMA = (
    # AUTOINCREMENT: the id of a deleted item never comes back, which keeps old ETags invalid.
    """
    CREATE TABLE IF NOT EXISTS items (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        sku         TEXT    NOT NULL UNIQUE,
        name        TEXT    NOT NULL,
        price_cents INTEGER NOT NULL CHECK (price_cents >= 0),
        stock       INTEGER NOT NULL CHECK (stock >= 0),
        revision    INTEGER NOT NULL DEFAULT 1
    )
    """,
    # A failed order gives its idempotency key back (NULL), so that it can be tried again.
    """
    CREATE TABLE IF NOT EXISTS orders (
        id              TEXT    PRIMARY KEY,
        user            TEXT    NOT NULL,
        idempotency_key TEXT,
        sku             TEXT    NOT NULL,
        quantity        INTEGER NOT NULL CHECK (quantity > 0),
        amount_cents    INTEGER NOT NULL CHECK (amount_cents >= 0),
        status          TEXT    NOT NULL CHECK (status IN ('pending', 'confirmed', 'failed')),
        placed_at       REAL    NOT NULL,
        lease_until     REAL    NOT NULL,
        confirmed_at    REAL,
        notify_claimed  INTEGER NOT NULL DEFAULT 0,
        UNIQUE (user, idempotency_key)
    )
    """,
    "CREATE INDEX IF NOT EXISTS orders_by_sku ON orders (sku, status)",
    "CREATE INDEX IF NOT EXISTS orders_pending ON orders (lease_until) WHERE status = 'pending'",
    """
    CREATE INDEX IF NOT EXISTS orders_unnotified ON orders (confirmed_at)
    WHERE status = 'confirmed' AND notify_claimed = 0
    """,
)


class Database:
    """The connections of one process: one thread that writes, a few that read.

    One writing thread is enough because SQLite allows one writer anyway; waiting in its queue is
    cheaper and fairer than polling for SQLite's lock, which is left to the two processes.
    """

    def __init__(self, path: Path) -> None:
        """Use the file at `path`; nothing is opened yet."""
        self._path = path
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._writer = ThreadPoolExecutor(1, "db-writer")
        self._readers = ThreadPoolExecutor(READERS, "db-reader")

    async def prepare(self) -> None:
        """Create the file and what is missing in it. Several processes may do it at once."""
        await asyncio.get_running_loop().run_in_executor(self._writer, self._prepare)

    async def read(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `work` on a snapshot that holds all that was committed before."""
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, lambda: self._transaction("BEGIN", lambda c: work(c, *args, **kwargs))
        )

    async def write(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `work` alone; it is stored when this returns, and undone when `work` raises."""
        return await asyncio.get_running_loop().run_in_executor(
            self._writer,
            lambda: self._transaction("BEGIN IMMEDIATE", lambda c: work(c, *args, **kwargs)),
        )

    def close(self) -> None:
        """Finish what is under way and close all connections."""
        for threads in (self._writer, self._readers):
            threads.shutdown()
        for connection in self._opened:
            connection.close()

    def _transaction(self, begin: str, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._connection()
        connection.execute(begin)
        try:
            result = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result

    def _connection(self) -> sqlite3.Connection:
        """Return the connection of this thread."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self._path,
                timeout=LOCK_SECONDS,
                isolation_level=None,  # transactions begin where we say so, and nowhere else
                check_same_thread=False,  # `close` runs on another thread, when this one is gone
            )
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA temp_store = MEMORY")
            self._local.connection = connection
            self._opened.append(connection)
        return connection

    def _prepare(self) -> None:
        self._use_wal()

        def create(connection: sqlite3.Connection) -> None:
            for statement in SCHEMA:
                connection.execute(statement)

        self._transaction("BEGIN IMMEDIATE", create)

    def _use_wal(self) -> None:
        """Let readers and a writer not block each other. The file remembers it.

        Two processes that switch a new file at the same moment can get "locked" at once, without
        the usual waiting; the second one only has to look again.
        """
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                self._connection().execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return
