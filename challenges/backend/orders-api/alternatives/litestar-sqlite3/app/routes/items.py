"""Items (section 4 of the brief)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, Response, delete, get, patch, post
from litestar.params import Parameter

from app import items
from app.bodies import ItemChange, NewItem, parse
from app.db import Database
from app.errors import InvalidInputError, PreconditionRequiredError
from app.items import Item
from app.routes.links import location
from app.security import Principal, managers_only

ClientRequest = Request[Principal, Any, Any]


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item as clients see it."""

    sku: str
    name: str
    price_cents: int
    stock: int
    revision: int

    @classmethod
    def of(cls, item: Item) -> ItemView:
        """Show an item."""
        return cls(item.sku, item.name, item.price_cents, item.stock, item.revision)


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A part of the list."""

    items: list[ItemView]
    total: int


def _answer(item: Item) -> Response[ItemView]:
    return Response(ItemView.of(item), status_code=200, headers={"ETag": item.etag})


def _number(request: ClientRequest, name: str, low: int, high: int, default: int) -> int:
    """Return a query parameter. At most 9 plain digits, so that no number is too long to read."""
    values = request.query_params.getall(name, [])
    if not values:
        return default
    if len(values) == 1 and re.fullmatch(r"[0-9]{1,9}", values[0]):
        number = int(values[0])
        if low <= number <= high:
            return number
    raise InvalidInputError([(name, f"has to be a number from {low} to {high}, once")])


@post("/items", guards=[managers_only])
async def create_item(
    request: ClientRequest, body: bytes, database: Database
) -> Response[ItemView]:
    """Create an item."""
    item = await database.write(items.insert, parse(NewItem, body))
    return Response(
        ItemView.of(item),
        status_code=201,
        headers={"ETag": item.etag, "Location": location(request, f"/items/{item.sku}")},
    )


@get("/items")
async def list_items(request: ClientRequest, database: Database) -> ItemPage:
    """List items in order of their sku."""
    limit = _number(request, "limit", 1, 100, default=20)
    offset = _number(request, "offset", 0, 1_000_000, default=0)
    page, total = await database.read(items.page, limit, offset)
    return ItemPage([ItemView.of(item) for item in page], total)


@get("/items/{sku:str}")
async def get_item(sku: str, database: Database) -> Response[ItemView]:
    """Return one item."""
    return _answer(await database.read(items.get, sku))


@patch("/items/{sku:str}", guards=[managers_only])
async def change_item(
    sku: str,
    body: bytes,
    database: Database,
    if_match: Annotated[str | None, Parameter(header="If-Match")] = None,
) -> Response[ItemView]:
    """Change the fields that were sent. Checked in this order: 404, 428, 422, 412."""
    await database.read(items.get, sku)
    if if_match is None:
        raise PreconditionRequiredError
    wanted = parse(ItemChange, body)
    return _answer(await database.write(items.change, sku, if_match.strip(), wanted))


@delete("/items/{sku:str}", guards=[managers_only])
async def delete_item(sku: str, database: Database) -> None:
    """Delete an item without orders."""
    await database.write(items.delete, sku)


handlers = [create_item, list_items, get_item, change_item, delete_item]
