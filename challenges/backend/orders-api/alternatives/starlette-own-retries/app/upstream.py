"""The client for the upstream services (sections 7 and 8 of the brief)."""

from __future__ import annotations

import asyncio
from typing import Any, Self, TypeVar

import httpx2
from pydantic import ValidationError

from app.errors import ApiError
from app.schemas import Acceptance, Approval, Price, Schema, WarehouseStock

S = TypeVar("S", bound=Schema)

CALL_SECONDS = 3.0
"""How long a whole call may take: more than the 2 s to wait, and well below our own 5 s."""
MAX_BYTES = 1_000_000


class UpstreamError(ApiError):
    """The call failed."""


class Upstream:
    """One per process. Enter it as a context to have it closed.

    Every call has a connection of its own. A kept one may be closed by the other side at the moment
    we use it, and we could not send the request again: a payment is asked for once.
    """

    def __init__(self, base_url: str) -> None:
        """Call services below `base_url`."""
        self._client = httpx2.AsyncClient(
            base_url=base_url,
            timeout=None,  # `_call` limits the whole, which dripping bytes do not extend
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        """Return the client, ready to use."""
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def price(self, sku: str) -> Price | None:
        """Return the price of the moment, or nothing for an unknown sku."""
        status, body = await self._call("GET", f"/prices/{sku}")
        return None if status == 404 else self._success(Price, status, 200, body)

    async def available(self, warehouse: int, sku: str) -> int:
        """Return how many a warehouse has."""
        status, body = await self._call("GET", f"/warehouses/{warehouse}/stock/{sku}")
        return self._success(WarehouseStock, status, 200, body).available

    async def pay(self, order_id: str, sku: str, amount_cents: int) -> bool:
        """Ask for a payment; tells whether it was approved or declined."""
        document = {"order_id": order_id, "sku": sku, "amount_cents": amount_cents}
        status, body = await self._call("POST", "/payments", document)
        if status == 402:
            return False
        self._success(Approval, status, 201, body)
        return True

    async def notify(self, order_id: str, sku: str, quantity: int, user: str) -> None:
        """Send the notification of a confirmed order."""
        document = {"order_id": order_id, "sku": sku, "quantity": quantity, "user": user}
        status, body = await self._call("POST", "/notify", document)
        self._success(Acceptance, status, 202, body)

    async def _call(
        self, method: str, path: str, document: dict[str, Any] | None = None
    ) -> tuple[int, bytes]:
        """Make one call and return status and body, whatever they are."""
        headers = {"Content-Type": "application/json"}
        body = bytearray()
        try:
            async with (
                asyncio.timeout(CALL_SECONDS),
                self._client.stream(method, path, json=document, headers=headers) as response,
            ):
                async for part in response.aiter_bytes():
                    body += part
                    if len(body) > MAX_BYTES:
                        raise UpstreamError(502, "upstream sends too much")
        except TimeoutError as error:
            raise UpstreamError(504, "upstream does not answer in time") from error
        except httpx2.HTTPError as error:
            raise UpstreamError(502, "upstream cannot be reached or breaks off") from error
        return response.status_code, bytes(body)

    @staticmethod
    def _success(schema: type[S], status: int, expected: int, body: bytes) -> S:
        """Return the body of a success; any other answer is a failure."""
        if status != expected:
            raise UpstreamError(502, f"upstream answers {status}")
        try:
            return schema.model_validate_json(body)
        except ValidationError as error:
            raise UpstreamError(502, "upstream's answer cannot be understood") from error
