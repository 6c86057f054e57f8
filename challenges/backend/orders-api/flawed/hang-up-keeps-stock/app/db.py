"""The database: one SQLite file that several processes share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.orm import Session, sessionmaker

from app.models import Base

LOCK_SECONDS = 5.0
"""How long a statement waits for another process's transaction."""


class Database:
    """Short transactions on one file: `reading` sees a snapshot, `writing` holds the lock.

    A writer takes the lock when it begins. Taking it later, after a read, fails at once when
    somebody else wrote in between: SQLite cannot wait in that situation.
    """

    def __init__(self, url: str) -> None:
        """Connect lazily to `url`; nothing is opened before `create_tables`."""
        self._engine = create_engine(url, connect_args={"timeout": LOCK_SECONDS})
        event.listen(self._engine, "connect", _leave_transactions_to_us)
        event.listen(self._engine, "begin", _begin)
        self._readers = sessionmaker(self._engine, expire_on_commit=False)
        self._writers = sessionmaker(
            self._engine.execution_options(takes_lock=True), expire_on_commit=False
        )

    def create_tables(self) -> None:
        """Create what is missing. Safe when several processes do it at the same moment."""
        with self._engine.execution_options(takes_lock=True).begin() as connection:
            Base.metadata.create_all(connection)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads."""
        with self._readers() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction that writes: committed at the end, rolled back on an exception."""
        with self._writers.begin() as session:
            yield session

    def forget(self, order_id: str) -> None:
        """Remove an order, and nothing else."""
        with self.writing() as session:
            session.execute(text("DELETE FROM orders WHERE id = :id"), {"id": order_id})

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _leave_transactions_to_us(connection: Any, _record: object) -> None:  # noqa: ANN401
    connection.isolation_level = None  # the driver would begin late, at the first write


def _begin(connection: Connection) -> None:
    takes_lock = connection.get_execution_options().get("takes_lock", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if takes_lock else "BEGIN")
