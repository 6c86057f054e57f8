"""Orders: stock, payment, idempotency."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from shop import ANSWER_SECONDS, UPSTREAM_FAILED, Shop, order_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.harness.reply import Reply
    from runner.harness.service import Service
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


@pytest.mark.requirement("orders.idempotent")
async def test_simultaneous_requests_with_one_key(
    shop: Shop, service: Service, upstream: Upstream, measure: Callable[..., None]
) -> None:
    item = await shop.create(stock=10)
    key = shop.word(20)
    upstream.hold("/payments", 2, timeout=0.7, token=item["sku"])
    replies = await service.gather(*(shop.order(item["sku"], key=key) for _ in range(5)))
    measure("payments", shop.payments(item["sku"]), "calls")
    placed = {
        reply.object().text("id") for reply in replies if reply.expect(200, 201, 409).status != 409
    }
    assert len(placed) == 1, f"five requests with one key gave {len(placed)} orders"
    later = (await shop.order(item["sku"], key=key)).expect(200, 201)
    assert later.object().text("id") in placed, "a later repetition gave another order"
    assert shop.payments(item["sku"]) == 1, "one key asked for more than one payment"
    assert await shop.stock(item["sku"]) == 9, "one order of one piece should take one"


# ------------------------------------------------------------------------- never oversell


async def oversell(shop: Shop, *, stock: int, buyers: int, pause: float = 0.0) -> Counter[int]:
    """Let `buyers` order one piece each; check that the numbers agree.

    The orders start `pause` seconds apart. Connections that arrive in one instant are often
    accepted by one and the same worker; two milliseconds spread them over all.
    """
    item = await shop.create(stock=stock)

    async def buy(number: int) -> Reply:
        await asyncio.sleep(number * pause)
        return await shop.order(item["sku"], token=shop.token("customer"))

    replies = await shop.service.gather(*(buy(number) for number in range(buyers)))
    statuses = Counter(reply.status for reply in replies)
    left = await shop.stock(item["sku"])
    payments = shop.payments(item["sku"])
    expected = {201: stock, 409: buyers - stock}
    assert statuses == expected, f"stock {stock}, {buyers} buyers: answers {dict(statuses)}"
    assert left == 0, f"all {stock} pieces are sold and {left} are left"
    assert payments == stock, f"{stock} orders were confirmed, {payments} payments asked for"
    return statuses


@pytest.mark.requirement("orders.never_oversell")
async def test_simultaneous_orders_never_oversell(shop: Shop, measure: Callable[..., None]) -> None:
    statuses = await oversell(shop, stock=5, buyers=12)
    measure("sold", statuses[201], "pieces")


@pytest.mark.requirement("orders.never_oversell")
async def test_orders_during_slow_payments_never_oversell(
    shop: Shop, service: Service, upstream: Upstream, measure: Callable[..., None]
) -> None:
    item = await shop.create(stock=3)
    gate = upstream.hold("/payments", 4, timeout=0.7, token=item["sku"])
    tokens = [shop.token("customer") for _ in range(8)]
    replies = await service.gather(*(shop.order(item["sku"], token=token) for token in tokens))
    statuses = Counter(reply.status for reply in replies)
    measure("payments", gate.arrived, "calls")
    assert statuses == {201: 3, 409: 5}, f"stock 3, 8 buyers: answers {dict(statuses)}"
    assert gate.arrived == 3, f"{gate.arrived} payments were asked for three pieces"
    assert await shop.stock(item["sku"]) == 0, "all three pieces are sold"


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
