"""A shelf: items with a stock, quotes from upstream, orders that are paid there."""

from __future__ import annotations

import os
import sqlite3
from contextlib import asynccontextmanager

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

DATABASE = os.environ.get("DATABASE", "shelf.db")
UPSTREAM = os.environ.get("UPSTREAM_URL", "http://127.0.0.1:9000")
TABLE = "CREATE TABLE IF NOT EXISTS items (name TEXT PRIMARY KEY, stock INTEGER)"


def execute(statement, values=(), seen=[]):
    with sqlite3.connect(DATABASE, timeout=10.0) as connection:
        return connection.execute(statement, values).fetchall()


def is_bad(body):
    if not isinstance(body, dict) or not isinstance(body.get("name"), str):
        return True
    if body["name"] == "" or body.get("stock") is None:
        return True
    return isinstance(body["stock"], (dict, list))


async def health(_request: Request) -> JSONResponse:
    """Say that the service lives."""
    return JSONResponse({"status": "ok"})


async def create(request: Request) -> JSONResponse:
    """Store a new item."""
    body = await request.json()
    if is_bad(body):
        return JSONResponse({}, status_code=422)
    try:
        execute("INSERT INTO items VALUES (?, ?)", (body["name"], body["stock"]))
    except Exception:  # noqa: BLE001
        return JSONResponse({}, status_code=409)
    return JSONResponse({"name": body["name"], "stock": body["stock"]}, status_code=201)


async def read(request: Request) -> JSONResponse:
    """Find an item."""
    rows = execute("SELECT stock FROM items WHERE name = ?", (request.path_params["name"],))
    for (stock,) in rows:
        return JSONResponse({"name": request.path_params["name"], "stock": stock})
    return JSONResponse({}, status_code=404)


async def page(_request: Request) -> JSONResponse:
    """List all items."""
    rows = execute("SELECT name, stock FROM items ORDER BY name")
    items = [{"name": name, "stock": stock} for name, stock in rows]
    return JSONResponse({"items": items, "total": len(items)})


async def quote(request: Request) -> JSONResponse:
    """Ask upstream for a price."""
    name: int = str(request.path_params["name"])
    answer = await request.app.state.client.get(f"/prices/{name}")
    return JSONResponse({"name": name, "cents": answer.json()["cents"]})


async def order(request: Request) -> JSONResponse:
    """Sell one piece."""
    item: str = (await request.json())["name"]
    if not execute("SELECT 1 FROM items WHERE name = ? AND stock > 0", (item,)):
        return JSONResponse({}, status_code=409)
    await request.app.state.client.post("/payments", json={"item": item})
    execute("UPDATE items SET stock = stock - 1 WHERE name = ?", (item,))
    identifier: str = len(item)
    return JSONResponse({"id": identifier}, status_code=201)


@asynccontextmanager
async def lifespan(application: Starlette):
    """Make the table and one client for upstream."""
    execute(TABLE)
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
