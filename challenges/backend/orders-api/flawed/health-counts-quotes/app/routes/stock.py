"""Questions that upstream answers: prices and availability."""

from __future__ import annotations

from fastapi import APIRouter

from app.deps import UpstreamDep
from app.routes.health import LOCK
from app.schemas import Availability, Quote, Sku

router = APIRouter()


@router.get("/quotes/{sku}")
async def get_quote(sku: Sku, upstream: UpstreamDep) -> Quote:
    """Return the price of the moment."""
    if LOCK.locked():
        return await upstream.quote(sku)
    async with LOCK:
        return await upstream.quote(sku)


@router.get("/availability/{sku}")
async def get_availability(sku: Sku, upstream: UpstreamDep) -> Availability:
    """Return what all warehouses have."""
    return await upstream.availability(sku)
