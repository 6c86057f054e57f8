"""Tokens and roles on every route."""

from __future__ import annotations

import httpx2
import pytest

from tests.conftest import make_token
from tests.stub import StubUpstream

Item = dict[str, str | int]
Headers = dict[str, str]

ROUTES = [
    ("GET", "/items"),
    ("POST", "/items"),
    ("GET", "/items/MUG-01"),
    ("PATCH", "/items/MUG-01"),
    ("DELETE", "/items/MUG-01"),
    ("POST", "/orders"),
    ("GET", "/orders/1"),
    ("GET", "/quotes/MUG-01"),
    ("GET", "/availability/MUG-01"),
]
INVALID = {
    "none": {},
    "nonsense": {"Authorization": "Bearer nonsense"},
    "other-scheme": {"Authorization": f"Basic {make_token('mia', 'manager')}"},
    "expired": {"Authorization": f"Bearer {make_token('mia', 'manager', lifetime=-60)}"},
    "other-key": {"Authorization": f"Bearer {make_token('mia', 'manager', secret='k' * 40)}"},
}


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("kind", INVALID)
def test_every_route_needs_a_valid_token(
    client: httpx2.Client, stub: StubUpstream, method: str, path: str, kind: str
) -> None:
    """Without one nothing happens, upstream either."""
    assert client.request(method, path, headers=INVALID[kind]).status_code == 401
    assert not stub.calls("/")


def test_customers_read_and_change_nothing(
    client: httpx2.Client, manager: Headers, customer: Headers, item: Item
) -> None:
    """Items are theirs to read; to make, change and delete them takes a manager."""
    path = f"/items/{item['sku']}"
    assert client.post("/items", json=item, headers=customer).status_code == 403
    client.post("/items", json=item, headers=manager).raise_for_status()
    read = client.get(path, headers=customer)
    assert (read.status_code, read.json()) == (200, item)
    assert client.get("/items", headers=customer).status_code == 200
    match = customer | {"If-Match": read.headers["ETag"]}
    assert client.patch(path, json={"stock": 0}, headers=match).status_code == 403
    assert client.delete(path, headers=customer).status_code == 403
    assert client.get(path, headers=manager).json() == item
