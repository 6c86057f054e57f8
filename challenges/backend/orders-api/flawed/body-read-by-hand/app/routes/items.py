"""Items. The handlers are plain functions: they block on the database, in a thread."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Header, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from app import catalog
from app.deps import DatabaseDep, ManagerOnly
from app.models import Item
from app.schemas import ItemDocument, ItemPage, ItemPatch

router = APIRouter(prefix="/items")


@router.post("", status_code=201, dependencies=[ManagerOnly], response_model=ItemDocument)
async def create_item(request: Request, database: DatabaseDep, response: Response) -> Item:
    """Create an item."""
    fields = await request.json()
    try:
        document = ItemDocument(**fields)
    except ValidationError as error:
        raise HTTPException(422, str(error)) from error
    item = await run_in_threadpool(catalog.create_item, database, document)
    response.headers["Location"] = f"/items/{quote(item.sku)}"
    response.headers["ETag"] = item.etag
    return item


@router.get("", response_model=ItemPage)
def list_items(
    database: DatabaseDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> dict[str, object]:
    """List items in order of their sku."""
    items, total = catalog.list_items(database, limit, offset)
    return {"items": items, "total": total}


@router.get("/{sku}", response_model=ItemDocument)
def get_item(sku: str, database: DatabaseDep, response: Response) -> Item:
    """Return one item with its version as the ETag."""
    item = catalog.get_item(database, sku)
    response.headers["ETag"] = item.etag
    return item


@router.patch("/{sku}", dependencies=[ManagerOnly], response_model=ItemDocument)
def change_item(
    sku: str,
    patch: ItemPatch,
    database: DatabaseDep,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> Item:
    """Change the fields that were sent, if nobody else changed the item before."""
    if if_match is None:
        catalog.get_item(database, sku)
        raise HTTPException(428, "send If-Match with the ETag of the item")
    item = catalog.change_item(database, sku, if_match, patch.model_dump(exclude_unset=True))
    response.headers["ETag"] = item.etag
    return item


@router.delete("/{sku}", status_code=204, dependencies=[ManagerOnly])
def delete_item(sku: str, database: DatabaseDep) -> None:
    """Delete an item."""
    catalog.delete_item(database, sku)
