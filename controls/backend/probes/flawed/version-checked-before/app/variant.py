"""The version is compared in one transaction, the change made in another."""

from __future__ import annotations

from app import shop, store


class Store(store.Store):
    """Compares, then writes."""

    def edit(self, name: str, version: int, stock: int) -> bool:
        item = self.read(name)
        if item is None or item.version != version:
            return False
        with self.writing() as connection:
            connection.execute(
                "UPDATE items SET stock = ?, version = version + 1 WHERE name = ?", (stock, name)
            )
        return True


class Shop(shop.Shop):
    """Uses that store."""

    def new_store(self, path: str) -> Store:
        return Store(path)
