"""Orders in the database. Each function runs inside one transaction of `Database`.

An order is `pending` from the moment its stock is taken, and then `confirmed` or `failed` for ever.
It stays pending no longer than its lease: afterwards `expire` takes the stock back, whatever
became of the process that placed it.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from dataclasses import dataclass
from enum import StrEnum

from app import items
from app.bodies import NewOrder
from app.errors import KeyReusedError, OrderUnderWayError


class Status(StrEnum):
    """Where an order stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Order:
    """An order of one item."""

    id: str
    user: str
    sku: str
    quantity: int
    amount_cents: int
    status: Status
    placed_at: float
    lease_until: float


_COLUMNS = "id, user, sku, quantity, amount_cents, status, placed_at, lease_until"


def _order(row: sqlite3.Row) -> Order:
    return Order(**{**dict(row), "status": Status(row["status"])})


def new_id(now: float) -> str:
    """Return an id that nobody can guess, and that sorts by time. All characters are URL-safe."""
    return f"ord~{int(now * 1000):x}.{secrets.token_urlsafe(12)}"


def reserve(
    connection: sqlite3.Connection, user: str, key: str, new: NewOrder, lease_seconds: float
) -> tuple[Order, bool]:
    """Take the stock for a new order, or return the order that the key stands for.

    The second value tells whether the order is new, which means: has to be paid for.
    """
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM orders WHERE user = ? AND idempotency_key = ?",  # noqa: S608
        (user, key),
    ).fetchone()
    if row is not None:
        known = _order(row)
        if (known.sku, known.quantity) != (new.sku, new.quantity):
            raise KeyReusedError
        if known.status is Status.PENDING:
            raise OrderUnderWayError
        return known, False
    item = items.take_stock(connection, new.sku, new.quantity)
    now = time.time()
    order = Order(
        id=new_id(now),
        user=user,
        sku=item.sku,
        quantity=new.quantity,
        amount_cents=new.quantity * item.price_cents,
        status=Status.PENDING,
        placed_at=now,
        lease_until=now + lease_seconds,
    )
    connection.execute(
        f"INSERT INTO orders (idempotency_key, {_COLUMNS})"  # noqa: S608
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            key,
            order.id,
            order.user,
            order.sku,
            order.quantity,
            order.amount_cents,
            order.status,
            order.placed_at,
            order.lease_until,
        ),
    )
    return order, True


def confirm(connection: sqlite3.Connection, order_id: str) -> bool:
    """Confirm a paid order. False if it was given up meanwhile."""
    cursor = connection.execute(
        """
        UPDATE orders SET status = 'confirmed', confirmed_at = ?
        WHERE id = ? AND status = 'pending'
        """,
        (time.time(), order_id),
    )
    return cursor.rowcount == 1


def release(connection: sqlite3.Connection, order_id: str) -> None:
    """Give up an order: its stock goes back, its key may be used again."""
    row = connection.execute(
        """
        UPDATE orders SET status = 'failed', idempotency_key = NULL
        WHERE id = ? AND status = 'pending'
        RETURNING sku, quantity
        """,
        (order_id,),
    ).fetchone()
    if row is not None:
        items.add_stock(connection, row["sku"], row["quantity"])


def expired(connection: sqlite3.Connection) -> list[str]:
    """Return the pending orders whose lease is over."""
    rows = connection.execute(
        "SELECT id FROM orders WHERE status = 'pending' AND lease_until < ?", (time.time(),)
    )
    return [row["id"] for row in rows]


def unnotified(connection: sqlite3.Connection, grace_seconds: float) -> list[str]:
    """Return the confirmed orders that nobody has begun to notify about for so long."""
    rows = connection.execute(
        """
        SELECT id FROM orders
        WHERE status = 'confirmed' AND notify_claimed = 0 AND confirmed_at < ?
        """,
        (time.time() - grace_seconds,),
    )
    return [row["id"] for row in rows]


def claim_notification(connection: sqlite3.Connection, order_id: str) -> Order | None:
    """Return the order to the one caller in all processes that shall notify about it."""
    row = connection.execute(
        f"""
        UPDATE orders SET notify_claimed = 1
        WHERE id = ? AND status = 'confirmed' AND notify_claimed = 0
        RETURNING {_COLUMNS}
        """,  # noqa: S608
        (order_id,),
    ).fetchone()
    return None if row is None else _order(row)


def get(connection: sqlite3.Connection, order_id: str) -> Order | None:
    """Return an order."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM orders WHERE id = ?",  # noqa: S608
        (order_id,),
    ).fetchone()
    return None if row is None else _order(row)
