"""Orders (section 5 of the brief)."""

from __future__ import annotations

from fastapi import APIRouter

from app.deps import not_implemented

router = APIRouter(prefix="/orders")


@router.post("", status_code=201)
async def place_order() -> None:
    """Reserve, pay, confirm, answer, notify."""
    raise not_implemented()


@router.get("/{order_id}")
def get_order(order_id: str) -> None:
    """Return one order to those who may see it."""
    raise not_implemented()
