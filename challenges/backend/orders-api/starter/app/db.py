"""The database: one SQLite file that several processes share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event

from app.models import Base

LOCK_SECONDS = 5.0
"""How long a statement waits for another process's transaction."""


def make_engine(url: str) -> Engine:
    """Return an engine for `url`; it connects when it is first used."""
    engine = create_engine(url, connect_args={"timeout": LOCK_SECONDS})
    event.listen(engine, "connect", _use_wal)
    return engine


def create_tables(engine: Engine) -> None:
    """Create what is missing. Safe when several processes do it at the same moment."""
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        Base.metadata.create_all(connection)
        connection.commit()


def _use_wal(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
    connection.execute("PRAGMA journal_mode=WAL")  # readers and a writer do not block each other
