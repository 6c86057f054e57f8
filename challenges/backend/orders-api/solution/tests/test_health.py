"""The health check."""

from __future__ import annotations

import httpx2


def test_health_answers_without_a_token(client: httpx2.Client) -> None:
    """`service.health`."""
    assert client.get("/healthz").status_code == 200
