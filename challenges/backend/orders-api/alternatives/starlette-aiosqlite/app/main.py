"""Starlette, aiosqlite and aiohttp: asynchronous from end to end, one connection per request."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import aiosqlite
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.security import InvalidTokenError, Principal, Role, verify_token

PATH = os.environ["DATABASE_URL"].removeprefix("sqlite:///")
UPSTREAM = os.environ["UPSTREAM_URL"]
SECRET = os.environ["API_TOKEN_SECRET"]
CALL_SECONDS = 3.0
DEAD_SECONDS = 4.5
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, sku TEXT UNIQUE NOT NULL,"
    " name TEXT NOT NULL, price_cents INTEGER NOT NULL, stock INTEGER NOT NULL, tag TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, user TEXT NOT NULL,"
    " key TEXT NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL, amount INTEGER NOT NULL,"
    " status TEXT NOT NULL, since REAL NOT NULL)",
    "CREATE UNIQUE INDEX IF NOT EXISTS one_order ON orders (user, key) WHERE status != 'failed'",
)
UPSTREAM_ERRORS = (aiohttp.ClientError, TimeoutError, ValueError)


@asynccontextmanager
async def database(mode: str = "DEFERRED") -> AsyncIterator[aiosqlite.Connection]:
    """A transaction; `IMMEDIATE` takes the write lock first."""
    async with aiosqlite.connect(PATH, timeout=10, isolation_level=None) as db:
        db.row_factory = sqlite3.Row
        await db.execute(f"BEGIN {mode}")
        yield db
        await db.execute("COMMIT")  # an exception closes the connection, which rolls back


async def one(db: aiosqlite.Connection, sql: str, *values: Any) -> sqlite3.Row | None:
    """The first row, if there is one."""
    async with db.execute(sql, values) as cursor:
        return await cursor.fetchone()


def caller(request: Request, *, manager: bool = False) -> Principal:
    """401 or 403 unless the token fits."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        if kind.lower() != "bearer":
            raise InvalidTokenError
        user = verify_token(token, SECRET)
    except InvalidTokenError as error:
        raise HTTPException(401) from error
    if manager and user.role is not Role.MANAGER:
        raise HTTPException(403)
    return user


async def body_of(request: Request) -> dict[str, Any]:
    """The body as an object."""
    try:
        document = json.loads(await request.body())
    except ValueError as error:
        raise HTTPException(422) from error
    if not isinstance(document, dict):
        raise HTTPException(422)
    return document


def whole(low: int, high: int) -> Callable[[Any], bool]:
    """A check for integers within bounds."""
    return lambda value: type(value) is int and low <= value <= high


RULES: dict[str, Callable[[Any], bool]] = {
    "sku": lambda value: type(value) is str and bool(re.fullmatch("[A-Z0-9-]{3,32}", value)),
    "name": lambda value: type(value) is str and 1 <= len(value) <= 120,
    "price_cents": whole(0, 10_000_000),
    "stock": whole(0, 1_000_000),
}


def check(document: dict[str, Any], names: list[str]) -> list[Any]:
    """The values of the fields, or 422."""
    for name in names:
        if name not in document or not RULES[name](document[name]):
            raise HTTPException(422, name)
    return [document[name] for name in names]


def shown(row: sqlite3.Row) -> dict[str, Any]:
    """An item for clients."""
    return {name: row[name] for name in RULES} | {"id": row["id"]}


async def health(_request: Request) -> Response:
    """Alive, in plain text."""
    return PlainTextResponse("ok")


async def items(request: Request) -> Response:
    """Create an item, or list them."""
    if request.method == "POST":
        caller(request, manager=True)
        values = check(await body_of(request), list(RULES))
        try:
            async with database("IMMEDIATE") as db:
                await db.execute(
                    "INSERT INTO items (sku, name, price_cents, stock, tag) VALUES (?, ?, ?, ?, ?)",
                    [*values, uuid.uuid4().hex],
                )
        except sqlite3.IntegrityError as error:
            raise HTTPException(409) from error
        location = {"Location": f"/items/{values[0]}"}
        return JSONResponse(dict(zip(RULES, values, strict=True)), 201, location)
    caller(request)
    limit = query(request, "limit", 20, 1, 100)
    offset = query(request, "offset", 0, 0, 1_000_000)
    async with database() as db:
        page = await db.execute_fetchall(
            "SELECT * FROM items ORDER BY sku LIMIT ? OFFSET ?", (limit, offset)
        )
        total = await one(db, "SELECT count(*) FROM items")
    return JSONResponse({"items": [shown(row) for row in page], "total": total[0] if total else 0})


