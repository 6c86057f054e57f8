"""A notification that takes long is sent again."""

from __future__ import annotations

import asyncio

from app import shop


class Shop(shop.Shop):
    """Has no patience with upstream."""

    async def notify(self, order: str, name: str, user: str) -> None:
        for _ in range(3):
            try:
                return await asyncio.wait_for(super().notify(order, name, user), 0.1)
            except TimeoutError:
                continue
