"""Questions that upstream answers: prices and availability (section 6 of the brief)."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from litestar import get

from app.bodies import SKU_PATTERN
from app.errors import NoWarehouseError, UnknownSkuError, UpstreamError
from app.upstream import Upstream

WAREHOUSES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of the moment."""

    sku: str
    price_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class WarehouseStock:
    """What one warehouse has; None if it did not say."""

    warehouse: int
    available: int | None


@dataclass(frozen=True, slots=True)
class Availability:
    """What all warehouses have."""

    sku: str
    available: int
    complete: bool
    warehouses: list[WarehouseStock]


def _valid(sku: str) -> str:
    """Let only a sku into an upstream path: no dots, slashes or worse."""
    if not re.fullmatch(SKU_PATTERN, sku):
        raise UnknownSkuError
    return sku


@get("/quotes/{sku:str}")
async def get_quote(sku: str, upstream: Upstream) -> Quote:
    """Return the price of the moment."""
    price = await upstream.price(_valid(sku))
    return Quote(price.sku, price.price_cents, price.currency)


@get("/availability/{sku:str}")
async def get_availability(sku: str, upstream: Upstream) -> Availability:
    """Return what all warehouses have."""
    _valid(sku)

    async def ask(warehouse: int) -> WarehouseStock:
        try:
            return WarehouseStock(warehouse, await upstream.available(warehouse, sku))
        except UpstreamError:
            return WarehouseStock(warehouse, None)

    stocks = await asyncio.gather(*map(ask, WAREHOUSES))
    known = [stock.available for stock in stocks if stock.available is not None]
    if not known:
        raise NoWarehouseError
    return Availability(sku, sum(known), len(known) == len(WAREHOUSES), stocks)


handlers = [get_quote, get_availability]
