"""What clients send and get."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Sku = Annotated[str, Field(pattern=r"^[A-Z0-9-]{3,32}$")]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Price = Annotated[int, Field(ge=0, le=10_000_000)]
Stock = Annotated[int, Field(le=1_000_000)]
Quantity = Annotated[int, Field(ge=1, le=100)]
IdempotencyKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]


class ItemDocument(BaseModel):
    """An item as clients see it, and as they create it."""

    model_config = ConfigDict(from_attributes=True)

    sku: Sku
    name: Name
    price_cents: Price
    stock: Stock


class ItemPatch(BaseModel):
    """The fields to change. One that is not sent stays; null is no value."""

    name: Name = ""
    price_cents: Price = 0
    stock: Stock = 0


class ItemPage(BaseModel):
    """A part of the list and the length of all of it."""

    items: list[ItemDocument]
    total: int


class OrderRequest(BaseModel):
    """What to order."""

    sku: Sku
    quantity: Quantity


class OrderDocument(BaseModel):
    """An order as clients see it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    sku: str
    quantity: int
    amount_cents: int
    status: str


class Quote(BaseModel):
    """The price of the moment."""

    sku: str
    price_cents: int
    currency: str


class WarehouseStock(BaseModel):
    """What one warehouse has; None when it could not be asked."""

    warehouse: int
    available: int | None


class Availability(BaseModel):
    """What all warehouses have together, as far as they answered."""

    sku: str
    available: int
    complete: bool
    warehouses: list[WarehouseStock]
