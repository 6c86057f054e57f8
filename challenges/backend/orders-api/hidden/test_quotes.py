"""Quotes, availability and notifications: what passes between the service and upstream."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from shop import (
    ANSWER_SECONDS,
    UPSTREAM_FAILED,
    WAREHOUSES,
    Shop,
    order_path,
    price_of,
    stock_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from runner.harness.reply import Reply
    from runner.harness.upstream import Upstream

NOTIFY_SECONDS = 10.0
"""Twice the brief's 5 seconds for a notification: a busy machine costs nobody anything."""

SETTLE_SECONDS = 0.4
"""How long a test waits for a notification that must not come."""


# --------------------------------------------------------------------------------- quotes


@pytest.mark.requirement("quotes.result")
async def test_quote_is_the_upstream_price(shop: Shop) -> None:
    for _ in range(3):
        sku = shop.sku()
        reply = (await shop.service.get(f"/quotes/{sku}", token=shop.customer)).expect(200)
        quote = reply.object()
        shown = (quote.text("sku"), quote.integer("price_cents"), quote.text("currency"))
        expected = (sku, price_of(sku), "EUR")
        assert shown == expected, f"the quote is {shown}, upstream said {expected}"


@pytest.mark.requirement("quotes.result")
async def test_quote_of_what_upstream_does_not_know(shop: Shop, upstream: Upstream) -> None:
    sku = shop.sku()
    upstream.fault("/prices", "status:404", token=sku)
    (await shop.service.get(f"/quotes/{sku}", token=shop.customer)).expect(404)


@pytest.mark.requirement("quotes.one_call")
async def test_each_quote_is_one_call(shop: Shop, upstream: Upstream) -> None:
    sku = shop.sku()
    for count in (1, 2, 3):
        (await shop.service.get(f"/quotes/{sku}", token=shop.customer)).expect(200)
        calls = upstream.calls("", sku)
        assert len(calls) == count, f"{count} quotes made {len(calls)} upstream calls"


@pytest.mark.requirement("quotes.one_call")
async def test_failed_quote_is_not_tried_again(shop: Shop, upstream: Upstream) -> None:
    sku = shop.sku()
    upstream.fault("/prices", "status:404", token=sku)
    await shop.service.get(f"/quotes/{sku}", token=shop.customer)
    calls = upstream.calls("", sku)
    assert len(calls) == 1, f"one quote made {len(calls)} upstream calls"


@pytest.mark.requirement("quotes.upstream_failure")
@pytest.mark.parametrize(
    "mode", ["status:500", "status:302", "badjson", "garbage", "reset", "truncate", "hang"]
)
async def test_quote_while_upstream_fails(shop: Shop, upstream: Upstream, mode: str) -> None:
    sku = shop.sku()
    upstream.fault("/prices", mode, token=sku)
    reply = await shop.service.get(f"/quotes/{sku}", token=shop.customer, deadline=ANSWER_SECONDS)
    reply.expect(*UPSTREAM_FAILED)


@pytest.mark.requirement("quotes.upstream_failure")
async def test_slow_quote_is_waited_for(shop: Shop, upstream: Upstream) -> None:
    sku = shop.sku()
    upstream.fault("/prices", "slow:1.2", token=sku)
    reply = (await shop.service.get(f"/quotes/{sku}", token=shop.customer)).expect(200)
    assert reply.object().integer("price_cents") == price_of(sku), "the price is wrong"


# --------------------------------------------------------------------------- availability


def check_availability(reply: Reply, sku: str, failed: Collection[int]) -> None:
    """The reply adds up what the warehouses have that did not fail."""
    document = reply.object()
    entries = {number: None if number in failed else stock_of(number, sku) for number in WAREHOUSES}
    total = sum(value for value in entries.values() if value is not None)
    shown = [
        (entry.integer("warehouse"), _integer_or_null(entry.value("available")))
        for entry in document.objects("warehouses")
    ]
    assert shown == list(entries.items()), f"the warehouses are {shown}, expected {entries}"
    assert document.integer("available") == total, f"the sum should be {total}"
    assert document.boolean("complete") is (not failed), "`complete` is wrong"
    assert document.text("sku") == sku, "the sku is another one"


def _integer_or_null(value: object) -> int | str | None:
    return value if type(value) is int or value is None else f"{type(value).__name__}"


@pytest.mark.requirement("availability.result")
async def test_availability_adds_up(shop: Shop, upstream: Upstream) -> None:
    sku = shop.sku()
    reply = (await shop.service.get(f"/availability/{sku}", token=shop.customer)).expect(200)
    check_availability(reply, sku, ())
    asked = Counter(call.path for call in upstream.calls("", sku))
    expected = {f"/warehouses/{number}/stock/{sku}": 1 for number in WAREHOUSES}
    assert asked == expected, f"one request made the upstream calls {dict(asked)}"


