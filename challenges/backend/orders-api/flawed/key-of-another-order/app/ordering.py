"""The life of an order: reserved, then confirmed or released. Short transactions only.

No transaction stays open while the payment is under way. Between `reserve` and `confirm`
the order is `pending`, and its stock is already taken.
"""

from __future__ import annotations

import time
import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import (
    ItemNotFoundError,
    KeyInProgressError,
    OrderNotFoundError,
    OutOfStockError,
    ReservationLostError,
)
from app.models import Item, Order
from app.schemas import OrderRequest
from app.security import Principal, Role

RESERVATION_SECONDS = 4.0
"""A pending order this old is dead: the payment's time limit (2.5 s) is long over."""


def reserve(database: Database, user: str, key: str, wanted: OrderRequest) -> tuple[Order, bool]:
    """Take the stock for a new order, or find the confirmed one with the same key.

    Returns the order and whether it is new. Raises `KeyReusedError`, `KeyInProgressError`,
    `ItemNotFoundError` or `OutOfStockError`, each without any change.
    """
    with database.writing() as session:
        earlier = session.scalar(
            select(Order).where(Order.user == user, Order.idempotency_key == key)
        )
        if earlier is not None:
            return _replay(earlier), False
        price = _take_stock(session, wanted)
        order = Order(
            id=uuid.uuid4().hex,
            user=user,
            idempotency_key=key,
            sku=wanted.sku,
            quantity=wanted.quantity,
            amount_cents=price * wanted.quantity,
            status="pending",
            created_at=time.time(),
        )
        session.add(order)
    return order, True


def _replay(earlier: Order) -> Order:
    if earlier.status != "confirmed":
        raise KeyInProgressError
    return earlier


def _take_stock(session: Session, wanted: OrderRequest) -> int:
    """Lower the stock if it suffices and return the price: one statement, so no race."""
    price: int | None = session.scalar(
        update(Item)
        .where(Item.sku == wanted.sku, Item.stock >= wanted.quantity)
        .values(stock=Item.stock - wanted.quantity, version=Item.version + 1)
        .returning(Item.price_cents)
    )
    if price is None:
        known = session.scalar(select(Item.id).where(Item.sku == wanted.sku))
        raise ItemNotFoundError if known is None else OutOfStockError
    return price


def confirm(database: Database, order_id: str) -> Order:
    """Make a pending order final. `ReservationLostError` if it was released meanwhile."""
    with database.writing() as session:
        order: Order | None = session.scalar(
            update(Order)
            .where(Order.id == order_id, Order.status == "pending")
            .values(status="confirmed")
            .returning(Order)
        )
        if order is None:
            raise ReservationLostError
    return order


def release(database: Database, order_id: str) -> None:
    """Give the stock of a pending order back. Does nothing for any other order."""
    with database.writing() as session:
        _release(session, order_id)


def release_dead(database: Database) -> int:
    """Release the pending orders whose process must have died; return how many."""
    oldest = time.time() - RESERVATION_SECONDS
    dead = select(Order.id).where(Order.status == "pending", Order.created_at < oldest)
    with database.reading() as session:
        if session.scalar(dead.limit(1)) is None:  # no write lock for the usual case
            return 0
    with database.writing() as session:
        order_ids = session.scalars(dead).all()
        for order_id in order_ids:
            _release(session, order_id)
    return len(order_ids)


def _release(session: Session, order_id: str) -> None:
    order = session.scalar(
        update(Order)
        .where(Order.id == order_id, Order.status == "pending")
        .values(status="failed", idempotency_key=None)
        .returning(Order)
    )
    if order is not None:
        session.execute(
            update(Item)
            .where(Item.sku == order.sku)
            .values(stock=Item.stock + order.quantity, version=Item.version + 1)
        )


def get_order(database: Database, order_id: str, caller: Principal) -> Order:
    """Return the order to its owner or a manager; for others it does not exist."""
    with database.reading() as session:
        order = session.get(Order, order_id)
    if order is None or (caller.role is not Role.MANAGER and order.user != caller.user):
        raise OrderNotFoundError
    return order
