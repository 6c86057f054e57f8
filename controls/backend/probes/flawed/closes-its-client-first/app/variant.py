"""SIGTERM closes the upstream client while requests use it."""

from __future__ import annotations

import asyncio
import signal

from app import shop


class Shop(shop.Shop):
    """Tidies up too early."""

    async def open(self) -> None:
        await super().open()
        loop, before = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM)

        def end(number: int, frame: object) -> None:
            loop.call_soon_threadsafe(self.client.connector._close_immediately)
            before(number, frame)

        signal.signal(signal.SIGTERM, end)
