"""Access to the one SQLite file that all workers share.

Python's `sqlite3` blocks, so it never runs on the event loop. Each process has *one* writing
thread: writers of a process queue in memory, and only the few processes compete for the file's
lock. Readers have threads of their own; in WAL mode they neither wait for a writer nor hold one up.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

READERS = 4
BUSY_SECONDS = 20.0
"""How long one transaction is tried again while another process holds the lock."""
LOCK_WAIT_SECONDS = 0.1
"""How long SQLite itself waits in each try. For some locks (WAL set-up) it never waits."""
PAUSE_SECONDS = (0.002, 0.02)
"""Between two tries: random, so that two processes do not stay in step."""

SCHEMA = (
    """
    CREATE TABLE IF NOT EXISTS items (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        sku TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        price_cents INTEGER NOT NULL CHECK (price_cents >= 0),
        stock INTEGER NOT NULL CHECK (stock >= 0),
        version TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS orders (
        id TEXT PRIMARY KEY,
        user TEXT NOT NULL,
        idempotency_key TEXT NOT NULL,
        item_id INTEGER NOT NULL,
        sku TEXT NOT NULL,
        quantity INTEGER NOT NULL,
        amount_cents INTEGER NOT NULL,
        status TEXT NOT NULL,
        worker TEXT NOT NULL,
        notification_due INTEGER NOT NULL DEFAULT 0,
        UNIQUE (user, idempotency_key)
    )
    """,
    "CREATE INDEX IF NOT EXISTS orders_pending ON orders (item_id) WHERE status = 'pending'",
    "CREATE INDEX IF NOT EXISTS orders_unnotified ON orders (worker) WHERE notification_due = 1",
)


def is_busy(error: sqlite3.OperationalError) -> bool:
    """Tell whether `error` only says that another connection is in the way."""
    primary = error.sqlite_errorcode & 0xFF  # the rest says in which way
    return primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class Database:
    """Runs functions in transactions, on threads."""

    def __init__(self, path: str) -> None:
        """Use the file at `path`; nothing is opened yet."""
        self._path = path
        self._writer = ThreadPoolExecutor(1, "database-writer")
        self._readers = ThreadPoolExecutor(READERS, "database-reader")
        self._of_thread = threading.local()
        self._open: list[sqlite3.Connection] = []

    async def read(self, work: Work[T]) -> T:
        """Run `work` on one consistent view of the database."""
        return await self._on(self._readers, "BEGIN", work)

    async def write(self, work: Work[T]) -> T:
        """Run `work` in a transaction that is committed when this returns.

        `work` may be run several times; all but the last run are rolled back.
        """
        return await self._on(self._writer, "BEGIN IMMEDIATE", work)

    async def create_tables(self) -> None:
        """Create what is missing. Safe when several workers do it at the same moment."""

        def create(connection: sqlite3.Connection) -> None:
            for statement in SCHEMA:
                connection.execute(statement)

        await self.write(create)

    def close(self) -> None:
        """Finish what is under way and close all connections."""
        for threads in (self._writer, self._readers):
            threads.shutdown(wait=True)
        for connection in self._open:
            connection.close()

    async def _on(self, threads: ThreadPoolExecutor, begin: str, work: Work[T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(threads, self._with_retries, begin, work)

    def _with_retries(self, begin: str, work: Work[T]) -> T:
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                return self._transaction(begin, work)
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise
            time.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - no secret

    def _transaction(self, begin: str, work: Work[T]) -> T:
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
        with suppress(AttributeError):
            known: sqlite3.Connection = self._of_thread.connection
            return known
        connection = sqlite3.connect(
            self._path,
            timeout=LOCK_WAIT_SECONDS,
            isolation_level=None,  # we say BEGIN and COMMIT ourselves
            check_same_thread=False,  # `close` runs on another thread, when this one has ended
        )
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # an answer survives a power cut, too
        except BaseException:
            connection.close()
            raise
        self._of_thread.connection = connection
        self._open.append(connection)
        return connection
