"""The table refuses the double, and nobody catches it."""

from __future__ import annotations

from app import shop, store


class Store(store.Store):
    """Looks, then inserts; the constraint is the last word, as a 500."""

    def create(self, name: str, stock: int) -> bool:
        if self.read(name) is not None:
            return False
        with self.writing() as connection:
            connection.execute("INSERT INTO items VALUES (?, ?, 1)", (name, stock))
        return True


class Shop(shop.Shop):
    """Uses that store."""

    def new_store(self, path: str) -> Store:
        return Store(path)
