"""Items in the database. Every function is one short transaction."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.db import Database
from app.errors import ItemNotFoundError, SkuTakenError, StaleItemError
from app.models import Item
from app.schemas import ItemDocument


def create_item(database: Database, document: ItemDocument) -> Item:
    """Store a new item. `SkuTakenError` when the sku exists: the unique index decides."""
    item = Item(**document.model_dump())
    try:
        with database.writing() as session:
            session.add(item)
    except IntegrityError as error:
        raise SkuTakenError from error
    return item


def get_item(database: Database, sku: str) -> Item:
    """Return the item, or raise `ItemNotFoundError`."""
    with database.reading() as session:
        item = session.scalar(select(Item).where(Item.sku == sku))
    if item is None:
        raise ItemNotFoundError
    return item


def list_items(database: Database, limit: int, offset: int) -> tuple[list[Item], int]:
    """Return one page in order of the sku, and how many items there are in all."""
    with database.reading() as session:
        page = session.scalars(select(Item).order_by(Item.sku).limit(limit).offset(offset)).all()
        return list(page), len(page)


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
