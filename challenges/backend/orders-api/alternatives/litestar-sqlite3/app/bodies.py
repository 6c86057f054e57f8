"""What clients may send, and what upstream has to send."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.errors import InvalidInputError

SKU_PATTERN = r"^[A-Z0-9-]{3,32}$"

Sku = Annotated[str, Field(pattern=SKU_PATTERN)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Price = Annotated[int, Field(ge=0, le=10_000_000)]
Stock = Annotated[int, Field(ge=0, le=1_000_000)]
UpstreamNumber = Annotated[int, Field(ge=0, le=2**53 - 1)]  # what fits JSON everywhere


class ClientBody(BaseModel):
    """A body from a client: no conversions, and a misspelt field is an error."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class NewItem(ClientBody):
    """The body of `POST /items`."""

    sku: Sku
    name: Name
    price_cents: Price
    stock: Stock


class ItemChange(ClientBody):
    """The body of `PATCH /items/{sku}`. The defaults mean "not sent"; `null` is refused."""

    name: Name = ""
    price_cents: Price = 0
    stock: Stock = 0


class NewOrder(ClientBody):
    """The body of `POST /orders`. Text that cannot be a sku is simply an unknown sku."""

    sku: str
    quantity: Annotated[int, Field(ge=1, le=100)]


class UpstreamBody(BaseModel):
    """A body from upstream: no conversions, and more fields mean nothing."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class PriceAnswer(UpstreamBody):
    """What the price service sends."""

    sku: str
    price_cents: UpstreamNumber
    currency: str


class WarehouseAnswer(UpstreamBody):
    """What a warehouse sends."""

    warehouse: int
    available: UpstreamNumber


class PaymentAnswer(UpstreamBody):
    """What the payment service sends."""

    status: str


Body = TypeVar("Body", bound=ClientBody)


def parse(model: type[Body], raw: bytes) -> Body:
    """Return the body of a client's request, or raise with all that is wrong about it."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise InvalidInputError(
            [
                (".".join(map(str, problem["loc"])) or "body", problem["msg"])
                for problem in error.errors(
                    include_url=False, include_context=False, include_input=False
                )
            ]
        ) from error
