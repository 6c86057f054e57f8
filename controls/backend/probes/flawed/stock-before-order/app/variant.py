"""The piece is taken before there is an order that knows of it."""

from __future__ import annotations

import time

from app import shop, store


class Store(store.Store):
    """Writes the order when it is paid."""

    waiting: dict[str, tuple[str, str, str]] = {}

    def reserve(self, order: str, name: str, user: str, key: str) -> store.Order | None:
        with self.writing() as connection:
            taken = connection.execute(
                "UPDATE items SET stock = stock - 1 WHERE name = ? AND stock > 0", (name,)
            )
        self.waiting[order] = (name, user, key)
        return store.Order(order, name, user, "new") if taken.rowcount else None

    def confirm(self, order: str) -> bool:
        with self.writing() as connection:
            connection.execute(
                "INSERT INTO orders VALUES (?, ?, ?, ?, 'confirmed', ?)",
                (order, *self.waiting.pop(order), time.time()),
            )
        return True


class Shop(shop.Shop):
    """Uses that store."""

    def new_store(self, path: str) -> Store:
        return Store(path)
