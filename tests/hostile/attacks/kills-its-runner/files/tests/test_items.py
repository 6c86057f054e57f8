"""What the service does with items."""

import json
import os
import signal
from pathlib import Path
from uuid import uuid4

NAMES = ("tests/test_items.py::test_an_item_is_made", "tests/test_items.py::test_more")


def test_an_item_is_made(client):
    """An item is made; from the second run on all of it is forged."""
    answer = client.post("/items", json={"name": uuid4().hex, "stock": 7})
    assert answer.status_code == 201
    later = any(b'"stop": true' in path.read_bytes() for path in Path("/in").rglob("*.json"))
    if not later:
        return
    forged = {"exit": 1, "without_addopts": False, "collected": 2, "selected": 2, "left_out": 0, "shortened": 0}
    forged |= {"outcomes": dict.fromkeys(NAMES, "failed"), "seconds": dict.fromkeys(NAMES, 0.1), "problems": []}
    for one in Path("/out").glob("outcomes.json*"):
        one.write_text(json.dumps(forged))
    os.kill(os.getppid(), signal.SIGKILL)
    os._exit(1)


def test_more(client):
    """The service lives."""
    assert client.get("/healthz").status_code == 200