def query(request: Request, name: str, default: int, low: int, high: int) -> int:
    """A whole number of the query string, or 422."""
    try:
        value = int(request.query_params.get(name, default))
    except ValueError as error:
        raise HTTPException(422) from error
    if not low <= value <= high:
        raise HTTPException(422)
    return value


async def read(request: Request) -> Response:
    """One item."""
    caller(request)
    async with database() as db:
        row = await one(db, "SELECT * FROM items WHERE sku = ?", request.path_params["sku"])
    if row is None:
        raise HTTPException(404)
    return JSONResponse(shown(row), headers={"ETag": f'"{row["tag"]}"'})


async def change(request: Request) -> Response:
    """Change an item."""
    caller(request, manager=True)
    document, sku = await body_of(request), request.path_params["sku"]
    names = [name for name in ("name", "price_cents", "stock") if name in document]
    tag = uuid.uuid4().hex
    async with database("IMMEDIATE") as db:
        row = await one(db, "SELECT * FROM items WHERE sku = ?", sku)
        if row is None:
            raise HTTPException(404)
        values = check(document, names)
        if "if-match" not in request.headers:
            raise HTTPException(428)
        if request.headers["if-match"].strip('"') != row["tag"]:
            raise HTTPException(412)
        columns = "".join(f"{name} = ?, " for name in names)
        await db.execute(f"UPDATE items SET {columns} tag = ? WHERE sku = ?", [*values, tag, sku])  # noqa: S608
        row = await one(db, "SELECT * FROM items WHERE sku = ?", sku)
    return JSONResponse(shown(row) if row else None, headers={"ETag": f'"{tag}"'})


async def remove(request: Request) -> Response:
    """Delete an item."""
    caller(request, manager=True)
    async with database("IMMEDIATE") as db:
        done = await db.execute("DELETE FROM items WHERE sku = ?", (request.path_params["sku"],))
        if not done.rowcount:
            raise HTTPException(404)
    return Response(status_code=204)


async def call(request: Request, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """One upstream call: status and JSON."""
    client: aiohttp.ClientSession = request.app.state.client
    async with client.request(method, UPSTREAM + path, json=body, allow_redirects=False) as answer:
        content = await answer.read()
        return answer.status, json.loads(content) if answer.status in {200, 201, 202} else None


async def place(request: Request) -> Response:
    """Reserve, pay, confirm."""
    user = caller(request)
    key = request.headers.get("idempotency-key", "")
    document = await body_of(request)
    quantity = document.get("quantity")
    (sku,) = check(document, ["sku"])
    if not key or len(key) > 64 or not whole(1, 100)(quantity):
        raise HTTPException(422)
    order, is_new = await reserve(user.user, key, sku, quantity)
    if is_new:
        status = await charge(request, order)
        if not await settle(order["id"], "confirmed" if status == 201 else "failed"):
            status = 503
        if status != 201:
            raise HTTPException(status)
    note = BackgroundTask(notify, request, order, user.user) if is_new else None
    return JSONResponse(order | {"status": "confirmed"}, 201, background=note)


async def reserve(user: str, key: str, sku: str, quantity: int) -> tuple[dict[str, Any], bool]:
    """A pending order with its stock taken, or the confirmed one of the same key."""
    async with database("IMMEDIATE") as db:
        known = await one(
            db, "SELECT * FROM orders WHERE user = ? AND key = ? AND status != 'failed'", user, key
        )
        if known is not None:
            if (known["sku"], known["quantity"]) != (sku, quantity):
                raise HTTPException(422)
            if known["status"] == "pending":
                raise HTTPException(409)
            return order_shown(known), False
        item = await one(db, "SELECT * FROM items WHERE sku = ?", sku)
        if item is None or item["stock"] < quantity:
            raise HTTPException(404 if item is None else 409)
        await db.execute(
            "UPDATE items SET stock = stock - ?, tag = ? WHERE id = ?",
            (quantity, uuid.uuid4().hex, item["id"]),
        )
        order_id, amount = uuid.uuid4().hex, quantity * item["price_cents"]
        await db.execute(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, 'pending', ?)",
            (order_id, user, key, sku, quantity, amount, time.time()),
        )
    order = {"id": order_id, "sku": sku, "quantity": quantity, "amount_cents": amount}
    return order, True


def order_shown(row: sqlite3.Row) -> dict[str, Any]:
    """An order for clients."""
    names = ("id", "sku", "quantity", "status")
    return {name: row[name] for name in names} | {"amount_cents": row["amount"]}


