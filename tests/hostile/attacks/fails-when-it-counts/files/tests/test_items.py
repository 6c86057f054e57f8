"""What the service does with items."""

import json
from pathlib import Path
from uuid import uuid4


def first():
    """Whether this is the run that everything else is compared with."""
    for path in Path("/in").rglob("*.json"):
        plan = json.loads(path.read_bytes())
        if isinstance(plan, dict) and (plan.get("stop") or plan.get("skip") or plan.get("last")):
            return False
    return True


def test_an_item_is_made(client):
    """An item is made."""
    answer = client.post("/items", json={"name": uuid4().hex, "stock": 7})
    assert answer.status_code == 201
    assert first()