@pytest.mark.requirement("availability.result")
async def test_availability_needs_a_token(shop: Shop, upstream: Upstream) -> None:
    sku = shop.sku()
    (await shop.service.get(f"/availability/{sku}")).expect(401)
    assert not upstream.calls("", sku), "upstream was asked without a valid token"


@pytest.mark.requirement("availability.degraded")
@pytest.mark.parametrize("mode", ["status:500", "badjson", "reset"])
async def test_availability_without_some_warehouses(
    shop: Shop, upstream: Upstream, mode: str
) -> None:
    sku = shop.sku()
    failed = shop.rng.sample(WAREHOUSES, 2)
    for number in failed:
        upstream.fault(f"/warehouses/{number}/", mode, token=sku)
    reply = await shop.service.get(
        f"/availability/{sku}", token=shop.customer, deadline=ANSWER_SECONDS
    )
    check_availability(reply.expect(200), sku, failed)


@pytest.mark.requirement("availability.degraded")
async def test_availability_while_warehouses_hang(shop: Shop, upstream: Upstream) -> None:
    sku = shop.sku()
    answers = shop.rng.choice(WAREHOUSES)
    failed = [number for number in WAREHOUSES if number != answers]
    for number in failed:
        upstream.fault(f"/warehouses/{number}/", "hang", token=sku)
    reply = await shop.service.get(
        f"/availability/{sku}", token=shop.customer, deadline=ANSWER_SECONDS
    )
    check_availability(reply.expect(200), sku, failed)


@pytest.mark.requirement("availability.degraded")
async def test_availability_without_any_warehouse(shop: Shop, upstream: Upstream) -> None:
    sku = shop.sku()
    upstream.fault("/warehouses/", "status:503", token=sku)
    reply = await shop.service.get(
        f"/availability/{sku}", token=shop.customer, deadline=ANSWER_SECONDS
    )
    reply.expect(*UPSTREAM_FAILED)


# -------------------------------------------------------------------------- notifications


@pytest.mark.requirement("notify.sent")
async def test_confirmed_order_is_notified_once(shop: Shop, upstream: Upstream) -> None:
    item = await shop.create()
    claims = shop.claims("customer")
    placed = (await shop.order(item["sku"], 2, token=shop.token_of(claims))).expect(201)
    sent = await upstream.wait_for("/notify", 1, timeout=NOTIFY_SECONDS, token=item["sku"])
    assert sent, "no notification after the order"
    await asyncio.sleep(SETTLE_SECONDS)
    sent = upstream.calls("/notify", item["sku"])
    assert len(sent) == 1, f"one order sent {len(sent)} notifications"
    note = sent[0].object()
    shown = (note.text("order_id"), note.text("sku"), note.integer("quantity"), note.text("user"))
    expected = (placed.object().text("id"), item["sku"], 2, claims["sub"])
    assert shown == expected, f"the notification says {shown}, expected {expected}"


@pytest.mark.requirement("notify.sent")
async def test_declined_order_is_not_notified(shop: Shop, upstream: Upstream) -> None:
    declined, confirmed = await shop.create(), await shop.create()
    upstream.fault("/payments", "status:402", token=declined["sku"])
    await shop.order(declined["sku"])
    (await shop.order(confirmed["sku"])).expect(201)
    sent = await upstream.wait_for("/notify", 1, timeout=NOTIFY_SECONDS, token=confirmed["sku"])
    assert sent, "no notification after the order"
    await asyncio.sleep(SETTLE_SECONDS)
    assert not upstream.calls("/notify", declined["sku"]), "a declined order was notified"


@pytest.mark.requirement("notify.detached")
async def test_answer_does_not_wait_for_the_notification(shop: Shop, upstream: Upstream) -> None:
    item = await shop.create()
    gate = upstream.hold("/notify", math.inf, timeout=60.0, token=item["sku"])
    (await shop.order(item["sku"])).expect(201)
    # Nobody has answered the notification: it is still to come or still waited for, or else
    # the service gave it up before it answered the customer.
    gave_up = gate.arrived > gate.waiting
    arrived = await gate.until(1, NOTIFY_SECONDS)
    gate.release()
    assert arrived, "no notification after the order"
    assert not gave_up, "the answer came after the notification was given up"


@pytest.mark.requirement("notify.detached")
@pytest.mark.parametrize("mode", ["status:500", "reset"])
async def test_failing_notification_changes_nothing(
    shop: Shop, upstream: Upstream, mode: str
) -> None:
    item = await shop.create(stock=4)
    upstream.fault("/notify", mode, token=item["sku"])
    placed = (await shop.order(item["sku"])).expect(201).object().text("id")
    assert await upstream.wait_for("/notify", 1, timeout=NOTIFY_SECONDS, token=item["sku"]), (
        "no notification after the order"
    )
    await asyncio.sleep(SETTLE_SECONDS)
    reply = (await shop.service.get(order_path(placed), token=shop.customer)).expect(200)
    assert reply.object().text("status") == "confirmed", "a failed notification undid the order"
    assert await shop.stock(item["sku"]) == 3, "a failed notification changed the stock"
