"""How an order comes about: reserve, pay, confirm; notify afterwards; clean up after a crash."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from dataclasses import replace

from app import orders
from app.bodies import NewOrder
from app.db import Database
from app.errors import PaymentDeclinedError, ReservationLostError, UpstreamError
from app.orders import Order, Status
from app.upstream import CALL_SECONDS, Upstream

logger = logging.getLogger(__name__)

LEASE_SECONDS = 7.0
"""How long an order may stay pending. Well above a payment, well below the 10 s of a recovery."""

MARGIN_SECONDS = 1.5
"""What has to be left of the lease after the longest payment, or it is not even asked for."""

SWEEP_SECONDS = 1.0
NOTIFY_GRACE_SECONDS = 3.0
"""How long a notification is left to the request that placed the order."""


class Checkout:
    """One per process."""

    def __init__(self, database: Database, upstream: Upstream) -> None:
        """Use the process's database and upstream client."""
        self._database = database
        self._upstream = upstream
        self._tasks: set[asyncio.Task[None]] = set()

    async def place(self, user: str, key: str, new: NewOrder) -> tuple[Order, bool]:
        """Return a confirmed order, and whether it is new. No transaction is open while paying."""
        order, is_new = await self._database.write(orders.reserve, user, key, new, LEASE_SECONDS)
        if not is_new:
            return order, False
        try:
            if time.time() + CALL_SECONDS + MARGIN_SECONDS > order.lease_until:
                raise ReservationLostError  # we were held up, and could be swept while paying
            await self._upstream.pay(order.id, order.sku, order.amount_cents)
        except (PaymentDeclinedError, UpstreamError, ReservationLostError):
            await self._database.write(orders.release, order.id)
            raise
        if not await self._database.write(orders.confirm, order.id):
            logger.critical("order %s was paid for, but given up: refund it", order.id)
            raise ReservationLostError
        return replace(order, status=Status.CONFIRMED), True

    async def notify(self, order_id: str) -> None:
        """Notify about a confirmed order, once in all processes, and without a second try.

        The claim comes before the call: a crash in between loses a notification, but none is ever
        sent twice.
        """
        order = await self._database.write(orders.claim_notification, order_id)
        if order is None:
            return
        try:
            await self._upstream.notify(order.id, order.sku, order.quantity, order.user)
        except UpstreamError:
            logger.warning("the notification about order %s failed", order.id)

    async def sweep_forever(self) -> None:
        """Finish what a killed process left behind, at the start and then again and again."""
        while True:
            try:
                await self._sweep()
            except sqlite3.Error:
                logger.exception("sweeping failed; next try in %g s", SWEEP_SECONDS)
            await asyncio.sleep(SWEEP_SECONDS)

    async def _sweep(self) -> None:
        for order_id in await self._database.read(orders.expired):
            logger.warning("order %s was left behind: its stock goes back", order_id)
            await self._database.write(orders.release, order_id)
        for order_id in await self._database.read(orders.unnotified, NOTIFY_GRACE_SECONDS):
            task = asyncio.create_task(self.notify(order_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
