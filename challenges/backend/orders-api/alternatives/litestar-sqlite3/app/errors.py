"""Everything that can go wrong, and the answer to it.

An error answer is an RFC 9457 problem document:
`{"type": "about:blank", "title": "…", "status": 409, "code": "out_of_stock", "detail": "…"}`;
invalid input adds `"violations": [{"where": "…", "what": "…"}, …]`.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any, ClassVar

from litestar import Request, Response
from litestar.exceptions import HTTPException

logger = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"


class ShopError(Exception):
    """The base of all errors that are an answer. Subclasses say which one."""

    status: ClassVar[HTTPStatus]
    code: ClassVar[str]
    detail: ClassVar[str]
    headers: ClassVar[dict[str, str]] = {}


class UnauthenticatedError(ShopError):
    """No token, or none that is valid."""

    status = HTTPStatus.UNAUTHORIZED
    code = "unauthenticated"
    detail = "Send a valid token: Authorization: Bearer <token>."
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class ForbiddenError(ShopError):
    """The role is not enough."""

    status = HTTPStatus.FORBIDDEN
    code = "managers_only"
    detail = "Only a manager may do this."


class InvalidInputError(ShopError):
    """A body, header or query parameter breaks a rule."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid_input"
    detail = "The request breaks a rule."

    def __init__(self, violations: list[tuple[str, str]]) -> None:
        """Say where which rule was broken."""
        super().__init__(violations)
        self.violations = [{"where": where, "what": what} for where, what in violations]


class ItemNotFoundError(ShopError):
    """There is no item of that sku."""

    status = HTTPStatus.NOT_FOUND
    code = "no_such_item"
    detail = "There is no item of this sku."


class SkuTakenError(ShopError):
    """The sku of a new item exists."""

    status = HTTPStatus.CONFLICT
    code = "sku_taken"
    detail = "There is an item of this sku already."


class ItemInUseError(ShopError):
    """An item with orders is to be deleted."""

    status = HTTPStatus.CONFLICT
    code = "item_has_orders"
    detail = "The item has orders and cannot be deleted. Set its stock to 0 to stop selling it."


class PreconditionRequiredError(ShopError):
    """A change without `If-Match`."""

    status = HTTPStatus.PRECONDITION_REQUIRED
    code = "if_match_missing"
    detail = "Send the item's ETag in If-Match."


class PreconditionFailedError(ShopError):
    """A change of something that has changed meanwhile."""

    status = HTTPStatus.PRECONDITION_FAILED
    code = "item_changed"
    detail = "The item has changed. Read it again."


class OrderNotFoundError(ShopError):
    """There is no such order, or it is somebody else's."""

    status = HTTPStatus.NOT_FOUND
    code = "no_such_order"
    detail = "There is no such order."


class OutOfStockError(ShopError):
    """Fewer pieces than were ordered."""

    status = HTTPStatus.CONFLICT
    code = "out_of_stock"
    detail = "There are not enough pieces left."


class KeyReusedError(ShopError):
    """An `Idempotency-Key` with another body than before."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "idempotency_key_reused"
    detail = "This Idempotency-Key was used for another order."


class OrderUnderWayError(ShopError):
    """The double of an order that is still being paid for."""

    status = HTTPStatus.CONFLICT
    code = "order_under_way"
    detail = "The first request with this Idempotency-Key is under way. Ask again for its result."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "3"}


class PaymentDeclinedError(ShopError):
    """The payment service said no."""

    status = HTTPStatus.PAYMENT_REQUIRED
    code = "payment_declined"
    detail = "The payment was declined."


class NoQuoteError(ShopError):
    """The price service does not know the sku."""

    status = HTTPStatus.NOT_FOUND
    code = "no_quote"
    detail = "There is no price for this sku."


class UnknownSkuError(ShopError):
    """Text that cannot be a sku, where upstream would be asked for it."""

    status = HTTPStatus.NOT_FOUND
    code = "no_such_sku"
    detail = "This cannot be a sku."


class UpstreamError(ShopError):
    """A call to upstream failed."""

    status = HTTPStatus.BAD_GATEWAY
    code = "upstream_failed"
    detail = "A service behind this one failed."


class UpstreamTimeoutError(UpstreamError):
    """A call to upstream got no answer in time."""

    status = HTTPStatus.GATEWAY_TIMEOUT
    code = "upstream_timeout"
    detail = "A service behind this one did not answer in time."


class NoWarehouseError(UpstreamError):
    """All warehouses failed."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "no_warehouse"
    detail = "No warehouse answered."


class ReservationLostError(ShopError):
    """The order ran out of time and its stock was taken back."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "reservation_lost"
    detail = "The order took too long and was given up."


def _problem(
    status: int, code: str, detail: str, headers: dict[str, str] | None = None, **more: object
) -> Response[dict[str, Any]]:
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
    }
    return Response(
        document | more, status_code=int(status), media_type=PROBLEM_JSON, headers=headers
    )


def on_shop_error(_: Request[Any, Any, Any], error: ShopError) -> Response[dict[str, Any]]:
    """Answer with one of the errors above."""
    more = {"violations": error.violations} if isinstance(error, InvalidInputError) else {}
    return _problem(error.status, error.code, error.detail, error.headers, **more)


def on_http_exception(_: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    """Answer with an error of the framework, such as an unknown path or a wrong method."""
    return _problem(error.status_code, "http_error", error.detail, error.headers)


def on_bug(_: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """Answer 500, tell the log everything and the client nothing."""
    logger.error("unexpected error", exc_info=error)
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "bug", "This should not have happened.")
