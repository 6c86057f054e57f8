"""Tokens and roles."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from shop import Shop, check_item, encode, order_path

if TYPE_CHECKING:
    from collections.abc import Callable

BAD: dict[str, Callable[[Shop], str | None]] = {
    "no-header": lambda _: None,
    "empty": lambda _: "Bearer ",
    "no-jwt": lambda shop: f"Bearer {shop.word(40)}",
    "other-scheme": lambda shop: f"Basic {shop.manager}",
    "no-scheme": lambda shop: shop.manager,
    "other-key": lambda shop: bearer(encode(shop.claims("manager"), shop.word(40))),
    "unsigned": lambda shop: bearer(encode(shop.claims("manager"), "", algorithm="none")),
    "signature-cut": lambda shop: bearer(shop.manager[:-6]),
    "payload-changed": lambda shop: bearer(promoted(shop)),
    "expired": lambda shop: bearer(
        encode(shop.claims("manager") | {"exp": int(time.time()) - 300}, shop.secret)
    ),
    "without-expiry": lambda shop: bearer(
        encode({"sub": "user-without-end", "role": "manager"}, shop.secret)
    ),
}


def bearer(token: str) -> str:
    """The value of an Authorization header."""
    return f"Bearer {token}"


def promoted(shop: Shop) -> str:
    """A customer's token whose payload now says manager, with the old signature."""
    signature = shop.customer.rpartition(".")[2]
    return encode(shop.claims("manager"), "").rpartition(".")[0] + "." + signature


def headers(value: str | None) -> dict[str, str]:
    """Request headers with that Authorization, or without one."""
    return {} if value is None else {"Authorization": value}


@pytest.mark.requirement("auth.token")
@pytest.mark.parametrize("kind", list(BAD))
async def test_bad_token_reads_nothing(shop: Shop, kind: str) -> None:
    document = await shop.create()
    sent = headers(BAD[kind](shop))
    (await shop.service.get("/items", headers=sent)).expect(401)
    (await shop.service.get(f"/items/{document['sku']}", headers=sent)).expect(401)


@pytest.mark.requirement("auth.token")
@pytest.mark.parametrize("kind", list(BAD))
async def test_bad_token_writes_nothing(shop: Shop, kind: str) -> None:
    document, wanted = await shop.create(), shop.document()
    sent = headers(BAD[kind](shop))
    (await shop.service.post("/items", headers=sent, json=wanted)).expect(401)
    (await shop.read(wanted["sku"])).expect(404)
    (await shop.service.delete(f"/items/{document['sku']}", headers=sent)).expect(401)
    check_item((await shop.read(document["sku"])).expect(200), document)


@pytest.mark.requirement("auth.role")
async def test_customer_does_not_create(shop: Shop) -> None:
    wanted = shop.document()
    (await shop.service.post("/items", token=shop.customer, json=wanted)).expect(403)
    (await shop.read(wanted["sku"])).expect(404)


@pytest.mark.requirement("auth.role")
async def test_customer_does_not_delete(shop: Shop) -> None:
    document = await shop.create()
    path = f"/items/{document['sku']}"
    (await shop.service.delete(path, token=shop.customer)).expect(403)
    check_item((await shop.read(document["sku"])).expect(200), document)


@pytest.mark.requirement("auth.role")
async def test_both_roles_read(shop: Shop) -> None:
    document = await shop.create()
    for token in (shop.manager, shop.customer, shop.other_customer):
        check_item((await shop.read(document["sku"], token=token)).expect(200), document)
        (await shop.service.get("/items", token=token)).expect(200)


@pytest.mark.requirement("auth.everywhere")
@pytest.mark.parametrize("kind", ["no-header", "expired", "other-key"])
async def test_patch_and_quote_need_a_token(shop: Shop, kind: str) -> None:
    document = await shop.create()
    sku = document["sku"]
    sent = headers(BAD[kind](shop))
    etag = await shop.etag(sku)
    patch = await shop.service.patch(
        f"/items/{sku}", json={"stock": 1}, headers=sent | {"If-Match": etag}
    )
    patch.expect(401)
    check_item((await shop.read(sku)).expect(200), document)
    (await shop.service.get(f"/quotes/{sku}", headers=sent)).expect(401)


@pytest.mark.requirement("auth.everywhere")
@pytest.mark.parametrize("kind", ["no-header", "expired", "other-key"])
async def test_orders_need_a_token(shop: Shop, kind: str) -> None:
    document = await shop.create(stock=5)
    sku = document["sku"]
    sent = headers(BAD[kind](shop))
    order = await shop.service.post(
        "/orders",
        json={"sku": sku, "quantity": 1},
        headers=sent | {"Idempotency-Key": shop.word(20)},
    )
    order.expect(401)
    assert await shop.stock(sku) == 5, "an order without a valid token took stock"
    placed = (await shop.order(sku)).expect(201).object().text("id")
    (await shop.service.get(order_path(placed), headers=sent)).expect(401)


@pytest.mark.requirement("auth.everywhere")
async def test_customer_does_not_patch(shop: Shop) -> None:
    document = await shop.create()
    sku = document["sku"]
    reply = await shop.service.patch(
        f"/items/{sku}",
        token=shop.customer,
        json={"price_cents": 1},
        headers={"If-Match": await shop.etag(sku)},
    )
    reply.expect(403)
    check_item((await shop.read(sku)).expect(200), document)
