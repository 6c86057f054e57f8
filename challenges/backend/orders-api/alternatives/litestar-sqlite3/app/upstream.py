"""The client for the upstream services (section 8 of the brief)."""

from __future__ import annotations

import asyncio
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Self, TypeVar

import httpx2
from pydantic import ValidationError

from app.bodies import PaymentAnswer, PriceAnswer, UpstreamBody, WarehouseAnswer
from app.errors import NoQuoteError, PaymentDeclinedError, UpstreamError, UpstreamTimeoutError

CALL_SECONDS = 2.5
"""How long a call may take from the first byte to the last. At least 2; we answer within 5."""

MAX_BODY_BYTES = 1_000_000

CALL_ERRORS = (
    httpx2.HTTPError,
    httpx2.StreamError,
    httpx2.InvalidURL,  # a redirect to nowhere: not followed, but read
    OSError,
    ValueError,  # headers that cannot be decoded
)

Answer = TypeVar("Answer", bound=UpstreamBody)


class Upstream:
    """One per process. Enter it as a context to have it closed.

    Each call has a connection of its own. A kept one may be closed by the other side just as we
    use it, which for a payment could not be told from a payment that was made; and calls that
    hang could use up a pool that others need.
    """

    def __init__(self, base_url: str) -> None:
        """Call services below `base_url`."""
        self._client = httpx2.AsyncClient(
            base_url=base_url,
            timeout=None,
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            # No cookies: one that is no ASCII would break all calls after it.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        """Return the client, ready to use."""
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def price(self, sku: str) -> PriceAnswer:
        """Ask for a price. `sku` has to be a valid one."""
        status, body = await self._call("GET", f"/prices/{sku}", success=200)
        if status == 404:
            raise NoQuoteError
        answer = _checked(PriceAnswer, body)
        if answer.sku != sku:
            raise UpstreamError
        return answer

    async def available(self, warehouse: int, sku: str) -> int:
        """Ask one warehouse what it has. `sku` has to be a valid one."""
        _, body = await self._call("GET", f"/warehouses/{warehouse}/stock/{sku}", success=200)
        answer = _checked(WarehouseAnswer, body)
        if answer.warehouse != warehouse:
            raise UpstreamError
        return answer.available

    async def pay(self, order_id: str, sku: str, amount_cents: int) -> None:
        """Ask for a payment; it was approved when this returns."""
        document = {"order_id": order_id, "sku": sku, "amount_cents": amount_cents}
        status, body = await self._call("POST", "/payments", document, success=201)
        if status == 402:
            raise PaymentDeclinedError
        if _checked(PaymentAnswer, body).status != "approved":
            raise UpstreamError

    async def notify(self, order_id: str, sku: str, quantity: int, user: str) -> None:
        """Tell the user about a confirmed order."""
        document = {"order_id": order_id, "sku": sku, "quantity": quantity, "user": user}
        await self._call("POST", "/notify", document, success=202)

    async def _call(
        self, method: str, path: str, document: dict[str, Any] | None = None, *, success: int
    ) -> tuple[int, bytes | None]:
        """Make one call. Returns the status, and the body if it has the status of a success."""
        try:
            async with (
                asyncio.timeout(CALL_SECONDS),
                self._client.stream(method, path, json=document) as response,
            ):
                if response.status_code != success:
                    return response.status_code, None
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > MAX_BODY_BYTES:
                        raise UpstreamError
                return response.status_code, bytes(body)
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise UpstreamTimeoutError from error
        except (
            httpx2.HTTPError,
            httpx2.StreamError,
            httpx2.InvalidURL,
            OSError,
            ValueError,
        ) as error:
            raise UpstreamError from error


def _checked(model: type[Answer], body: bytes | None) -> Answer:
    """Return a success as what it has to be; without a body there was none."""
    if body is None:
        raise UpstreamError
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise UpstreamError from error
