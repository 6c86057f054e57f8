"""The life of an order: reserve, pay, settle, notify; and what happens when a worker dies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from functools import partial

from app import orders
from app.database import Database
from app.errors import ApiError
from app.liveness import Worker
from app.orders import Order, Status
from app.schemas import OrderRequest
from app.upstream import Upstream, UpstreamError

log = logging.getLogger(__name__)

SWEEP_SECONDS = 2.0
DRAIN_SECONDS = 5.0


class Checkout:
    """One per process."""

    def __init__(self, database: Database, upstream: Upstream, worker: Worker) -> None:
        """Place orders with these; `worker` is their owner while they are pending."""
        self._database = database
        self._upstream = upstream
        self._worker = worker
        self._tasks: set[asyncio.Task[None]] = set()

    async def place(self, user: str, key: str, wanted: OrderRequest) -> tuple[Order, bool]:
        """Return a confirmed order, and whether it is new; an `ApiError` otherwise.

        No transaction is open while the payment takes its time: the order is stored as pending.
        uvicorn does not cancel us when the customer hangs up; if somebody does, the stock goes
        back.
        """
        order, is_new = await self._database.write(
            lambda connection: orders.reserve(connection, user, key, wanted, self._worker.id)
        )
        if not is_new:
            return replay(order), False

        outcome = Status.FAILED
        try:
            approved = await self._upstream.pay(order.id, order.sku, order.amount_cents)
            outcome = Status.CONFIRMED if approved else Status.DECLINED
        finally:
            settled = await self._database.write(
                lambda connection: orders.settle(connection, order.id, outcome)
            )
        if settled is None:
            raise RuntimeError(f"order {order.id} was settled by somebody else")
        return replay(settled), True

    def notify(self, order: Order) -> None:
        """Send the notification of an order; nobody waits for it."""
        self._spawn(self._notify(order))

    async def sweep(self) -> None:
        """Finish what dead workers left: stock that they held, notifications that they owed."""
        for worker in await self._database.read(orders.unfinished_workers):
            if self._worker.is_dead(worker):
                log.warning("worker %s died with orders under way", worker)
                for order in await self._database.write(partial(orders.take_over, worker=worker)):
                    self.notify(order)
                self._worker.bury(worker)

    async def sweep_forever(self) -> None:
        """Sweep now and then, because a worker may die while we live."""
        while True:
            try:
                await self.sweep()
            except Exception:
                log.exception("the sweep failed; the next one may not")
            await asyncio.sleep(SWEEP_SECONDS)

    async def drain(self) -> None:
        """Wait for the notifications that are under way."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=DRAIN_SECONDS)

    async def _notify(self, order: Order) -> None:
        """Send it at most once: it counts as sent before it is, and a failure is not repeated."""
        try:
            if await self._database.write(
                lambda connection: orders.claim_notification(connection, order.id)
            ):
                await self._upstream.notify(order.id, order.sku, order.quantity, order.user)
        except UpstreamError as error:
            log.warning("no notification for order %s: %s", order.id, error)
        except Exception:
            log.exception("no notification for order %s", order.id)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)  # the event loop itself keeps weak references only
        task.add_done_callback(self._tasks.discard)


def replay(order: Order) -> Order:
    """Return the order if it is confirmed; otherwise say each time what became of it."""
    match order.status:
        case Status.CONFIRMED:
            return order
        case Status.PENDING:
            raise ApiError(409, "this order is under way", {"Retry-After": "1"})
        case Status.DECLINED:
            raise ApiError(402, "the payment was declined")
        case Status.FAILED:
            raise ApiError(502, "the payment failed")
