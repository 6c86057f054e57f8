"""What comes in and goes out as JSON."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

SKU = re.compile(r"[A-Z0-9-]{3,32}")
KEY = re.compile(r"[A-Za-z0-9-]{1,64}")
MAX_STOCK = 1_000_000

Sku = Annotated[str, Field(pattern=rf"^{SKU.pattern}$")]
Name = Annotated[str, Field(min_length=1, max_length=120)]
PriceCents = Annotated[int, Field(ge=0, le=10_000_000)]
Stock = Annotated[int, Field(ge=0, le=MAX_STOCK)]
Quantity = Annotated[int, Field(ge=1, le=100)]


class Schema(BaseModel):
    """Types are taken literally: neither `"5"` nor `true` nor `5.0` is an integer."""

    model_config = ConfigDict(strict=True, frozen=True)


class Item(Schema):
    """An item of the shop."""

    sku: Sku
    name: Name
    price_cents: PriceCents
    stock: Stock


class ItemChange(Schema):
    """The fields to change; those that were not sent are not in `model_fields_set`."""

    name: Name | None = None
    price_cents: PriceCents | None = None
    stock: Stock | None = None

    @model_validator(mode="after")
    def _no_null(self) -> Self:
        if any(getattr(self, field) is None for field in self.model_fields_set):
            raise ValueError("null is no value of any field")
        return self


class OrderRequest(Schema):
    """What a customer wants."""

    sku: Sku
    quantity: Quantity


class Price(Schema):
    """A success of `GET /prices/{sku}`, and of `GET /quotes/{sku}`."""

    sku: str
    price_cents: int
    currency: str


class WarehouseStock(Schema):
    """A success of `GET /warehouses/{n}/stock/{sku}`."""

    warehouse: int
    available: int


class Approval(Schema):
    """A success of `POST /payments`."""

    status: Literal["approved"]


class Acceptance(Schema):
    """A success of `POST /notify`."""

    status: Literal["accepted"]
