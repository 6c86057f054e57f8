"""Items (section 4 of the brief)."""

from __future__ import annotations

from fastapi import APIRouter

from app.deps import not_implemented

router = APIRouter(prefix="/items")


@router.post("", status_code=201)
def create_item() -> None:
    """Create an item."""
    raise not_implemented()


@router.get("")
def list_items() -> None:
    """List items in order of their sku."""
    raise not_implemented()


@router.get("/{sku}")
def get_item(sku: str) -> None:
    """Return one item."""
    raise not_implemented()


@router.patch("/{sku}")
def change_item(sku: str) -> None:
    """Change the fields that were sent."""
    raise not_implemented()


@router.delete("/{sku}", status_code=204)
def delete_item(sku: str) -> None:
    """Delete an item."""
    raise not_implemented()
