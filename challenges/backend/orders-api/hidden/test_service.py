"""The service as a whole: health, odd requests, restarts and crashes."""

from __future__ import annotations

import asyncio
import math
import time
from typing import TYPE_CHECKING, Any

import pytest
from shop import Shop, check_item, order_path

from runner.harness.errors import SubjectError

if TYPE_CHECKING:
    from runner.harness.service import Service
    from runner.harness.upstream import Upstream

RECOVER_SECONDS = 20.0
"""Twice the brief's 10 seconds after a start: a busy machine costs nobody anything."""

JSON = {"Content-Type": "application/json"}

ODD_FIELDS: dict[str, dict[str, Any]] = {
    "huge-price": {"price_cents": 10**30},
    "huge-negative-stock": {"stock": -(10**30)},
    "stock-beyond-64-bits": {"stock": 2**63},
    "nested-name": {"name": {"first": [1, {"second": None}]}},
    "stock-a-list": {"stock": [1]},
    "sku-a-number": {"sku": 12345},
    "sku-an-object": {"sku": {}},
    "name-with-nul": {"name": "a\u0000b"},
    "long-name": {"name": "n" * 100_000},
}
ODD_BODIES = [b"", b"{", b"[]", b"null", b'"\xff\xfe"', b"\x00\x01\x02", b"sku=ABC&name=x"]
ODD_PATHS = [
    "/items/%00",
    "/items/%F0%9F%98%80",
    "/items/%FF%FE",
    "/items/'%20OR%20'1'='1",
    "/items/" + "A" * 3000,
    "/items/..%2F..%2Fetc",
    "/items/%25s%25n",
    "/items?limit=",
    "/items?limit=1e3",
    "/items?limit=1" + "0" * 30,
    "/items?offset=1" + "0" * 30,
    "/items?offset=-9223372036854775809",
    "/items?limit=5&limit=abc&offset=%00",
]


@pytest.mark.requirement("service.health")
async def test_health_needs_nothing(service: Service, upstream: Upstream) -> None:
    (await service.get("/healthz")).expect(200)
    (await service.get("/healthz", headers={"Authorization": "Bearer nonsense"})).expect(200)
    asked = [call.path for call in upstream.calls() if not call.path.startswith("/notify")]
    assert not asked, f"the health check called upstream: {asked[:3]}"


@pytest.mark.requirement("service.hostile_input")
@pytest.mark.parametrize("kind", list(ODD_FIELDS))
async def test_odd_fields(shop: Shop, kind: str) -> None:
    document = shop.document() | ODD_FIELDS[kind]
    no_crash((await shop.service.post("/items", token=shop.manager, json=document)).status, kind)
    await still_serves(shop)


@pytest.mark.requirement("service.hostile_input")
async def test_odd_bodies(shop: Shop) -> None:
    for body in ODD_BODIES:
        reply = await shop.service.post("/items", token=shop.manager, body=body, headers=JSON)
        no_crash(reply.status, f"a POST of {body!r}")
    await still_serves(shop)


@pytest.mark.requirement("service.hostile_input")
async def test_odd_paths(shop: Shop) -> None:
    for path in ODD_PATHS:
        reply = await shop.service.get(path, token=shop.manager)
        no_crash(reply.status, f"GET {path[:60]}")
    await still_serves(shop)


def no_crash(status: int, what: str) -> None:
    """The status is no server error."""
    assert status < 500, f"{what} got {status}"


async def still_serves(shop: Shop) -> None:
    """An ordinary item is stored and read: what does nothing withstands everything."""
    document = await shop.create()
    check_item((await shop.read(document["sku"])).expect(200), document)


@pytest.mark.requirement("service.restart")
async def test_items_survive_a_restart(shop: Shop, service: Service) -> None:
    kept, removed = await shop.create(), await shop.create()
    (await service.delete(f"/items/{removed['sku']}", token=shop.manager)).expect(204)
    await service.terminate()
    await service.start()
    check_item((await shop.read(kept["sku"])).expect(200), kept)
    (await shop.read(removed["sku"])).expect(404)


@pytest.mark.requirement("service.kill")
async def test_answered_writes_survive_kill(shop: Shop, service: Service) -> None:
    documents = [await shop.create() for _ in range(5)]
    await service.restart()  # kill -9 right after the last answer
    for document in documents:
        check_item((await shop.read(document["sku"])).expect(200), document)


@pytest.mark.requirement("orders.idempotent")
async def test_key_and_order_survive_kill(shop: Shop, service: Service) -> None:
    item = await shop.create(stock=10)
    key = shop.word(20)
    placed = (await shop.order(item["sku"], 3, key=key)).expect(201).object().text("id")
    await service.restart()
    again = (await shop.order(item["sku"], 3, key=key)).expect(200, 201)
    assert again.object().text("id") == placed, "after a restart the key made another order"
    assert shop.payments(item["sku"]) == 1, "after a restart the key was paid again"
    assert await shop.stock(item["sku"]) == 7, "after a restart the key took stock again"
    (await service.get(order_path(placed), token=shop.customer)).expect(200)


@pytest.mark.requirement("service.recover")
async def test_kill_during_a_payment_is_put_right(
    shop: Shop, service: Service, upstream: Upstream
) -> None:
    item = await shop.create(stock=5)
    gate = upstream.hold("/payments", math.inf, timeout=20.0, token=item["sku"])
    request = asyncio.create_task(shop.order(item["sku"], 2))
    arrived = await gate.until(1, 5.0)
    await service.kill()
    await asyncio.gather(request, return_exceptions=True)
    gate.release()
    assert arrived, "the order did not ask for a payment"
    await service.start()
    placed = upstream.calls("/payments", item["sku"])[0].object().text("order_id")
    deadline = time.monotonic() + RECOVER_SECONDS
    while not await settled(shop, item["sku"], placed):
        if time.monotonic() > deadline:
            message = f"{RECOVER_SECONDS:g} s after a crash the stock is still reserved"
            raise SubjectError(message)
        await asyncio.sleep(0.25)
    (await shop.order(item["sku"], 3)).expect(201)


async def settled(shop: Shop, sku: str, placed: str) -> bool:
    """Whether the stock is back, or the order confirmed and its stock taken."""
    stock = await shop.stock(sku)
    order = await shop.service.get(order_path(placed), token=shop.manager)
    confirmed = order.status == 200 and order.object().text("status") == "confirmed"
    return stock == (3 if confirmed else 5)
