"""Public examples for items. Skipped while the routes answer 501."""

from __future__ import annotations

import httpx2
import pytest

from tests.conftest import implemented

Item = dict[str, str | int]
Headers = dict[str, str]


def test_created_item_can_be_read(
    client: httpx2.Client, manager: Headers, customer: Headers, item: Item
) -> None:
    """`items.create` and `items.read`."""
    created = implemented(client.post("/items", json=item, headers=manager))
    assert created.status_code == 201
    assert item.items() <= created.json().items()
    assert created.headers["Location"].endswith(f"/items/{item['sku']}")
    read = implemented(client.get(f"/items/{item['sku']}", headers=customer))
    assert read.status_code == 200
    assert item.items() <= read.json().items()


def test_item_is_listed(client: httpx2.Client, manager: Headers, item: Item) -> None:
    """`items.list`."""
    implemented(client.post("/items", json=item, headers=manager))
    listed: list[str] = []
    for offset in range(0, 10_000, 100):
        query = {"limit": 100, "offset": offset}
        page = implemented(client.get("/items", params=query, headers=manager)).json()
        listed += [entry["sku"] for entry in page["items"]]
        if len(listed) >= page["total"]:
            break
    assert item["sku"] in listed


def test_sku_exists_once(client: httpx2.Client, manager: Headers, item: Item) -> None:
    """`items.unique`."""
    implemented(client.post("/items", json=item, headers=manager))
    assert client.post("/items", json=item, headers=manager).status_code == 409


@pytest.mark.parametrize("field", ["sku", "name", "price_cents", "stock"])
def test_incomplete_item_is_refused(
    client: httpx2.Client, manager: Headers, item: Item, field: str
) -> None:
    """`items.validate`."""
    del item[field]
    response = implemented(client.post("/items", json=item, headers=manager))
    assert response.status_code == 422


def test_deleted_item_is_gone(client: httpx2.Client, manager: Headers, item: Item) -> None:
    """`items.delete`."""
    implemented(client.post("/items", json=item, headers=manager))
    deleted = implemented(client.delete(f"/items/{item['sku']}", headers=manager))
    assert deleted.status_code == 204
    assert client.get(f"/items/{item['sku']}", headers=manager).status_code == 404


def test_token_is_needed(client: httpx2.Client, customer: Headers, item: Item) -> None:
    """`auth.token` and `auth.role`."""
    assert implemented(client.post("/items", json=item)).status_code == 401
    assert client.post("/items", json=item, headers=customer).status_code == 403


def test_patch_needs_the_current_etag(client: httpx2.Client, manager: Headers, item: Item) -> None:
    """`items.update` and `items.precondition`."""
    path = f"/items/{item['sku']}"
    implemented(client.post("/items", json=item, headers=manager))
    change = {"price_cents": 990}
    implemented(client.patch(path, json=change, headers=manager | {"If-Match": '"no"'}))
    assert client.patch(path, json=change, headers=manager).status_code == 428
    current = {"If-Match": client.get(path, headers=manager).headers["ETag"]}
    changed = client.patch(path, json=change, headers=manager | current)
    assert changed.status_code == 200
    assert (item | change).items() <= changed.json().items()
    assert client.patch(path, json=change, headers=manager | current).status_code == 412
