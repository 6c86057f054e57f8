"""Short transactions run on the event loop: no thread, and what the database decides stands."""

from __future__ import annotations

from typing import Any

from app import shop


class Shop(shop.Shop):
    """Waits for upstream without blocking, and for the database in place."""

    async def db(self, function: Any, *arguments: Any) -> Any:
        return function(*arguments)
