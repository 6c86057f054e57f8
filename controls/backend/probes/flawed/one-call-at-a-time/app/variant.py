"""A lock lets one upstream call at a time through; the event loop is free."""

from __future__ import annotations

import asyncio

from app import shop


class Shop(shop.Shop):
    """Holds a lock during each call."""

    async def open(self) -> None:
        self.lock = asyncio.Lock()
        await super().open()

    async def get(self, path: str) -> None:
        async with self.lock:
            await super().get(path)
