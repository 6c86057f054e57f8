"""What the service does with items."""

from __future__ import annotations

from uuid import uuid4

import httpx2
import pytest


def made(client: httpx2.Client, stock: int) -> str:
    """Make an item; its name."""
    name = uuid4().hex
    answer = client.post("/items", json={"name": name, "stock": stock})
    assert answer.status_code == 201
    assert answer.json() == {"name": name, "stock": stock}
    return name


def test_an_item_can_be_read(client: httpx2.Client) -> None:
    """What was written is read."""
    name = made(client, 7)
    assert client.get(f"/items/{name}").json() == {"name": name, "stock": 7}


def test_a_name_exists_once(client: httpx2.Client) -> None:
    """The second of a name is refused and changes nothing."""
    name = made(client, 7)
    assert client.post("/items", json={"name": name, "stock": 8}).status_code == 409
    assert client.get(f"/items/{name}").json()["stock"] == 7


def test_an_unknown_item_is_missing(client: httpx2.Client) -> None:
    """A name that nobody made answers 404."""
    assert client.get(f"/items/{uuid4().hex}").status_code == 404


def test_items_are_counted(client: httpx2.Client) -> None:
    """The total is the number of items."""
    before = client.get("/items").json()["total"]
    name = made(client, 1)
    page = client.get("/items").json()
    assert page["total"] == before + 1 == len(page["items"])
    assert {"name": name, "stock": 1} in page["items"]


@pytest.mark.parametrize("stock", [-1, 1001, "3", None, 2.5, True])
def test_a_bad_stock_is_refused(client: httpx2.Client, stock: object) -> None:
    """A stock that is no whole number from 0 to 1000 is refused."""
    answer = client.post("/items", json={"name": uuid4().hex, "stock": stock})
    assert answer.status_code == 422


def test_an_empty_name_is_refused(client: httpx2.Client) -> None:
    """A name has a letter at least."""
    assert client.post("/items", json={"name": "", "stock": 1}).status_code == 422


def test_nothing_is_sold_twice(client: httpx2.Client) -> None:
    """What is not there cannot be sold."""
    name = made(client, 0)
    assert client.post("/orders", json={"name": name}).status_code == 409
