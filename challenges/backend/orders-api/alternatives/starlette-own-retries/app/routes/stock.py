"""Questions that upstream answers: prices and availability (section 6 of the brief)."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.errors import ApiError
from app.upstream import Upstream, UpstreamError
from app.web import authenticate, services, sku_in_path

WAREHOUSES = range(1, 6)


async def get_quote(request: Request) -> Response:
    """Return the price of the moment."""
    authenticate(request)
    price = await services(request).upstream.price(sku_in_path(request, 422))
    if price is None:
        raise ApiError(404, "no price for this sku")
    return JSONResponse(price.model_dump())


async def ask(upstream: Upstream, warehouse: int, sku: str) -> int | None:
    """Return what a warehouse has, or nothing if it does not say."""
    try:
        return await upstream.available(warehouse, sku)
    except UpstreamError:
        return None


async def get_availability(request: Request) -> Response:
    """Return what all warehouses have, asked at the same time."""
    authenticate(request)
    sku = sku_in_path(request, 422)
    upstream = services(request).upstream
    counts = await asyncio.gather(*(ask(upstream, number, sku) for number in WAREHOUSES))
    known = [count for count in counts if count is not None]
    if not known:
        raise ApiError(502, "no warehouse answers")
    return JSONResponse(
        {
            "sku": sku,
            "available": sum(known),
            "complete": len(known) == len(counts),
            "warehouses": [
                {"warehouse": number, "available": count}
                for number, count in zip(WAREHOUSES, counts, strict=True)
            ],
        }
    )


routes = [
    Route("/quotes/{sku}", get_quote, methods=["GET"]),
    Route("/availability/{sku}", get_availability, methods=["GET"]),
]
