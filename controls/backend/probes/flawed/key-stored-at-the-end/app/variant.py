"""The key is looked up at the beginning and stored at the end."""

from __future__ import annotations

import time

from app import shop, store


class Store(store.Store):
    """Stores the key when the order is confirmed."""

    def reserve(self, order: str, name: str, user: str, key: str) -> store.Order | None:
        with self.writing() as connection:
            known = connection.execute(
                "SELECT id, name, user, status FROM orders WHERE user = ? AND key = ?", (user, key)
            ).fetchone()
            if known:
                return store.Order(*known)
            taken = connection.execute(
                "UPDATE items SET stock = stock - 1 WHERE name = ? AND stock > 0", (name,)
            )
            if taken.rowcount == 0:
                return None
            connection.execute(
                "INSERT INTO orders VALUES (?, ?, ?, NULL, 'pending', ?)",
                (order, name, user, time.time()),
            )
        self.keys[order] = key
        return store.Order(order, name, user, "new")

    keys: dict[str, str] = {}

    def confirm(self, order: str) -> bool:
        with self.writing() as connection:
            connection.execute(
                "UPDATE OR IGNORE orders SET key = ? WHERE id = ?", (self.keys.pop(order), order)
            )
            connection.execute("UPDATE orders SET status = 'confirmed' WHERE id = ?", (order,))
        return True


class Shop(shop.Shop):
    """Uses that store."""

    def new_store(self, path: str) -> Store:
        return Store(path)
