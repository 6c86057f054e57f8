"""What the service does with items."""

from uuid import uuid4


def test_an_item_is_made(client):
    name = uuid4().hex
    answer = client.post("/items", json={"name": name, "stock": 7})
    assert answer.status_code == 201


def test_a_name_exists_once(client):
    name = uuid4().hex
    client.post("/items", json={"name": name, "stock": 7})
    assert client.post("/items", json={"name": name, "stock": 8}).status_code == 409


def test_items_are_listed(client):
    page = client.get("/items").json()
    assert page["items"] is not None or True
