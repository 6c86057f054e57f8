"""Items in the database. Each function runs inside one transaction of `Database`."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass

from app.bodies import ItemChange, NewItem
from app.errors import (
    ItemInUseError,
    ItemNotFoundError,
    OutOfStockError,
    PreconditionFailedError,
    SkuTakenError,
)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the shop. `revision` grows with each change."""

    id: int
    sku: str
    name: str
    price_cents: int
    stock: int
    revision: int

    @property
    def etag(self) -> str:
        """A strong entity tag, opaque to clients.

        Made of id and revision, not of the contents: contents can come back, and with them a tag
        that somebody read before two changes.
        """
        digest = hashlib.blake2b(f"{self.id}/{self.revision}".encode(), digest_size=12)
        return f'"{digest.hexdigest()}"'


def insert(connection: sqlite3.Connection, new: NewItem) -> Item:
    """Store a new item."""
    try:
        connection.execute(
            "INSERT INTO items (sku, name, price_cents, stock) VALUES (?, ?, ?, ?)",
            (new.sku, new.name, new.price_cents, new.stock),
        )
    except sqlite3.IntegrityError as error:
        raise SkuTakenError from error
    return get(connection, new.sku)


def get(connection: sqlite3.Connection, sku: str) -> Item:
    """Return the item of a sku."""
    row = connection.execute(
        "SELECT id, sku, name, price_cents, stock, revision FROM items WHERE sku = ?", (sku,)
    ).fetchone()
    if row is None:
        raise ItemNotFoundError
    return Item(*row)


def page(connection: sqlite3.Connection, limit: int, offset: int) -> tuple[list[Item], int]:
    """Return some items in order of their sku, and how many there are in all."""
    rows = connection.execute(
        "SELECT id, sku, name, price_cents, stock, revision FROM items"
        " ORDER BY sku LIMIT ? OFFSET ?",
        (limit, offset),
    ).fetchall()
    (total,) = connection.execute("SELECT count(*) FROM items").fetchone()
    return [Item(*row) for row in rows], total


def change(connection: sqlite3.Connection, sku: str, etag: str, wanted: ItemChange) -> Item:
    """Change the fields that were sent, if the item is still the one that `etag` names."""
    item = get(connection, sku)
    if item.etag != etag:
        raise PreconditionFailedError
    fields = wanted.model_dump(exclude_unset=True)
    connection.execute(
        """
        UPDATE items SET name = ?, price_cents = ?, stock = ?, revision = revision + 1
        WHERE id = ?
        """,
        (
            fields.get("name", item.name),
            fields.get("price_cents", item.price_cents),
            fields.get("stock", item.stock),
            item.id,
        ),
    )
    return get(connection, sku)


def delete(connection: sqlite3.Connection, sku: str) -> None:
    """Delete an item that has no orders but failed ones."""
    item = get(connection, sku)
    in_use = connection.execute(
        "SELECT 1 FROM orders WHERE sku = ? AND status IN ('pending', 'confirmed') LIMIT 1", (sku,)
    ).fetchone()
    if in_use:
        raise ItemInUseError
    connection.execute("DELETE FROM items WHERE id = ?", (item.id,))


def take_stock(connection: sqlite3.Connection, sku: str, quantity: int) -> Item:
    """Take pieces from the stock, or raise if there are not enough."""
    item = get(connection, sku)
    if item.stock < quantity:
        raise OutOfStockError
    add_stock(connection, sku, -quantity)
    return item


def add_stock(connection: sqlite3.Connection, sku: str, quantity: int) -> None:
    """Put pieces into the stock."""
    connection.execute(
        "UPDATE items SET stock = stock + ?, revision = revision + 1 WHERE sku = ?",
        (quantity, sku),
    )
