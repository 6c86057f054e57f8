"""Questions that upstream answers: prices and availability."""

from __future__ import annotations

from fastapi import APIRouter

from app.deps import Caller, UpstreamDep
from app.schemas import Availability, Quote, Sku

router = APIRouter()


@router.get("/quotes/{sku}")
async def get_quote(sku: Sku, upstream: UpstreamDep) -> Quote:
    """Return the price of the moment."""
    return await upstream.quote(sku)


@router.get("/availability/{sku}")
async def get_availability(sku: Sku, upstream: UpstreamDep, _caller: Caller) -> Availability:
    """Return what all warehouses have."""
    return await upstream.availability(sku)
