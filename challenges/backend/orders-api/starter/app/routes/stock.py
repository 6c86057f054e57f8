"""Questions that upstream answers: prices and availability (section 6 of the brief)."""

from __future__ import annotations

from fastapi import APIRouter

from app.deps import not_implemented

router = APIRouter()


@router.get("/quotes/{sku}")
async def get_quote(sku: str) -> None:
    """Return the price of the moment."""
    raise not_implemented()


@router.get("/availability/{sku}")
async def get_availability(sku: str) -> None:
    """Return what all warehouses have."""
    raise not_implemented()
