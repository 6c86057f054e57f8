"""Transactions begin by reading and take the write lock later, which SQLite cannot wait for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import sqlite3

from app import shop, store


class Store(store.Store):
    """Begins deferred, reads, then writes."""

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with self.connected() as connection:
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM items").fetchone()
            yield connection
            connection.execute("COMMIT")


class Shop(shop.Shop):
    """Uses that store."""

    def new_store(self, path: str) -> Store:
        return Store(path)
