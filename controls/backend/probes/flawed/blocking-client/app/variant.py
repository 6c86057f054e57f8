"""Upstream is called with a blocking client in async functions."""

from __future__ import annotations

import os
import urllib.request

from app import shop


class Shop(shop.Shop):
    """Blocks the event loop during each call."""

    async def get(self, path: str) -> None:
        with urllib.request.urlopen(os.environ["UPSTREAM_URL"] + path, timeout=5) as response:
            response.read()
