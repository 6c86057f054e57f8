"""Keys are kept in a dictionary of the process: right on one worker, wrong on two."""

from __future__ import annotations

import uuid

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app import shop


class Shop(shop.Shop):
    """Remembers keys by itself and gives the database new ones."""

    known: dict[tuple[str, str], str] = {}

    async def buy(self, request: Request) -> Response:
        key = (request.headers["X-User"], request.headers["Idempotency-Key"])
        if key in self.known:
            done = self.known[key]
            return JSONResponse({"id": done} if done else {}, 200 if done else 409)
        self.known[key] = ""
        name = (await request.json())["name"]
        order = await self.db(self.store.reserve, uuid.uuid4().hex, name, key[0], uuid.uuid4().hex)
        if order is None:
            del self.known[key]
            return JSONResponse({}, 409)
        await self.pay(order.id, name)
        await self.db(self.store.confirm, order.id)
        self.known[key] = order.id
        return self.bought(order.id, name, key[0])
