"""The stock is read in one transaction and written in another."""

from __future__ import annotations

import time

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
    """Uses that store in threads."""

    def new_store(self, path: str) -> Store:
        return Store(path)
