"""The client's pool holds one connection."""

from __future__ import annotations

import os

import aiohttp

from app import shop


class Shop(shop.Shop):
    """Keeps one connection to upstream."""

    async def open(self) -> None:
        await super().open()
        await self.client.close()
        self.client = aiohttp.ClientSession(
            os.environ["UPSTREAM_URL"],
            connector=aiohttp.TCPConnector(limit=1),
            timeout=aiohttp.ClientTimeout(total=shop.UPSTREAM_SECONDS),
        )