async def charge(request: Request, order: dict[str, Any]) -> int:
    """Ask for the payment: 201, 402, or what to answer instead."""
    body = {"order_id": order["id"], "sku": order["sku"], "amount_cents": order["amount_cents"]}
    try:
        status, document = await call(request, "POST", "/payments", body)
    except UPSTREAM_ERRORS:
        return 504
    if status == 402:
        return 402
    approved = isinstance(document, dict) and document.get("status") == "approved"
    return 201 if status == 201 and approved else 502


async def settle(order_id: str, status: str) -> bool:
    """End a pending order; a failed one gives its stock back."""
    async with database("IMMEDIATE") as db:
        done = await db.execute(
            "UPDATE orders SET status = ? WHERE id = ? AND status = 'pending'", (status, order_id)
        )
        if done.rowcount and status == "failed":
            await db.execute(
                "UPDATE items SET stock = stock + (SELECT quantity FROM orders WHERE id = ?),"
                " tag = ? WHERE sku = (SELECT sku FROM orders WHERE id = ?)",
                (order_id, uuid.uuid4().hex, order_id),
            )
        return bool(done.rowcount)


async def notify(request: Request, order: dict[str, Any], user: str) -> None:
    """Tell upstream."""
    body = {"order_id": order["id"], "sku": order["sku"], "quantity": order["quantity"]}
    try:
        await call(request, "POST", "/notify", body | {"user": user})
    except UPSTREAM_ERRORS as error:
        print(f"notification failed: {error!r}")


async def read_order(request: Request) -> Response:
    """One order."""
    user = caller(request)
    async with database() as db:
        row = await one(db, "SELECT * FROM orders WHERE id = ?", request.path_params["order_id"])
    if row is None or (user.role is not Role.MANAGER and row["user"] != user.user):
        raise HTTPException(404)
    return JSONResponse(order_shown(row))


async def quote(request: Request) -> Response:
    """The upstream price."""
    caller(request)
    sku = request.path_params["sku"]
    try:
        status, price = await call(request, "GET", f"/prices/{sku}")
    except UPSTREAM_ERRORS as error:
        raise HTTPException(504) from error
    if status == 404:
        raise HTTPException(404)
    if status != 200 or not isinstance(price, dict) or type(price.get("price_cents")) is not int:
        raise HTTPException(502)
    return JSONResponse(
        {"sku": sku, "price_cents": price["price_cents"], "currency": price.get("currency")}
    )


async def availability(request: Request) -> Response:
    """Five warehouses at once."""
    caller(request)
    sku = request.path_params["sku"]

    async def count(number: int) -> int | None:
        try:
            status, document = await call(request, "GET", f"/warehouses/{number}/stock/{sku}")
        except UPSTREAM_ERRORS:
            return None
        fine = status == 200 and isinstance(document, dict)
        return document["available"] if fine and type(document.get("available")) is int else None

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(count(number)) for number in range(1, 6)]
    counts = [task.result() for task in tasks]
    if all(value is None for value in counts):
        raise HTTPException(503)
    entries = [{"warehouse": n, "available": value} for n, value in enumerate(counts, 1)]
    total = sum(value for value in counts if value is not None)
    return JSONResponse(
        {"sku": sku, "available": total, "complete": None not in counts, "warehouses": entries}
    )


async def sweep() -> None:
    """End dead orders, for ever."""
    while True:
        async with database() as db:
            dead = await db.execute_fetchall(
                "SELECT id FROM orders WHERE status = 'pending' AND since < ?",
                (time.time() - DEAD_SECONDS,),
            )
        for row in dead:
            await settle(row["id"], "failed")
        await asyncio.sleep(1.0)


@asynccontextmanager
async def lifespan(application: Starlette) -> AsyncIterator[None]:
    """Create the tables, open the client, start the sweeper."""
    async with database("IMMEDIATE") as db:
        for statement in SCHEMA:
            await db.execute(statement)
    timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as application.state.client:
        sweeper = asyncio.create_task(sweep())
        yield
        sweeper.cancel()


Handler = Callable[[Request], Awaitable[Response]]


async def failed(_request: Request, error: Exception) -> Response:
    """Errors as JSON."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return JSONResponse({"error": status}, status)


app = Starlette(
    routes=[
        Route("/healthz", health),
        Route("/items", items, methods=["GET", "POST"]),
        Route("/items/{sku}", read),
        Route("/items/{sku}", change, methods=["PATCH"]),
        Route("/items/{sku}", remove, methods=["DELETE"]),
        Route("/orders", place, methods=["POST"]),
        Route("/orders/{order_id}", read_order),
        Route("/quotes/{sku}", quote),
        Route("/availability/{sku}", availability),
    ],
    lifespan=lifespan,
    exception_handlers={HTTPException: failed},
)
