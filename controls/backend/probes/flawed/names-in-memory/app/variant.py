"""Names are kept in a set of the process: right on one worker, wrong on two."""

from __future__ import annotations

import threading

from app import shop, store


class Store(store.Store):
    """Decides by what this process has seen."""

    seen: set[str] = set()
    lock = threading.Lock()

    def create(self, name: str, stock: int) -> bool:
        with self.lock:
            if name in self.seen:
                return False
            self.seen.add(name)
        with self.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO items VALUES (?, ?, 1)", (name, stock))
        return True


class Shop(shop.Shop):
    """Uses that store."""

    def new_store(self, path: str) -> Store:
        return Store(path)
