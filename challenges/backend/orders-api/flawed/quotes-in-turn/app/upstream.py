"""The upstream services: prices, warehouses, payments, notifications.

Each call is made once and has one time limit for all of it, body included. Whatever goes
wrong becomes an `UpstreamError`.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Literal, Self, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError

from app.errors import (
    PaymentDeclinedError,
    UnknownPriceError,
    UpstreamError,
    UpstreamTimeoutError,
)
from app.models import Order
from app.schemas import Availability, Quote, WarehouseStock

CALL_SECONDS = 2.5
WAREHOUSES = range(1, 6)
logger = logging.getLogger(__name__)


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True)


class _Price(_Answer):
    price_cents: int
    currency: str


class _Stock(_Answer):
    available: int


class _Payment(_Answer):
    status: Literal["approved"]


AnswerT = TypeVar("AnswerT", bound=_Answer)
Document = dict[str, str | int]


class Upstream:
    """A client for all upstream services; one per process, its connections are shared."""

    def __init__(self, base_url: str) -> None:
        """Call services below `base_url`. Enter it as a context to have it closed."""
        self._quotes = asyncio.Lock()
        limits = httpx2.Limits(max_connections=200, max_keepalive_connections=20)
        self._client = httpx2.AsyncClient(
            base_url=base_url, timeout=CALL_SECONDS, limits=limits, trust_env=False
        )

    async def __aenter__(self) -> Self:
        """Return the client, ready to use."""
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def quote(self, sku: str) -> Quote:
        """Ask for the price of the moment."""
        async with self._quotes:
            response = await self._call("GET", f"/prices/{quote(sku, safe='')}")
        if response.status_code == 404:
            raise UnknownPriceError
        price = _parse(_Price, response, 200)
        return Quote(sku=sku, price_cents=price.price_cents, currency=price.currency)

    async def availability(self, sku: str) -> Availability:
        """Ask all warehouses at once; `UpstreamError` when none of them answers."""
        warehouses = await asyncio.gather(*(self._stock(number, sku) for number in WAREHOUSES))
        known = [entry.available for entry in warehouses if entry.available is not None]
        if not known:
            raise UpstreamError
        return Availability(
            sku=sku,
            available=sum(known),
            complete=len(known) == len(warehouses),
            warehouses=list(warehouses),
        )

    async def _stock(self, number: int, sku: str) -> WarehouseStock:
        try:
            path = f"/warehouses/{number}/stock/{quote(sku, safe='')}"
            stock = _parse(_Stock, await self._call("GET", path), 200)
        except UpstreamError as error:
            logger.warning("warehouse %d failed: %s", number, error.detail)
            return WarehouseStock(warehouse=number, available=None)
        return WarehouseStock(warehouse=number, available=stock.available)

    async def pay(self, order: Order) -> None:
        """Charge the customer. `PaymentDeclinedError` when the answer is no."""
        document: Document = {
            "order_id": order.id,
            "sku": order.sku,
            "amount_cents": order.amount_cents,
        }
        response = await self._call("POST", "/payments", document)
        if response.status_code == 402:
            raise PaymentDeclinedError
        _parse(_Payment, response, 201)

    async def notify(self, order: Order) -> None:
        """Send the confirmation. A failure is logged: the order stands without it."""
        document: Document = {
            "order_id": order.id,
            "sku": order.sku,
            "quantity": order.quantity,
            "user": order.user,
        }
        try:
            response = await self._call("POST", "/notify", document)
        except UpstreamError as error:
            logger.warning("order %s: notification failed: %s", order.id, error.detail)
            return
        if response.status_code != 202:
            logger.warning("order %s: notification got %d", order.id, response.status_code)

    async def _call(
        self, method: str, path: str, document: Document | None = None
    ) -> httpx2.Response:
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await self._client.request(method, path, json=document)
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise UpstreamTimeoutError from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise UpstreamError from error


def _parse(kind: type[AnswerT], response: httpx2.Response, status: int) -> AnswerT:
    """Read the body of a success; `UpstreamError` for any other status or body."""
    if response.status_code != status:
        raise UpstreamError
    try:
        return kind.model_validate_json(response.content)
    except ValidationError as error:
        raise UpstreamError from error
