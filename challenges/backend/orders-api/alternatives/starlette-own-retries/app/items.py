"""Items in the database. Each function runs inside a transaction of `Database`."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass
from typing import Any

from app.errors import ApiError
from app.schemas import Item, ItemChange

COLUMNS = "sku, name, price_cents, stock"


def new_version() -> str:
    """Return a version that no item ever had, so that a sku created anew has new ones, too."""
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item and the version that it has."""

    item: Item
    version: str

    @property
    def etag(self) -> str:
        """The version as HTTP writes it."""
        return f'"{self.version}"'


def create(connection: sqlite3.Connection, item: Item) -> StoredItem:
    """Store a new item; 409 if its sku exists."""
    version = new_version()
    cursor = connection.execute(
        "INSERT INTO items (sku, name, price_cents, stock, version) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (sku) DO NOTHING",
        (item.sku, item.name, item.price_cents, item.stock, version),
    )
    if cursor.rowcount == 0:
        raise ApiError(409, "this sku exists")
    return StoredItem(item, version)


def read(connection: sqlite3.Connection, sku: str) -> StoredItem:
    """Return an item; 404 if there is none."""
    row = connection.execute(
        f"SELECT {COLUMNS}, version FROM items WHERE sku = ?",  # noqa: S608 - a constant
        (sku,),
    ).fetchone()
    if row is None:
        raise ApiError(404, "no such item")
    values = dict(row)
    version = values.pop("version")
    return StoredItem(Item.model_construct(**values), version)


def page(connection: sqlite3.Connection, limit: int, offset: int) -> dict[str, Any]:
    """Return a part of all items in order of their sku, and how many there are."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM items ORDER BY sku LIMIT ? OFFSET ?",  # noqa: S608 - a constant
        (limit, offset),
    )
    (total,) = connection.execute("SELECT count(*) FROM items").fetchone()
    return {"items": [dict(row) for row in rows], "total": total}


def change(
    connection: sqlite3.Connection, sku: str, wanted: ItemChange, if_match: str | None
) -> StoredItem:
    """Change an item that still has a version named by `if_match`; 404, 428 or 412 otherwise."""
    stored = read(connection, sku)
    if if_match is None:
        raise ApiError(428, "If-Match is needed")
    accepted = {tag.strip() for tag in if_match.split(",")}
    if accepted.isdisjoint({stored.etag, "*"}):
        raise ApiError(412, "the item has changed")
    changes = wanted.model_dump(exclude_unset=True)
    if not changes:
        return stored
    changed = StoredItem(stored.item.model_copy(update=changes), new_version())
    item = changed.item
    connection.execute(
        "UPDATE items SET name = ?, price_cents = ?, stock = ?, version = ? WHERE sku = ?",
        (item.name, item.price_cents, item.stock, changed.version, sku),
    )
    return changed


def delete(connection: sqlite3.Connection, sku: str) -> None:
    """Delete an item; 404 if there is none, 409 while an order of it waits for its payment."""
    row = connection.execute("SELECT id FROM items WHERE sku = ?", (sku,)).fetchone()
    if row is None:
        raise ApiError(404, "no such item")
    pending = connection.execute(
        "SELECT 1 FROM orders WHERE status = 'pending' AND item_id = ?", (row["id"],)
    ).fetchone()
    if pending is not None:
        raise ApiError(409, "an order of this item is under way")
    connection.execute("DELETE FROM items WHERE id = ?", (row["id"],))
