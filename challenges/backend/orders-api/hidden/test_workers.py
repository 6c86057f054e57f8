"""Two worker processes on one database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from shop import Shop, check_item

if TYPE_CHECKING:
    from runner.harness.reply import Reply
    from runner.harness.service import Service

PAUSE = 0.002
"""Seconds between two requests, so that both workers get some of them."""


async def read_later(shop: Shop, sku: str, seconds: float) -> Reply:
    """GET an item after a while."""
    await asyncio.sleep(seconds)
    return await shop.read(sku)


@pytest.mark.workers(2)
@pytest.mark.requirement("service.workers")
async def test_workers_see_each_others_writes(shop: Shop, service: Service) -> None:
    for _ in range(10):
        document = await shop.create()
        sku = document["sku"]
        replies = await service.gather(*(read_later(shop, sku, n * PAUSE) for n in range(4)))
        for reply in replies:
            check_item(reply.expect(200), document)
        (await service.delete(f"/items/{sku}", token=shop.manager)).expect(204)
        for reply in await service.gather(*(read_later(shop, sku, n * PAUSE) for n in range(4))):
            reply.expect(404)


