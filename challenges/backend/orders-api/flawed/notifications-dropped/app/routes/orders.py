"""Orders. These handlers wait for upstream, so database work goes to a thread."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Header, Response
from fastapi.concurrency import run_in_threadpool

from app import ordering
from app.deps import Caller, DatabaseDep, UpstreamDep
from app.errors import PaymentDeclinedError, UpstreamError
from app.models import Order
from app.schemas import IdempotencyKey, OrderDocument, OrderRequest

router = APIRouter(prefix="/orders")


@router.post("", status_code=201, response_model=OrderDocument)
async def place_order(
    wanted: OrderRequest,
    idempotency_key: Annotated[IdempotencyKey, Header()],
    caller: Caller,
    database: DatabaseDep,
    upstream: UpstreamDep,
    background: BackgroundTasks,
    response: Response,
) -> Order:
    """Reserve, pay, confirm; the notification follows after the answer."""
    order, is_new = await run_in_threadpool(
        ordering.reserve, database, caller.user, idempotency_key, wanted
    )
    if not is_new:
        response.status_code = 200
        return order
    try:
        await upstream.pay(order)
    except (PaymentDeclinedError, UpstreamError):
        await run_in_threadpool(ordering.release, database, order.id)
        raise
    confirmed = await run_in_threadpool(ordering.confirm, database, order.id)
    upstream.notify_later(confirmed)
    return confirmed


@router.get("/{order_id}", response_model=OrderDocument)
def get_order(order_id: str, caller: Caller, database: DatabaseDep) -> Order:
    """Return one order to those who may see it."""
    return ordering.get_order(database, order_id, caller)
