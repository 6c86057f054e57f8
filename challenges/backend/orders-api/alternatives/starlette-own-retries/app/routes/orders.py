"""Orders (section 5 of the brief)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app import orders
from app.checkout import Checkout
from app.errors import ApiError
from app.orders import Order
from app.schemas import KEY, OrderRequest
from app.security import Role
from app.web import authenticate, body_of, services


class AnswerThenNotify(JSONResponse):
    """The answer to a new order; when it is out, or nobody listens, the notification starts."""

    def __init__(self, order: Order, checkout: Checkout) -> None:
        """Answer with `order`."""
        super().__init__(order.public(), 201, {"Location": f"/orders/{order.id}"})
        self._order = order
        self._checkout = checkout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._checkout.notify(self._order)


async def place_order(request: Request) -> Response:
    """Reserve, pay, confirm, answer, notify."""
    principal = authenticate(request)
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        raise ApiError(422, "Idempotency-Key is 1 to 64 letters, digits or hyphens")
    wanted = await body_of(request, OrderRequest)
    checkout = services(request).checkout
    order, is_new = await checkout.place(principal.user, key, wanted)
    return AnswerThenNotify(order, checkout) if is_new else JSONResponse(order.public())


async def get_order(request: Request) -> Response:
    """Return one order to those who may see it; to others there is none."""
    principal = authenticate(request)
    order_id: str = request.path_params["order_id"]
    order = await services(request).database.read(
        lambda connection: orders.find(connection, order_id)
    )
    if order is None or (principal.role is not Role.MANAGER and order.user != principal.user):
        raise ApiError(404, "no such order")
    return JSONResponse(order.public())


routes = [
    Route("/orders", place_order, methods=["POST"]),
    Route("/orders/{order_id}", get_order, methods=["GET"]),
]
