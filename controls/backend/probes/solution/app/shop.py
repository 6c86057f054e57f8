"""The shop: what the routes do. Flawed shops override the method that they get wrong."""

from __future__ import annotations

import asyncio
import os
import uuid
from typing import Any

import aiohttp
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.store import Store

UPSTREAM_SECONDS = 2.5
OVERDUE_SECONDS = 5.0
FAN = range(1, 6)


class Shop:
    """One worker's share of the service."""

    def __init__(self) -> None:
        self.store = self.new_store(os.environ["DATABASE"])
        self.tasks: set[asyncio.Task[None]] = set()

    def new_store(self, path: str) -> Store:
        """The database."""
        return Store(path)

    async def open(self) -> None:
        """Before the first request."""
        self.client = aiohttp.ClientSession(
            os.environ["UPSTREAM_URL"],
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=UPSTREAM_SECONDS),
        )
        self.sweeper = asyncio.create_task(self.sweep())

    async def close(self) -> None:
        """After the last one."""
        self.sweeper.cancel()
        await asyncio.gather(*self.tasks, self.sweeper, return_exceptions=True)
        await self.client.close()

    async def sweep(self) -> None:
        """Undo what a killed worker left pending."""
        while True:
            for order in await self.db(self.store.overdue, OVERDUE_SECONDS):
                await self.db(self.store.undo, order)
            await asyncio.sleep(1)

    async def db(self, function: Any, *arguments: Any) -> Any:
        """Use the database beside the event loop."""
        return await asyncio.to_thread(function, *arguments)

    # ------------------------------------------------------------------ upstream

    async def get(self, path: str) -> None:
        """Ask upstream something."""
        async with self.client.get(path) as response:
            await response.json()

    async def pay(self, order: str, name: str) -> bool:
        """Whether upstream takes the payment."""
        try:
            async with self.client.post("/payments", json={"order_id": order, "name": name}) as got:
                return got.ok
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def notify(self, order: str, name: str, user: str) -> None:
        """Tell upstream of an order."""
        document = {"order_id": order, "name": name, "user": user}
        async with self.client.post("/notify", json=document) as response:
            await response.read()

    # -------------------------------------------------------------------- routes

    async def health(self, _request: Request) -> Response:
        """`GET /healthz`."""
        return JSONResponse({"ok": True})

    async def slow(self, request: Request) -> Response:
        """`GET /slow/{name}`: one upstream call."""
        await self.get(f"/slow/{request.path_params['name']}")
        return JSONResponse({"ok": True})

    async def fan(self, request: Request) -> Response:
        """`GET /fan/{name}`: five upstream calls."""
        name = request.path_params["name"]
        await asyncio.gather(*(self.get(f"/fan/{number}/{name}") for number in FAN))
        return JSONResponse({"ok": True})

    async def create(self, request: Request) -> Response:
        """`POST /items`."""
        document = await request.json()
        made = await self.db(self.store.create, document["name"], document["stock"])
        return JSONResponse(document, 201 if made else 409)

    async def read(self, request: Request) -> Response:
        """`GET /items/{name}`."""
        item = await self.db(self.store.read, request.path_params["name"])
        if item is None:
            return JSONResponse({}, 404)
        document = {"name": item.name, "stock": item.stock}
        return JSONResponse(document, headers={"ETag": f'"{item.version}"'})

    async def edit(self, request: Request) -> Response:
        """`PUT /items/{name}` with `If-Match`."""
        stock = (await request.json())["stock"]
        version = int(request.headers["If-Match"].strip('"'))
        changed = await self.db(self.store.edit, request.path_params["name"], version, stock)
        return JSONResponse({"stock": stock}, 200 if changed else 412)

    async def buy(self, request: Request) -> Response:
        """`POST /orders`: take a piece, pay, confirm, answer, notify."""
        name, user = (await request.json())["name"], request.headers["X-User"]
        key = request.headers["Idempotency-Key"]
        order = await self.db(self.store.reserve, uuid.uuid4().hex, name, user, key)
        if order is None:
            return JSONResponse({"detail": "sold out"}, 409)
        if order.status == "pending":
            return JSONResponse({"detail": "in progress"}, 409)
        if order.status == "new":
            if not await self.pay(order.id, name):
                await self.db(self.store.undo, order.id)
                return JSONResponse({"detail": "not paid"}, 502)
            if not await self.db(self.store.confirm, order.id):
                return JSONResponse({"detail": "too late"}, 503)
            return self.bought(order.id, name, user)
        return JSONResponse({"id": order.id}, 200)

    def bought(self, order: str, name: str, user: str) -> Response:
        """The answer, with the notification behind it."""
        task = BackgroundTask(self.notify, order, name, user)
        return JSONResponse({"id": order}, 201, background=task)

    async def order(self, request: Request) -> Response:
        """`GET /orders/{id}`."""
        order = await self.db(self.store.order, request.path_params["id"])
        if order is None or order.user != request.headers["X-User"]:
            return JSONResponse({}, 404)
        return JSONResponse({"id": order.id, "status": order.status})
