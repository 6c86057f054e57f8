"""Orders: stock, payment, idempotency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from shop import ANSWER_SECONDS, UPSTREAM_FAILED, Shop, order_path

if TYPE_CHECKING:
    from runner.harness.reply import Reply
    from runner.harness.upstream import Upstream


def check_order(reply: Reply, sku: str, quantity: int, amount: int) -> str:
    """The reply holds the confirmed order; returns its id."""
    order = reply.object()
    shown = {
        "sku": order.text("sku"),
        "quantity": order.integer("quantity"),
        "amount_cents": order.integer("amount_cents"),
        "status": order.text("status"),
    }
    expected = {
        "sku": sku,
        "quantity": quantity,
        "amount_cents": amount,
        "status": "confirmed",
    }
    assert shown == expected, f"{reply.where} answered the order {shown}, expected {expected}"
    return order.text("id")


# ------------------------------------------------------------------------------- create


@pytest.mark.requirement("orders.create")
async def test_order_is_confirmed_and_takes_stock(shop: Shop) -> None:
    item = await shop.create(stock=9, price_cents=1250)
    reply = (await shop.order(item["sku"], 4)).expect(201)
    check_order(reply, item["sku"], 4, 5000)
    assert await shop.stock(item["sku"]) == 5, "stock 9 less 4 should be 5"


@pytest.mark.requirement("orders.create")
async def test_order_is_paid_once(shop: Shop, upstream: Upstream) -> None:
    item = await shop.create(stock=9)
    reply = (await shop.order(item["sku"], 3)).expect(201)
    placed = check_order(reply, item["sku"], 3, 3 * item["price_cents"])
    payments = upstream.calls("/payments", item["sku"])
    assert len(payments) == 1, f"one order asked for {len(payments)} payments"
    payment = payments[0].object()
    assert payment.text("order_id") == placed, "the payment is for another order_id"
    assert payment.integer("amount_cents") == 3 * item["price_cents"], "the amount is wrong"


@pytest.mark.requirement("orders.create")
async def test_orders_until_nothing_is_left(shop: Shop) -> None:
    item = await shop.create(stock=5)
    first = (await shop.order(item["sku"], 2)).expect(201).object().text("id")
    manager = await shop.order(item["sku"], 3, token=shop.manager)
    second = manager.expect(201).object().text("id")
    assert first != second, "two orders have the same id"
    assert await shop.stock(item["sku"]) == 0, "stock 5 less 2 and 3 should be 0"


# --------------------------------------------------------------------------------- read


@pytest.mark.requirement("orders.read")
async def test_owner_and_manager_read_an_order(shop: Shop) -> None:
    item = await shop.create(price_cents=700)
    placed = (await shop.order(item["sku"], 2)).expect(201).object().text("id")
    for token in (shop.customer, shop.manager):
        reply = (await shop.service.get(order_path(placed), token=token)).expect(200)
        assert check_order(reply, item["sku"], 2, 1400) == placed, "the id is another one"


@pytest.mark.requirement("orders.read")
async def test_other_customer_does_not_read_an_order(shop: Shop) -> None:
    item = await shop.create()
    placed = (await shop.order(item["sku"])).expect(201).object().text("id")
    (await shop.service.get(order_path(placed), token=shop.customer)).expect(200)
    reply = await shop.service.get(order_path(placed), token=shop.other_customer)
    reply.expect(404, 403)


@pytest.mark.requirement("orders.read")
async def test_unknown_order(shop: Shop) -> None:
    item = await shop.create()
    (await shop.order(item["sku"])).expect(201)
    (await shop.service.get(f"/orders/{shop.word(32)}", token=shop.customer)).expect(404)


# ------------------------------------------------------------------------------- reject


@pytest.mark.requirement("orders.reject")
async def test_order_of_an_unknown_item(shop: Shop) -> None:
    sku = shop.sku()
    (await shop.order(sku)).expect(404)
    assert shop.payments(sku) == 0, "a payment was asked for though there is no such item"


@pytest.mark.requirement("orders.reject")
async def test_order_of_more_than_there_is(shop: Shop) -> None:
    item = await shop.create(stock=3)
    (await shop.order(item["sku"], 4)).expect(409)
    assert shop.payments(item["sku"]) == 0, "a payment was asked for though the stock was short"
    assert await shop.stock(item["sku"]) == 3, "a refused order changed the stock"
    (await shop.order(item["sku"], 3)).expect(201)


@pytest.mark.requirement("orders.reject")
@pytest.mark.parametrize(
    "quantity",
    [0, -1, 101, 1.5, "two", None],
    ids=["zero", "negative", "too-many", "fraction", "word", "null"],
)
async def test_order_of_an_impossible_quantity(shop: Shop, quantity: Any) -> None:
    item = await shop.create(stock=500)
    (await shop.order(item["sku"], quantity)).expect(422).json()
    assert shop.payments(item["sku"]) == 0, "a payment was asked for with a broken quantity"
    assert await shop.stock(item["sku"]) == 500, "a refused order changed the stock"


@pytest.mark.requirement("orders.reject")
async def test_order_that_lacks_something(shop: Shop) -> None:
    item = await shop.create(stock=5)
    key = {"Idempotency-Key": shop.word(20)}
    sku = {"sku": item["sku"]}
    quantity = {"quantity": 1}
    for body in (sku, quantity):
        reply = await shop.service.post("/orders", token=shop.customer, json=body, headers=key)
        reply.expect(422).json()
    without_key = await shop.service.post("/orders", token=shop.customer, json=sku | quantity)
    without_key.expect(422, 400)
    assert shop.payments(item["sku"]) == 0, "a payment was asked for an incomplete order"
    assert await shop.stock(item["sku"]) == 5, "a refused order changed the stock"


# --------------------------------------------------------------------------- idempotent


@pytest.mark.requirement("orders.idempotent")
async def test_repeated_key_gives_the_same_order(shop: Shop, upstream: Upstream) -> None:
    item = await shop.create(stock=10)
    key = shop.word(20)
    placed = (await shop.order(item["sku"], 2, key=key)).expect(201).object().text("id")
    for _ in range(2):
        again = (await shop.order(item["sku"], 2, key=key)).expect(200, 201)
        assert again.object().text("id") == placed, "a repeated key made another order"
    assert await shop.stock(item["sku"]) == 8, "a repeated key took stock again"
    assert shop.payments(item["sku"]) == 1, "a repeated key asked for another payment"
    notes = await upstream.wait_for("/notify", 2, timeout=0.4, token=item["sku"])
    assert len(notes) <= 1, "a repeated key sent another notification"


@pytest.mark.requirement("orders.idempotent")
async def test_key_of_a_different_order(shop: Shop) -> None:
    item, other = await shop.create(stock=10), await shop.create(stock=10)
    key = shop.word(20)
    (await shop.order(item["sku"], 2, key=key)).expect(201)
    (await shop.order(item["sku"], 3, key=key)).expect(409, 422)
    (await shop.order(other["sku"], 2, key=key)).expect(409, 422)
    assert await shop.stock(item["sku"]) == 8, "a reused key took stock"
    assert await shop.stock(other["sku"]) == 10, "a reused key took stock of another item"


@pytest.mark.requirement("orders.idempotent")
async def test_equal_keys_of_two_users(shop: Shop) -> None:
    item = await shop.create(stock=10)
    key = shop.word(20)
    first = (await shop.order(item["sku"], key=key)).expect(201).object().text("id")
    reply = await shop.order(item["sku"], key=key, token=shop.other_customer)
    assert reply.expect(201).object().text("id") != first, "two users share an order"
    assert await shop.stock(item["sku"]) == 8, "two orders of one piece should take two"
    assert shop.payments(item["sku"]) == 2, "two orders should be two payments"


# -------------------------------------------------------------------------------- payment


@pytest.mark.requirement("orders.payment_declined")
async def test_declined_payment_returns_the_stock(shop: Shop, upstream: Upstream) -> None:
    item = await shop.create(stock=6)
    upstream.fault("/payments", "status:402", token=item["sku"], times=1)
    (await shop.order(item["sku"], 5)).expect(402)
    assert shop.payments(item["sku"]) == 1, "a declined payment was tried again"
    assert await shop.stock(item["sku"]) == 6, "a declined payment kept the stock"
    (await shop.order(item["sku"], 6)).expect(201)
    assert await shop.stock(item["sku"]) == 0, "the order after the declined one took 6 of 6"


@pytest.mark.requirement("orders.payment_failure")
@pytest.mark.parametrize(
    "mode", ["status:500", "status:429", "badjson", "garbage", "reset", "truncate"]
)
async def test_failed_payment_returns_the_stock(shop: Shop, upstream: Upstream, mode: str) -> None:
    item = await shop.create(stock=6)
    upstream.fault("/payments", mode, token=item["sku"], times=1)
    (await shop.order(item["sku"], 5, deadline=ANSWER_SECONDS)).expect(*UPSTREAM_FAILED)
    assert shop.payments(item["sku"]) == 1, "a failed payment was tried again"
    assert await shop.stock(item["sku"]) == 6, "a failed payment kept the stock"
    (await shop.order(item["sku"], 6)).expect(201)
    assert await shop.stock(item["sku"]) == 0, "the order after the failed one took 6 of 6"


@pytest.mark.requirement("orders.payment_failure")
async def test_hanging_payment_returns_the_stock(shop: Shop, upstream: Upstream) -> None:
    item = await shop.create(stock=6)
    upstream.fault("/payments", "hang", token=item["sku"], times=1)
    (await shop.order(item["sku"], 5, deadline=ANSWER_SECONDS)).expect(*UPSTREAM_FAILED)
    assert await shop.stock(item["sku"]) == 6, "a payment that hangs kept the stock"
    (await shop.order(item["sku"], 6)).expect(201)


@pytest.mark.requirement("orders.payment_failure")
async def test_slow_payment_is_waited_for(shop: Shop, upstream: Upstream) -> None:
    item = await shop.create(stock=6)
    upstream.fault("/payments", "slow:1.2", token=item["sku"], times=1)
    (await shop.order(item["sku"], 5)).expect(201)
    assert await shop.stock(item["sku"]) == 1, "a slow payment is a payment"
