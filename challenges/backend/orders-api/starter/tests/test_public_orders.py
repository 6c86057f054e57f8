"""Public examples for orders, quotes and availability. Skipped while routes answer 501."""

from __future__ import annotations

import secrets

import httpx2

from tests.conftest import implemented
from tests.stub import StubUpstream

Item = dict[str, str | int]
Headers = dict[str, str]


def place(
    client: httpx2.Client, item: Item, quantity: int, headers: Headers, key: str = ""
) -> httpx2.Response:
    """Order some of the item, with a new key unless one is given."""
    return implemented(
        client.post(
            "/orders",
            json={"sku": item["sku"], "quantity": quantity},
            headers=headers | {"Idempotency-Key": key or secrets.token_hex(8)},
        )
    )


def stock_of(client: httpx2.Client, item: Item, headers: Headers) -> int:
    """Return what is left of the item."""
    stock: int = client.get(f"/items/{item['sku']}", headers=headers).json()["stock"]
    return stock


def test_order_takes_stock_and_is_paid(
    client: httpx2.Client, stub: StubUpstream, manager: Headers, customer: Headers, item: Item
) -> None:
    """`orders.create` and `orders.read`."""
    implemented(client.post("/items", json=item, headers=manager))
    placed = place(client, item, 2, customer)
    assert placed.status_code == 201
    order = placed.json()
    assert (order["amount_cents"], order["status"]) == (2500, "confirmed")
    assert stock_of(client, item, customer) == 5
    (payment,) = stub.calls("/payments", str(item["sku"]))
    assert payment.document["amount_cents"] == 2500
    assert client.get(f"/orders/{order['id']}", headers=customer).json()["id"] == order["id"]


def test_same_key_is_the_same_order(
    client: httpx2.Client, stub: StubUpstream, manager: Headers, customer: Headers, item: Item
) -> None:
    """`orders.idempotent`."""
    implemented(client.post("/items", json=item, headers=manager))
    first = place(client, item, 1, customer, key="same-key-" + str(item["sku"]))
    second = place(client, item, 1, customer, key="same-key-" + str(item["sku"]))
    assert first.json()["id"] == second.json()["id"]
    assert len(stub.calls("/payments", str(item["sku"]))) == 1


def test_declined_payment_returns_the_stock(
    client: httpx2.Client, stub: StubUpstream, manager: Headers, customer: Headers, item: Item
) -> None:
    """`orders.payment_declined`."""
    implemented(client.post("/items", json=item, headers=manager))
    stub.behave("/payments", status=402)
    assert place(client, item, 2, customer).status_code == 402
    assert stock_of(client, item, customer) == 7


def test_quote(client: httpx2.Client, stub: StubUpstream, customer: Headers) -> None:
    """`quotes.result` and `quotes.one_call`."""
    quote = implemented(client.get("/quotes/MUG-01", headers=customer))
    assert quote.json() == {"sku": "MUG-01", "price_cents": 1250, "currency": "EUR"}
    assert len(stub.calls("/prices", "MUG-01")) == 1


def test_availability(client: httpx2.Client, stub: StubUpstream, customer: Headers) -> None:
    """`availability.result`."""
    answer = implemented(client.get("/availability/MUG-01", headers=customer)).json()
    assert (answer["available"], answer["complete"]) == (15, True)
    assert len(stub.calls("/warehouses", "MUG-01")) == 5
