"""Two worker processes on one database. Last in the suite: the service keeps its workers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from shop import Shop, check_item
from test_orders import oversell

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.harness.reply import Reply
    from runner.harness.service import Service
    from runner.harness.upstream import Upstream

ROUNDS = 3
PAUSE = 0.002
"""Seconds between two requests, so that both workers get some of them."""


async def read_later(shop: Shop, sku: str, seconds: float) -> Reply:
    """GET an item after a while."""
    await asyncio.sleep(seconds)
    return await shop.read(sku)


@pytest.mark.requirement("service.workers")
async def test_workers_see_each_others_writes(shop: Shop, service: Service) -> None:
    await service.restart(workers=2)
    for _ in range(10):
        document = await shop.create()
        sku = document["sku"]
        replies = await service.gather(*(read_later(shop, sku, n * PAUSE) for n in range(4)))
        for reply in replies:
            check_item(reply.expect(200), document)
        (await service.delete(f"/items/{sku}", token=shop.manager)).expect(204)
        for reply in await service.gather(*(read_later(shop, sku, n * PAUSE) for n in range(4))):
            reply.expect(404)


@pytest.mark.requirement("orders.never_oversell")
async def test_two_workers_never_oversell(
    shop: Shop, service: Service, upstream: Upstream, measure: Callable[..., None]
) -> None:
    await service.restart(workers=2)
    for _ in range(ROUNDS):
        upstream.hold("/payments", 6, timeout=0.4)
        await oversell(shop, stock=5, buyers=12, pause=PAUSE)
        upstream.reset()
    measure("rounds", ROUNDS)
