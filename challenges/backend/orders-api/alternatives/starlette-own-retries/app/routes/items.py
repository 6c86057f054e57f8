"""Items (section 4 of the brief)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app import items
from app.items import StoredItem
from app.schemas import Item, ItemChange
from app.web import (
    authenticate,
    authenticate_manager,
    body_of,
    number_in_query,
    services,
    sku_in_path,
)


def answer(stored: StoredItem, status: int = 200, **headers: str) -> Response:
    """Return an item with its ETag."""
    return JSONResponse(stored.item.model_dump(), status, {"ETag": stored.etag, **headers})


async def create_item(request: Request) -> Response:
    """Create an item."""
    authenticate_manager(request)
    item = await body_of(request, Item)
    stored = await services(request).database.write(
        lambda connection: items.create(connection, item)
    )
    return answer(stored, 201, Location=f"/items/{item.sku}")


async def list_items(request: Request) -> Response:
    """List items in order of their sku."""
    authenticate(request)
    limit = number_in_query(request, "limit", default=20, low=1, high=100)
    offset = number_in_query(request, "offset", default=0, low=0, high=1_000_000)
    return JSONResponse(
        await services(request).database.read(
            lambda connection: items.page(connection, limit, offset)
        )
    )


async def get_item(request: Request) -> Response:
    """Return one item."""
    authenticate(request)
    sku = sku_in_path(request, 404)
    return answer(
        await services(request).database.read(lambda connection: items.read(connection, sku))
    )


async def change_item(request: Request) -> Response:
    """Change the fields that were sent, unless somebody else was faster."""
    authenticate_manager(request)
    sku = sku_in_path(request, 404)
    wanted = await body_of(request, ItemChange)
    if_match = request.headers.get("If-Match")
    return answer(
        await services(request).database.write(
            lambda connection: items.change(connection, sku, wanted, if_match)
        )
    )


async def delete_item(request: Request) -> Response:
    """Delete an item."""
    authenticate_manager(request)
    sku = sku_in_path(request, 404)
    await services(request).database.write(lambda connection: items.delete(connection, sku))
    return Response(status_code=204)


routes = [
    Route("/items", create_item, methods=["POST"]),
    Route("/items", list_items, methods=["GET"]),
    Route("/items/{sku}", get_item, methods=["GET"]),
    Route("/items/{sku}", change_item, methods=["PATCH"]),
    Route("/items/{sku}", delete_item, methods=["DELETE"]),
]
