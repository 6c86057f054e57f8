"""The database: one SQLite file that several processes share."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine

from app.models import Base

LOCK_SECONDS = 5.0
"""How long a statement waits for another process's transaction."""


def make_engine(url: str) -> Engine:
    """Return an engine for `url`; it connects when it is first used."""
    return create_engine(url, connect_args={"timeout": LOCK_SECONDS})


def create_tables(engine: Engine) -> None:
    """Create what is missing. Safe when several processes do it at the same moment."""
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        Base.metadata.create_all(connection)
        connection.commit()
