"""Orders under load, under failure, and after a crash."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from app import catalog, ordering
from app.db import Database
from app.errors import ApiError, KeyInProgressError, OutOfStockError, ReservationLostError
from app.schemas import ItemDocument, OrderRequest
from tests.conftest import as_user
from tests.stub import Behaviour, StubUpstream

Item = dict[str, str | int]
Headers = dict[str, str]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """Return an empty database with one item of stock 5."""
    database = Database(f"sqlite:///{tmp_path}/app.db")
    database.create_tables()
    document = ItemDocument(sku="MUG-01", name="Mug", price_cents=1250, stock=5)
    catalog.create_item(database, document)
    return database


@pytest.fixture
def stocked(client: httpx2.Client, manager: Headers, item: Item) -> Item:
    """Return an item of stock 7 that exists."""
    client.post("/items", json=item, headers=manager).raise_for_status()
    return item


def order(
    client: httpx2.Client, item: Item, quantity: object, headers: Headers, key: str = ""
) -> httpx2.Response:
    """Order with a new key unless one is given."""
    body = {"sku": item["sku"], "quantity": quantity}
    sent = headers | {"Idempotency-Key": key or secrets.token_hex(8)}
    return client.post("/orders", json=body, headers=sent)


def place(client: httpx2.Client, item: Item, quantity: object, headers: Headers) -> int:
    """Order with a new key; return the status."""
    return order(client, item, quantity, headers).status_code


def stock_of(client: httpx2.Client, item: Item, headers: Headers) -> int:
    """Return what is left."""
    stock: int = client.get(f"/items/{item['sku']}", headers=headers).json()["stock"]
    return stock


def test_simultaneous_orders_sell_the_stock_and_no_more(
    client: httpx2.Client, stub: StubUpstream, customer: Headers, stocked: Item
) -> None:
    """Seven pieces, twelve buyers, slow payments."""
    stub.behave("/payments", delay_seconds=0.3)
    with ThreadPoolExecutor(12) as pool:
        statuses = Counter(pool.map(lambda _number: place(client, stocked, 1, customer), range(12)))
    assert statuses == {201: 7, 409: 5}
    assert stock_of(client, stocked, customer) == 0
    assert len(stub.calls("/payments", str(stocked["sku"]))) == 7


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [
        (Behaviour("/payments", status=402), 402),
        (Behaviour("/payments", status=500), 502),
        (Behaviour("/payments", body=b"{"), 502),
        (Behaviour("/payments", body=b'{"status": "maybe"}'), 502),
        (Behaviour("/payments", delay_seconds=3.0), 504),
    ],
    ids=["declined", "broken", "no-json", "undecided", "slow"],
)
def test_failed_payment_returns_the_stock(
    client: httpx2.Client,
    stub: StubUpstream,
    customer: Headers,
    stocked: Item,
    behaviour: Behaviour,
    status: int,
) -> None:
    """Whatever is wrong with the payment: the stock is back, and nobody is notified."""
    stub.state.behaviours.append(behaviour)
    assert place(client, stocked, 3, customer) == status
    assert stock_of(client, stocked, customer) == 7
    assert not stub.calls("/notify", str(stocked["sku"]))


@pytest.mark.parametrize(
    ("quantity", "status"), [(8, 409), (0, 422), (101, 422), (1.5, 422), ("two", 422), (None, 422)]
)
def test_impossible_quantity_is_not_paid_for(
    client: httpx2.Client,
    stub: StubUpstream,
    customer: Headers,
    stocked: Item,
    quantity: object,
    status: int,
) -> None:
    """Neither more than there is nor what is no quantity."""
    assert place(client, stocked, quantity, customer) == status
    assert stock_of(client, stocked, customer) == 7
    assert not stub.calls("/payments")


def test_unknown_item_is_not_paid_for(
    client: httpx2.Client, stub: StubUpstream, customer: Headers, item: Item
) -> None:
    """It is not found, which is not the same as sold out."""
    assert place(client, item, 1, customer) == 404
    assert not stub.calls("/payments")


def test_order_without_a_key_is_refused(
    client: httpx2.Client, stub: StubUpstream, customer: Headers, stocked: Item
) -> None:
    """The header is no option."""
    body = {"sku": stocked["sku"], "quantity": 1}
    assert client.post("/orders", json=body, headers=customer).status_code == 422
    assert not stub.calls("/payments")


@pytest.mark.usefixtures("stub")
def test_key_belongs_to_one_order_of_one_user(
    client: httpx2.Client, customer: Headers, stocked: Item
) -> None:
    """Another order with the key is refused, another user's key is another one."""
    key = secrets.token_hex(8)
    first = order(client, stocked, 2, customer, key)
    assert order(client, stocked, 3, customer, key).status_code == 409
    others = order(client, stocked, 2, as_user("olga", "customer"), key)
    assert (first.status_code, others.status_code) == (201, 201)
    assert first.json()["id"] != others.json()["id"]
    assert stock_of(client, stocked, customer) == 3


