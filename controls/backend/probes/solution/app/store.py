"""Items and orders in one SQLite file. Every method is one short transaction."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

LOCK_SECONDS = 5.0
SCHEMA = """
CREATE TABLE IF NOT EXISTS items (name TEXT PRIMARY KEY, stock INTEGER, version INTEGER);
CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, name TEXT, user TEXT, key TEXT, status TEXT, begun REAL,
    UNIQUE (user, key)
);
"""


@dataclass(frozen=True, slots=True)
class Item:
    """A row of items."""

    name: str
    stock: int
    version: int


@dataclass(frozen=True, slots=True)
class Order:
    """A row of orders. `status` is pending or confirmed."""

    id: str
    name: str
    user: str
    status: str


class Store:
    """The database, shared by all workers."""

    def __init__(self, path: str) -> None:
        self.path = path
        with self.connected() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")

    @contextmanager
    def connected(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own, transactions left to us."""
        connection = sqlite3.connect(self.path, timeout=LOCK_SECONDS, isolation_level=None)
        with closing(connection):
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the write lock from its beginning."""
        with self.connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def create(self, name: str, stock: int) -> bool:
        """Whether the item was made: the primary key decides."""
        with self.writing() as connection:
            made = connection.execute(
                "INSERT INTO items VALUES (?, ?, 1) ON CONFLICT DO NOTHING", (name, stock)
            )
            return made.rowcount == 1

    def read(self, name: str) -> Item | None:
        """The item."""
        with self.connected() as connection:
            row = connection.execute("SELECT * FROM items WHERE name = ?", (name,)).fetchone()
        return Item(*row) if row else None

    def edit(self, name: str, version: int, stock: int) -> bool:
        """Whether the item still had that version and was changed."""
        with self.writing() as connection:
            changed = connection.execute(
                "UPDATE items SET stock = ?, version = version + 1 WHERE name = ? AND version = ?",
                (stock, name, version),
            )
            return changed.rowcount == 1

    def reserve(self, order: str, name: str, user: str, key: str) -> Order | None:
        """Take a piece for a new order, or give the order that the key has; None: sold out."""
        with self.writing() as connection:
            known = connection.execute(
                "SELECT id, name, user, status FROM orders WHERE user = ? AND key = ?", (user, key)
            ).fetchone()
            if known:
                return Order(*known)
            taken = connection.execute(
                "UPDATE items SET stock = stock - 1, version = version + 1"
                " WHERE name = ? AND stock > 0",
                (name,),
            )
            if taken.rowcount == 0:
                return None
            connection.execute(
                "INSERT INTO orders VALUES (?, ?, ?, ?, 'pending', ?)",
                (order, name, user, key, time.time()),
            )
        return Order(order, name, user, "new")

    def confirm(self, order: str) -> bool:
        """Whether the order was still pending and is confirmed now."""
        with self.writing() as connection:
            changed = connection.execute(
                "UPDATE orders SET status = 'confirmed' WHERE id = ? AND status = 'pending'",
                (order,),
            )
            return changed.rowcount == 1

    def undo(self, order: str) -> None:
        """Give back the piece of a pending order and forget it."""
        with self.writing() as connection:
            gone = connection.execute(
                "DELETE FROM orders WHERE id = ? AND status = 'pending' RETURNING name", (order,)
            ).fetchone()
            if gone:
                connection.execute(
                    "UPDATE items SET stock = stock + 1, version = version + 1 WHERE name = ?",
                    gone,
                )

    def overdue(self, seconds: float) -> list[str]:
        """Ids of orders that have been pending for so long that nobody pays them any more."""
        with self.connected() as connection:
            rows = connection.execute(
                "SELECT id FROM orders WHERE status = 'pending' AND begun < ?",
                (time.time() - seconds,),
            )
            return [row[0] for row in rows]

    def order(self, order: str) -> Order | None:
        """The order."""
        with self.connected() as connection:
            row = connection.execute(
                "SELECT id, name, user, status FROM orders WHERE id = ?", (order,)
            ).fetchone()
        return Order(*row) if row else None
