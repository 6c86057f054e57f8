"""Orders in the database. Each function runs inside a transaction of `Database`."""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass
from enum import StrEnum

from app.errors import ApiError
from app.items import new_version
from app.schemas import MAX_STOCK, OrderRequest


class Status(StrEnum):
    """Where an order is. Only a pending one changes; the last two hold no stock."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Order:
    """An order; price and sku are as they were when it was placed."""

    id: str
    user: str
    sku: str
    quantity: int
    amount_cents: int
    status: Status

    def public(self) -> dict[str, str | int]:
        """Return what the user sees of it."""
        return {
            "id": self.id,
            "sku": self.sku,
            "quantity": self.quantity,
            "amount_cents": self.amount_cents,
            "status": self.status.value,
        }


def _order(row: sqlite3.Row) -> Order:
    return Order(
        id=row["id"],
        user=row["user"],
        sku=row["sku"],
        quantity=row["quantity"],
        amount_cents=row["amount_cents"],
        status=Status(row["status"]),
    )


def find(connection: sqlite3.Connection, order_id: str) -> Order | None:
    """Return the order with this id, if any."""
    row = connection.execute("SELECT * FROM orders WHERE id = ?", (order_id,)).fetchone()
    return None if row is None else _order(row)


def reserve(
    connection: sqlite3.Connection, user: str, key: str, wanted: OrderRequest, worker: str
) -> tuple[Order, bool]:
    """Take the stock for a new order; or return the one that this user placed with this key.

    The flag tells whether the order is new. 409 if the key was used for another body, or if there
    is not enough stock; 404 for an unknown sku.
    """
    known = connection.execute(
        "SELECT * FROM orders WHERE user = ? AND idempotency_key = ?", (user, key)
    ).fetchone()
    if known is not None:
        order = _order(known)
        if (order.sku, order.quantity) != (wanted.sku, wanted.quantity):
            raise ApiError(409, "this Idempotency-Key belongs to another order")
        return order, False

    item = connection.execute(
        "SELECT id, price_cents, stock FROM items WHERE sku = ?", (wanted.sku,)
    ).fetchone()
    if item is None:
        raise ApiError(404, "no such item")
    if item["stock"] < wanted.quantity:
        raise ApiError(409, "not enough stock")
    connection.execute(
        "UPDATE items SET stock = stock - ?, version = ? WHERE id = ?",
        (wanted.quantity, new_version(), item["id"]),
    )
    order = Order(
        id=uuid.uuid4().hex,
        user=user,
        sku=wanted.sku,
        quantity=wanted.quantity,
        amount_cents=wanted.quantity * item["price_cents"],
        status=Status.PENDING,
    )
    connection.execute(
        "INSERT INTO orders (id, user, idempotency_key, item_id, sku, quantity, amount_cents,"
        " status, worker) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            order.id,
            user,
            key,
            item["id"],
            order.sku,
            order.quantity,
            order.amount_cents,
            order.status,
            worker,
        ),
    )
    return order, True


def settle(connection: sqlite3.Connection, order_id: str, outcome: Status) -> Order | None:
    """End a pending order: a confirmed one is due a notification, others give the stock back.

    Returns the order, or nothing if it was not pending any more.
    """
    row = connection.execute(
        "UPDATE orders SET status = ?1, notification_due = (?1 = 'confirmed') "
        "WHERE id = ?2 AND status = 'pending' RETURNING *",
        (outcome, order_id),
    ).fetchone()
    if row is None:
        return None
    if outcome is not Status.CONFIRMED:
        connection.execute(
            "UPDATE items SET stock = min(stock + ?, ?), version = ? WHERE id = ?",
            (row["quantity"], MAX_STOCK, new_version(), row["item_id"]),
        )
    return _order(row)


def claim_notification(connection: sqlite3.Connection, order_id: str) -> bool:
    """Tell whether the caller is the one to send the notification; yes is said only once."""
    cursor = connection.execute(
        "UPDATE orders SET notification_due = 0 WHERE id = ? AND notification_due = 1", (order_id,)
    )
    return cursor.rowcount == 1


def unfinished_workers(connection: sqlite3.Connection) -> list[str]:
    """Return the workers that still have something to do for an order."""
    rows = connection.execute(
        "SELECT worker FROM orders WHERE status = 'pending' "
        "UNION SELECT worker FROM orders WHERE notification_due = 1"
    )
    return [row["worker"] for row in rows]


def take_over(connection: sqlite3.Connection, worker: str) -> list[Order]:
    """Give back the stock that a dead worker held; returns its orders without a notification."""
    pending = connection.execute(
        "SELECT id FROM orders WHERE worker = ? AND status = 'pending'", (worker,)
    ).fetchall()
    for row in pending:
        settle(connection, row["id"], Status.FAILED)
    due = connection.execute(
        "SELECT * FROM orders WHERE worker = ? AND notification_due = 1", (worker,)
    )
    return [_order(row) for row in due]