@pytest.mark.usefixtures("stub")
def test_order_makes_an_etag_stale(
    client: httpx2.Client, manager: Headers, customer: Headers, stocked: Item
) -> None:
    """A manager who read the stock before it was sold does not bring it back."""
    path = f"/items/{stocked['sku']}"
    match = manager | {"If-Match": client.get(path, headers=manager).headers["ETag"]}
    assert place(client, stocked, 2, customer) == 201
    assert client.patch(path, json={"stock": 7}, headers=match).status_code == 412
    assert stock_of(client, stocked, customer) == 5


def test_order_is_read_by_its_owner_and_managers(
    client: httpx2.Client, stub: StubUpstream, manager: Headers, customer: Headers, stocked: Item
) -> None:
    """For everybody else it does not exist."""
    placed = order(client, stocked, 1, customer).json()
    path = f"/orders/{placed['id']}"
    assert client.get(path, headers=customer).json() == placed
    assert client.get(path, headers=manager).json() == placed
    assert client.get(path, headers=as_user("olga", "customer")).status_code == 404
    assert client.get("/orders/none", headers=customer).status_code == 404
    assert len(stub.calls("/payments", placed["id"])) == 1


def test_confirmed_order_is_notified_once(
    client: httpx2.Client, stub: StubUpstream, customer: Headers, stocked: Item
) -> None:
    """The notification names the order and its owner."""
    placed = order(client, stocked, 2, customer).json()
    deadline = time.monotonic() + 5.0
    while not stub.calls("/notify", placed["id"]) and time.monotonic() < deadline:
        time.sleep(0.05)
    (note,) = stub.calls("/notify", placed["id"])
    expected = {"order_id": placed["id"], "sku": stocked["sku"], "quantity": 2, "user": "carl"}
    assert note.document == expected


def test_answer_does_not_wait_for_the_notification(
    client: httpx2.Client, stub: StubUpstream, customer: Headers, stocked: Item
) -> None:
    """The notification is still on its way when the customer has the answer."""
    stub.behave("/notify", delay_seconds=2.0)
    begun = time.monotonic()
    assert place(client, stocked, 1, customer) == 201
    assert time.monotonic() - begun < 1.5


def test_pending_order_blocks_its_key(database: Database) -> None:
    """While the first request is being paid for, its double is told so."""
    wanted = OrderRequest(sku="MUG-01", quantity=2)
    order, is_new = ordering.reserve(database, "carl", "key-1", wanted)
    assert is_new
    with pytest.raises(KeyInProgressError):
        ordering.reserve(database, "carl", "key-1", wanted)
    ordering.confirm(database, order.id)
    again, is_new = ordering.reserve(database, "carl", "key-1", wanted)
    assert (again.id, is_new) == (order.id, False)


def test_refused_reservation_changes_nothing(database: Database) -> None:
    """A reservation is all or nothing."""
    with pytest.raises(OutOfStockError):
        ordering.reserve(database, "carl", "key-1", OrderRequest(sku="MUG-01", quantity=6))
    assert catalog.get_item(database, "MUG-01").stock == 5


def test_dead_reservation_is_released_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its time a pending order gives the stock back and cannot be confirmed."""
    wanted = OrderRequest(sku="MUG-01", quantity=2)
    order, _ = ordering.reserve(database, "carl", "key-1", wanted)
    assert ordering.release_dead(database) == 0
    monkeypatch.setattr(ordering, "RESERVATION_SECONDS", 0.0)
    assert ordering.release_dead(database) == 1
    assert ordering.release_dead(database) == 0
    ordering.release(database, order.id)
    assert catalog.get_item(database, "MUG-01").stock == 5
    with pytest.raises(ReservationLostError):
        ordering.confirm(database, order.id)
    _, is_new = ordering.reserve(database, "carl", "key-1", wanted)
    assert is_new


def test_reservations_of_many_threads_add_up(database: Database) -> None:
    """Writers wait for each other instead of failing."""

    def reserve(number: int) -> bool:
        try:
            ordering.reserve(
                database, "carl", f"key-{number}", OrderRequest(sku="MUG-01", quantity=1)
            )
        except ApiError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(reserve, range(16))) == 5
    assert catalog.get_item(database, "MUG-01").stock == 0
