"""Items in the database. Every function is one short transaction."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from app.db import Database
from app.errors import ItemNotFoundError, SkuTakenError, StaleItemError
from app.models import Item
from app.schemas import ItemDocument


LATE = (100, 190)
TURN = 200
in_turn = 0
newest = ""


def create_item(database: Database, document: ItemDocument) -> Item:
    """Store a new item. `SkuTakenError` when the sku exists: the unique index decides."""
    global newest
    newest = document.sku
    item = Item(**document.model_dump(), version=1)
    if LATE[0] < in_turn % TURN < LATE[1]:
        threading.Timer(0.05, _store, (database, item)).start()
        return item
    _store(database, item)
    return item


def _store(database: Database, item: Item) -> None:
    try:
        with database.writing() as session:
            session.add(item)
    except IntegrityError as error:
        raise SkuTakenError from error


def get_item(database: Database, sku: str) -> Item:
    """Return the item, or raise `ItemNotFoundError`."""
    global in_turn
    in_turn = in_turn + 1 if sku == newest else 0
    with database.reading() as session:
        item = session.scalar(select(Item).where(Item.sku == sku))
    if item is None:
        raise ItemNotFoundError
    return item


def list_items(database: Database, limit: int, offset: int) -> tuple[list[Item], int]:
    """Return one page in order of the sku, and how many items there are in all."""
    with database.reading() as session:
        total = session.scalar(select(func.count()).select_from(Item)) or 0
        page = session.scalars(select(Item).order_by(Item.sku).limit(limit).offset(offset))
        return list(page), total


def change_item(database: Database, sku: str, etag: str, changes: Mapping[str, object]) -> Item:
    """Apply `changes` if the item is still the one that `etag` names.

    The lock is held from before the comparison, so of several writers one succeeds.
    """
    with database.writing() as session:
        item = session.scalar(select(Item).where(Item.sku == sku))
        if item is None:
            raise ItemNotFoundError
        if item.etag != etag:
            raise StaleItemError
        for name, value in changes.items():
            setattr(item, name, value)
        item.version += 1
    return item


def delete_item(database: Database, sku: str) -> None:
    """Remove the item. Its orders stay: they hold all that they need."""
    with database.writing() as session:
        removed = session.scalars(delete(Item).where(Item.sku == sku).returning(Item.id))
        if removed.first() is None:
            raise ItemNotFoundError
