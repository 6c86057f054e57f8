"""Writers do not wait for a lock inside the database: the shop tries again by itself."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from app import shop, store


class Store(store.Store):
    """Takes the write lock before it looks, and comes back for it as long as it is taken."""

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with self.connected() as connection:
            connection.execute("PRAGMA busy_timeout = 0")
            self.begin(connection)
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def begin(self, connection: sqlite3.Connection) -> None:
        deadline = time.monotonic() + store.LOCK_SECONDS
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(random.uniform(0.001, 0.02))
            else:
                return


class Shop(shop.Shop):
    """Uses that store."""

    def new_store(self, path: str) -> Store:
        return Store(path)
