"""A public example."""

from __future__ import annotations

import httpx2


def test_the_service_lives(client: httpx2.Client) -> None:
    """The service answers."""
    assert client.get("/healthz").status_code == 200
