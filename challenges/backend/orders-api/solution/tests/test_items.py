"""Items: bounds, lost updates, paging, survival."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from tests.conftest import running_service

Item = dict[str, str | int]
Headers = dict[str, str]


@pytest.mark.parametrize(
    "broken",
    [
        {"sku": "ab"},
        {"sku": "lower-case"},
        {"name": ""},
        {"name": "n" * 121},
        {"price_cents": -1},
        {"price_cents": 10_000_001},
        {"price_cents": 10**30},
        {"stock": -1},
        {"stock": 1_000_001},
        {"stock": None},
    ],
    ids=str,
)
def test_broken_field_creates_nothing(
    client: httpx2.Client, manager: Headers, item: Item, broken: Item
) -> None:
    """Each bound of the brief's table holds."""
    document = item | broken
    assert client.post("/items", json=document, headers=manager).status_code == 422
    assert client.get(f"/items/{document['sku']}", headers=manager).status_code == 404


@pytest.mark.parametrize(
    "allowed",
    [
        {"name": "n", "price_cents": 0, "stock": 0},
        {"name": "n" * 120, "price_cents": 10_000_000, "stock": 1_000_000},
    ],
    ids=["least", "most"],
)
def test_bounds_themselves_are_allowed(
    client: httpx2.Client, manager: Headers, item: Item, allowed: Item
) -> None:
    """What lies on a bound is stored as it was sent."""
    document = item | allowed
    assert client.post("/items", json=document, headers=manager).status_code == 201
    assert client.get(f"/items/{item['sku']}", headers=manager).json() == document


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "offset=-1", f"offset={10**30}"])
def test_impossible_page_is_refused(client: httpx2.Client, manager: Headers, query: str) -> None:
    """Paging parameters have bounds, so none reaches the database as a monster."""
    assert client.get(f"/items?{query}", headers=manager).status_code == 422


def test_pages_join_without_gap_or_overlap(
    client: httpx2.Client, manager: Headers, item: Item
) -> None:
    """Walking the pages gives every item once, sorted."""
    for number in range(5):
        client.post("/items", json=item | {"sku": f"{item['sku']}-{number}"}, headers=manager)
    total = client.get("/items", headers=manager).json()["total"]
    seen: list[str] = []
    for offset in range(0, total, 2):
        page = client.get(f"/items?limit=2&offset={offset}", headers=manager).json()
        seen += [entry["sku"] for entry in page["items"]]
        assert page["total"] == total
    assert seen == sorted(set(seen))
    assert len(seen) == total


def test_refused_double_changes_nothing(
    client: httpx2.Client, manager: Headers, item: Item
) -> None:
    """The first item with a sku stays as it was."""
    client.post("/items", json=item, headers=manager)
    double = item | {"name": "Other", "price_cents": 1, "stock": 1}
    assert client.post("/items", json=double, headers=manager).status_code == 409
    assert client.get(f"/items/{item['sku']}", headers=manager).json() == item


def test_one_of_several_creates_wins(client: httpx2.Client, manager: Headers, item: Item) -> None:
    """The unique index decides, so simultaneous creates give 201 once and 409 otherwise."""

    def create(_number: int) -> int:
        return client.post("/items", json=item, headers=manager).status_code

    with ThreadPoolExecutor(6) as pool:
        assert Counter(pool.map(create, range(6))) == {201: 1, 409: 5}


def test_one_of_several_patches_wins(client: httpx2.Client, manager: Headers, item: Item) -> None:
    """With one ETag there is one successful change."""
    client.post("/items", json=item, headers=manager)
    path = f"/items/{item['sku']}"
    current = {"If-Match": client.get(path, headers=manager).headers["ETag"]}

    def change(stock: int) -> int:
        reply = client.patch(path, json={"stock": stock}, headers=manager | current)
        return reply.status_code

    with ThreadPoolExecutor(6) as pool:
        assert Counter(pool.map(change, range(6))) == {200: 1, 412: 5}


@pytest.mark.parametrize(
    "broken", [{"name": None}, {"name": ""}, {"stock": -1}, {"price_cents": 10_000_001}], ids=str
)
def test_broken_patch_changes_nothing(
    client: httpx2.Client, manager: Headers, item: Item, broken: Item
) -> None:
    """The bounds hold here too, and null is an error, not a field that was left out."""
    client.post("/items", json=item, headers=manager)
    path = f"/items/{item['sku']}"
    match = {"If-Match": client.get(path, headers=manager).headers["ETag"]}
    assert client.patch(path, json=broken, headers=manager | match).status_code == 422
    assert client.get(path, headers=manager).json() == item


def test_item_that_never_was(client: httpx2.Client, manager: Headers, item: Item) -> None:
    """It is not found, whatever is asked of it."""
    path = f"/items/{item['sku']}"
    assert client.get(path, headers=manager).status_code == 404
    assert client.delete(path, headers=manager).status_code == 404
    match = manager | {"If-Match": '"1-1"'}
    assert client.patch(path, json={"stock": 1}, headers=match).status_code == 404


def test_etag_of_a_reused_sku_is_new(client: httpx2.Client, manager: Headers, item: Item) -> None:
    """A deleted item frees its sku, and its ETag does not fit its successor."""
    path = f"/items/{item['sku']}"
    client.post("/items", json=item, headers=manager)
    first = client.get(path, headers=manager).headers["ETag"]
    assert client.delete(path, headers=manager).status_code == 204
    assert client.post("/items", json=item, headers=manager).status_code == 201
    assert client.get(path, headers=manager).headers["ETag"] != first


def test_items_survive_a_restart(tmp_path: Path, manager: Headers, item: Item) -> None:
    """What one process answered, the next one finds; two workers start at once."""
    database = tmp_path / "app.db"
    with running_service(database, "http://127.0.0.1:9") as url:
        httpx2.post(f"{url}/items", json=item, headers=manager).raise_for_status()
    with running_service(database, "http://127.0.0.1:9", workers=2) as url:
        assert httpx2.get(f"{url}/items/{item['sku']}", headers=manager).json() == item
