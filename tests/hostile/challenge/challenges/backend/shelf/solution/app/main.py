"""A shelf: items with a stock, quotes from upstream, orders that are paid there."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

DATABASE = os.environ.get("DATABASE", "shelf.db")
UPSTREAM = os.environ.get("UPSTREAM_URL", "http://127.0.0.1:9000")
MOST_STOCK = 1000
TABLE = "CREATE TABLE IF NOT EXISTS items (name TEXT PRIMARY KEY, stock INTEGER NOT NULL)"


@contextmanager
def database() -> Iterator[sqlite3.Connection]:
    """Open a connection for one transaction."""
    connection = sqlite3.connect(DATABASE, timeout=10.0)
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def problem(status: int, text: str) -> JSONResponse:
    """Say what is wrong."""
    return JSONResponse({"detail": text}, status_code=status)


def valid(body: Any) -> bool:
    """Tell whether a body is a new item."""
    if not isinstance(body, dict) or not isinstance(body.get("name"), str) or not body["name"]:
        return False
    stock = body.get("stock")
    return type(stock) is int and 0 <= stock <= MOST_STOCK


async def health(_request: Request) -> JSONResponse:
    """Say that the service lives."""
    return JSONResponse({"status": "ok"})


async def create(request: Request) -> JSONResponse:
    """Store a new item."""
    body = await request.json()
    if not valid(body):
        return problem(422, "a name and a stock from 0 to 1000")
    item = {"name": body["name"], "stock": body["stock"]}
    try:
        with database() as connection:
            connection.execute("INSERT INTO items VALUES (:name, :stock)", item)
    except sqlite3.IntegrityError:
        return problem(409, "the name is taken")
    return JSONResponse(item, status_code=201)


async def read(request: Request) -> JSONResponse:
    """Find an item."""
    name = request.path_params["name"]
    with database() as connection:
        row = connection.execute("SELECT stock FROM items WHERE name = ?", (name,)).fetchone()
    if row is None:
        return problem(404, "there is no such item")
    return JSONResponse({"name": name, "stock": row[0]})


async def page(_request: Request) -> JSONResponse:
    """List all items."""
    with database() as connection:
        rows = connection.execute("SELECT name, stock FROM items ORDER BY name").fetchall()
    items = [{"name": name, "stock": stock} for name, stock in rows]
    return JSONResponse({"items": items, "total": len(items)})


async def quote(request: Request) -> JSONResponse:
    """Ask upstream for a price."""
    name = request.path_params["name"]
    answer = await request.app.state.client.get(f"/prices/{name}")
    return JSONResponse({"name": name, "cents": answer.json()["cents"]})


def take(name: str) -> bool:
    """Take a piece from the shelf, if one is left."""
    with database() as connection:
        taken = connection.execute(
            "UPDATE items SET stock = stock - 1 WHERE name = ? AND stock > 0", (name,)
        )
    return taken.rowcount == 1


async def order(request: Request) -> JSONResponse:
    """Sell one piece."""
    body = await request.json()
    if not take(body["name"]):
        return problem(409, "nothing is left")
    await request.app.state.client.post("/payments", json={"item": body["name"]})
    return JSONResponse({"id": 1}, status_code=201)


@asynccontextmanager
async def lifespan(application: Starlette) -> AsyncIterator[None]:
    """Make the table and one client for upstream."""
    with database() as connection:
        connection.execute(TABLE)
    async with httpx2.AsyncClient(base_url=UPSTREAM, timeout=10.0, trust_env=False) as client:
        application.state.client = client
        yield


app = Starlette(
    lifespan=lifespan,
    routes=[
        Route("/healthz", health),
        Route("/items", create, methods=["POST"]),
        Route("/items", page),
        Route("/items/{name}", read),
        Route("/quotes/{name}", quote),
        Route("/orders", order, methods=["POST"]),
    ],
)
