"""The write transaction is open while the payment takes its time."""

from __future__ import annotations

import asyncio
import sqlite3

from app import shop


class Shop(shop.Shop):
    """Holds the lock of the database during the payment."""

    async def pay(self, order: str, name: str) -> bool:
        connection = sqlite3.connect(
            self.store.path, timeout=20, isolation_level=None, check_same_thread=False
        )
        try:
            await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
            return await super().pay(order, name)
        finally:
            connection.close()
