"""What can go wrong, each with the status that the client gets."""

from __future__ import annotations


class ApiError(Exception):
    """An answer other than success. Subclasses fix status and text."""

    status = 500
    detail = "internal error"


class ItemNotFoundError(ApiError):
    """There is no item with this sku."""

    status = 404
    detail = "no such item"


class SkuTakenError(ApiError):
    """An item with this sku exists."""

    status = 409
    detail = "an item with this sku exists"


class StaleItemError(ApiError):
    """The item has changed since the client read it."""

    status = 412
    detail = "the item has changed; read it again"


class OrderNotFoundError(ApiError):
    """There is no such order, or it is none of the caller's business."""

    status = 404
    detail = "no such order"


class OutOfStockError(ApiError):
    """Less than the wanted quantity is left."""

    status = 409
    detail = "not enough stock"


class KeyReusedError(ApiError):
    """The idempotency key belongs to a different order."""

    status = 409
    detail = "this Idempotency-Key was used for another order"


class KeyInProgressError(ApiError):
    """The order with this key is being paid for at this moment."""

    status = 409
    detail = "the order with this Idempotency-Key is in progress"


class ReservationLostError(ApiError):
    """The payment took so long that the reservation was given up."""

    status = 503
    detail = "the order could not be completed in time"


class PaymentDeclinedError(ApiError):
    """The payment service said no."""

    status = 402
    detail = "the payment was declined"


class UnknownPriceError(ApiError):
    """The price service does not know this sku."""

    status = 404
    detail = "no price for this sku"


class UpstreamError(ApiError):
    """An upstream service failed."""

    status = 502
    detail = "an upstream service failed"


class UpstreamTimeoutError(UpstreamError):
    """An upstream service did not answer in time."""

    status = 504
    detail = "an upstream service did not answer in time"
