"""Two worker processes on one database. Last in the suite: the service keeps its workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from shop import Shop, check_item
from test_orders import oversell

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.harness.service import Service

ROUNDS = 3


@pytest.mark.requirement("service.workers")
async def test_workers_see_each_others_writes(shop: Shop, service: Service) -> None:
    await service.restart(workers=2)
    for _ in range(12):
        document = await shop.create()
        replies = await service.gather(*(shop.read(document["sku"]) for _ in range(4)))
        for reply in replies:
            check_item(reply.expect(200), document)
    path = f"/items/{document['sku']}"
    (await service.delete(path, token=shop.manager)).expect(204)
    for reply in await service.gather(*(shop.read(document["sku"]) for _ in range(4))):
        reply.expect(404)


@pytest.mark.requirement("orders.never_oversell")
async def test_two_workers_never_oversell(
    shop: Shop, service: Service, measure: Callable[..., None]
) -> None:
    await service.restart(workers=2)
    for _ in range(ROUNDS):
        await oversell(shop, stock=5, buyers=12)
    measure("rounds", ROUNDS)
