"""The client for the upstream services (section 8 of the brief)."""

from __future__ import annotations

from typing import Any, Self

import httpx2

CALL_SECONDS = 2.5
"""How long a step of a call may take: connecting, sending, and each wait for more bytes."""


class Upstream:
    """One per process; its connections are shared. Enter it as a context to have it closed."""

    def __init__(self, base_url: str) -> None:
        """Call services below `base_url`."""
        self._client = httpx2.AsyncClient(base_url=base_url, timeout=CALL_SECONDS, trust_env=False)

    async def __aenter__(self) -> Self:
        """Return the client, ready to use."""
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def call(
        self, method: str, path: str, document: dict[str, Any] | None = None
    ) -> httpx2.Response:
        """Make one call. What goes wrong is an `httpx2.HTTPError`; any status is returned."""
        return await self._client.request(method, path, json=document)
