"""Orders (section 5 of the brief)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.params import Parameter

from app import orders
from app.bodies import NewOrder, parse
from app.checkout import Checkout
from app.db import Database
from app.errors import InvalidInputError, OrderNotFoundError
from app.orders import Order
from app.routes.links import location
from app.security import Principal, Role

KEY = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as clients see it."""

    id: str
    sku: str
    quantity: int
    amount_cents: int
    status: str
    placed_at: datetime

    @classmethod
    def of(cls, order: Order) -> OrderView:
        """Show an order."""
        return cls(
            order.id,
            order.sku,
            order.quantity,
            order.amount_cents,
            order.status.value,
            datetime.fromtimestamp(order.placed_at, UTC),
        )


@post("/orders")
async def place_order(
    request: Request[Principal, Any, Any],
    body: bytes,
    checkout: Checkout,
    key: Annotated[str, Parameter(header="Idempotency-Key")] = "",
) -> Response[OrderView]:
    """Reserve, pay, confirm, answer, notify. A repeated request gets 200 instead of 201."""
    if not KEY.fullmatch(key):
        raise InvalidInputError([("Idempotency-Key", "has to be 1 to 64 letters, digits or -")])
    order, is_new = await checkout.place(request.user.user, key, parse(NewOrder, body))
    if not is_new:
        return Response(
            OrderView.of(order), status_code=200, headers={"Idempotent-Replayed": "true"}
        )
    return Response(
        OrderView.of(order),
        status_code=201,
        headers={"Location": location(request, f"/orders/{order.id}")},
        background=BackgroundTask(checkout.notify, order.id),  # runs when the answer has left
    )


@get("/orders/{order_id:str}")
async def get_order(
    order_id: str, request: Request[Principal, Any, Any], database: Database
) -> OrderView:
    """Return one order to the user who placed it and to managers."""
    order = await database.read(orders.get, order_id)
    if order is None or (order.user != request.user.user and request.user.role is not Role.MANAGER):
        raise OrderNotFoundError
    return OrderView.of(order)


handlers = [place_order, get_order]
