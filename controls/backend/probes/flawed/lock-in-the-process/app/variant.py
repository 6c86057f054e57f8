"""An asyncio.Lock guards reading and writing: right on one worker, wrong on two."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from app import shop, store


class Store(store.Store):
    """Reads the stock, then writes what it has computed."""

    def reserve(self, order: str, name: str, user: str, key: str) -> store.Order | None:
        item = self.read(name)
        if item is None or item.stock == 0:
            return None
        with self.writing() as connection:
            connection.execute("UPDATE items SET stock = ? WHERE name = ?", (item.stock - 1, name))
            connection.execute(
                "INSERT INTO orders VALUES (?, ?, ?, ?, 'pending', ?)",
                (order, name, user, key, time.time()),
            )
        return store.Order(order, name, user, "new")


class Shop(shop.Shop):
    """Lets one reservation at a time through, in this process."""

    def new_store(self, path: str) -> Store:
        return Store(path)

    async def open(self) -> None:
        self.lock = asyncio.Lock()
        await super().open()

    async def db(self, function: Any, *arguments: Any) -> Any:
        if function != self.store.reserve:
            return await super().db(function, *arguments)
        async with self.lock:
            return await super().db(function, *arguments)
