"""Flask (WSGI), the standard library's sqlite3 in rollback-journal mode, and `requests`."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import wraps
from typing import Any

import requests
from flask import Flask, Response, abort, jsonify, make_response, request

from app.security import InvalidTokenError, Principal, Role, verify_token

PATH = os.environ["DATABASE_URL"].removeprefix("sqlite:///")
UPSTREAM = os.environ["UPSTREAM_URL"]
SECRET = os.environ["API_TOKEN_SECRET"]
CALL_SECONDS = 2.3
DEAD_SECONDS = 5.0
SCHEMA = """
CREATE TABLE IF NOT EXISTS items (
  sku TEXT PRIMARY KEY, name TEXT NOT NULL, price_cents INTEGER NOT NULL,
  stock INTEGER NOT NULL CHECK (stock >= 0)
);
CREATE TABLE IF NOT EXISTS orders (
  id TEXT PRIMARY KEY, user TEXT NOT NULL, key TEXT, sku TEXT NOT NULL,
  quantity INTEGER NOT NULL, amount_cents INTEGER NOT NULL, status TEXT NOT NULL,
  since REAL NOT NULL, UNIQUE (user, key)
);
"""
UNDO = """
UPDATE items SET stock = stock + (SELECT quantity FROM orders WHERE id = :id AND status = 'pending')
WHERE sku = (SELECT sku FROM orders WHERE id = :id AND status = 'pending')
"""


class Invalid(Exception):
    """The client's input breaks a rule."""


@contextmanager
def transaction() -> Iterator[sqlite3.Connection]:
    """A connection that holds the write lock; commits unless an exception passes."""
    with closing(sqlite3.connect(PATH, timeout=10, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")


def rows(sql: str, *values: Any) -> list[sqlite3.Row]:
    """Read without a lock."""
    with closing(sqlite3.connect(PATH, timeout=10)) as db:
        db.row_factory = sqlite3.Row
        return db.execute(sql, values).fetchall()


def sweep() -> None:
    """Return the stock of dead reservations, for ever."""
    while True:
        time.sleep(1.0)
        dead = rows(
            "SELECT id FROM orders WHERE status = 'pending' AND since < ?",
            time.time() - DEAD_SECONDS,
        )
        for row in dead:
            undo(row["id"])


def undo(order_id: str) -> None:
    """Drop a pending order and return its stock."""
    with transaction() as db:
        db.execute(UNDO, {"id": order_id})
        db.execute("DELETE FROM orders WHERE id = ? AND status = 'pending'", (order_id,))


with closing(sqlite3.connect(PATH, timeout=30)) as first:
    first.executescript(SCHEMA)
threading.Thread(target=sweep, daemon=True).start()

app = Flask(__name__)


@app.errorhandler(Invalid)
def refuse(error: Invalid) -> tuple[Response, int]:
    """422 with the reason."""
    return jsonify({"error": str(error)}), 422


def signed_in(*roles: Role) -> Callable[..., Any]:
    """Check the token; only the given roles pass, or both."""

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def checked(**arguments: Any) -> Any:
            kind, _, token = request.headers.get("Authorization", "").partition(" ")
            if kind.lower() != "bearer":
                abort(401)
            try:
                user = verify_token(token, SECRET)
            except InvalidTokenError:
                abort(401)
            if roles and user.role not in roles:
                abort(403)
            return function(user=user, **arguments)

        return checked

    return wrap


def integer(document: dict[str, Any], name: str, low: int, high: int) -> None:
    """Raise `Invalid` unless the field is an integer within bounds."""
    value = document[name]
    if type(value) is not int or not low <= value <= high:
        raise Invalid(f"{name}: an integer from {low} to {high}")


def item_fields(document: Any, *, partial: bool) -> dict[str, Any]:
    """The valid fields of an item in the body."""
    if not isinstance(document, dict):
        raise Invalid("an object is needed")
    wanted = ("name", "price_cents", "stock") if partial else ("sku", "name", "price_cents", "stock")
    fields = {name: document[name] for name in wanted if name in document}
    if not partial and len(fields) < 4:
        raise Invalid("a field is missing")
    if "sku" in fields and (
        type(fields["sku"]) is not str or not re.fullmatch("[A-Z0-9-]{3,32}", fields["sku"])
    ):
        raise Invalid("sku: 3 to 32 of A-Z, 0-9, -")
    if "name" in fields and (
        type(fields["name"]) is not str or not 1 <= len(fields["name"]) <= 120
    ):
        raise Invalid("name: 1 to 120 characters")
    if "price_cents" in fields:
        integer(fields, "price_cents", 0, 10_000_000)
    if "stock" in fields:
        integer(fields, "stock", 0, 1_000_000)
    return fields


def etag(item: sqlite3.Row | dict[str, Any]) -> str:
    """A digest of the content."""
    content = "\x1f".join(str(item[name]) for name in ("sku", "name", "price_cents", "stock"))
    return f'"{hashlib.sha256(content.encode()).hexdigest()[:20]}"'


def answer(item: sqlite3.Row | dict[str, Any], status: int = 200) -> Response:
    """An item with its ETag."""
    response = make_response(jsonify(dict(item)), status)
    response.headers["ETag"] = etag(item)
    return response


@app.get("/healthz")
def health() -> dict[str, str]:
    """Alive."""
    return {"status": "ok"}


@app.post("/items")
@signed_in(Role.MANAGER)
def create(user: Principal) -> Response:
    """Create an item."""
    fields = item_fields(request.get_json(), partial=False)
    try:
        with transaction() as db:
            db.execute("INSERT INTO items VALUES (:sku, :name, :price_cents, :stock)", fields)
    except sqlite3.IntegrityError:
        abort(409)
    response = answer(fields, 201)
    response.headers["Location"] = f"/items/{fields['sku']}"
    return response


@app.get("/items")
@signed_in()
def index(user: Principal) -> dict[str, Any]:
    """List items."""
    limit, offset = number("limit", "20", 1, 100), number("offset", "0", 0, 1_000_000)
    page = rows("SELECT * FROM items ORDER BY sku LIMIT ? OFFSET ?", limit, offset)
    total = rows("SELECT count(*) AS n FROM items")[0]["n"]
    return {"items": [dict(row) for row in page], "total": total}


def number(name: str, default: str, low: int, high: int) -> int:
    """A whole number of the query string."""
    text = request.args.get(name, default)
    if not re.fullmatch("[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise Invalid(f"{name}: {low} to {high}")
    return int(text)


@app.get("/items/<sku>")
@signed_in()
def read(user: Principal, sku: str) -> Response:
    """One item."""
    found = rows("SELECT * FROM items WHERE sku = ?", sku)
    if not found:
        abort(404)
    return answer(found[0])


@app.patch("/items/<sku>")
@signed_in(Role.MANAGER)
def change(user: Principal, sku: str) -> Response:
    """Change an item."""
    fields = item_fields(request.get_json(), partial=True)
    with transaction() as db:
        item = db.execute("SELECT * FROM items WHERE sku = ?", (sku,)).fetchone()
        if item is None:
            abort(404)
        if "If-Match" not in request.headers:
            abort(428)
        if request.headers["If-Match"] != etag(item):
            abort(412)
        changed = dict(item) | fields
        db.execute(
            "UPDATE items SET name = :name, price_cents = :price_cents, stock = :stock"
            " WHERE sku = :sku",
            changed,
        )
    return answer(changed)


@app.delete("/items/<sku>")
@signed_in(Role.MANAGER)
def remove(user: Principal, sku: str) -> tuple[str, int]:
    """Delete an item."""
    with transaction() as db:
        if not db.execute("DELETE FROM items WHERE sku = ?", (sku,)).rowcount:
            abort(404)
    return "", 204


def call(method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """One upstream call: status and JSON; anything else is 502 or 504."""
    try:
        response = requests.request(
            method, UPSTREAM + path, json=body, timeout=CALL_SECONDS, allow_redirects=False
        )
        return response.status_code, None if response.status_code in {402, 404} else response.json()
    except requests.Timeout:
        abort(504)
    except (requests.RequestException, ValueError):
        abort(502)


def shown(order: sqlite3.Row | dict[str, Any]) -> dict[str, Any]:
    """An order for clients."""
    return {name: order[name] for name in ("id", "sku", "quantity", "amount_cents", "status")}


@app.post("/orders")
@signed_in()
def place(user: Principal) -> Any:
    """Reserve, pay, confirm, notify."""
    key = request.headers.get("Idempotency-Key", "")
    body = request.get_json()
    if not re.fullmatch("[A-Za-z0-9-]{1,64}", key):
        abort(400)
    if not isinstance(body, dict) or "quantity" not in body or type(body.get("sku")) is not str:
        raise Invalid("sku and quantity are needed")
    integer(body, "quantity", 1, 100)
    order, known = reserve(user.user, key, body["sku"], body["quantity"])
    if known:
        return shown(order), 200
    try:
        charge(order)
    except Exception:
        undo(order["id"])
        raise
    with transaction() as db:
        confirmed = db.execute(
            "UPDATE orders SET status = 'confirmed' WHERE id = ? AND status = 'pending'",
            (order["id"],),
        )
        if not confirmed.rowcount:
            abort(503)
    threading.Thread(target=notify, args=(order,)).start()
    return shown(order | {"status": "confirmed"}), 201


def charge(order: dict[str, Any]) -> None:
    """Ask for the payment; abort unless it is approved."""
    payment = {name: order[name] for name in ("sku", "amount_cents")} | {"order_id": order["id"]}
    status, result = call("POST", "/payments", payment)
    if status == 402:
        response = jsonify({"error": "declined"})
        response.status_code = 402
        abort(response)
    if status != 201 or not isinstance(result, dict) or result.get("status") != "approved":
        abort(502)


def reserve(user: str, key: str, sku: str, quantity: int) -> tuple[dict[str, Any], bool]:
    """The pending order with its stock taken, or the confirmed one of the same key."""
    with transaction() as db:
        known = db.execute(
            "SELECT * FROM orders WHERE user = ? AND key = ?", (user, key)
        ).fetchone()
        if known is not None:
            if (known["sku"], known["quantity"]) != (sku, quantity) or known["status"] == "pending":
                abort(409)
            return dict(known), True
        item = db.execute("SELECT * FROM items WHERE sku = ?", (sku,)).fetchone()
        if item is None:
            abort(404)
        if item["stock"] < quantity:
            abort(409)
        db.execute("UPDATE items SET stock = stock - ? WHERE sku = ?", (quantity, sku))
        order = {
            "id": str(uuid.uuid4()),
            "user": user,
            "key": key,
            "sku": sku,
            "quantity": quantity,
            "amount_cents": quantity * item["price_cents"],
            "status": "pending",
            "since": time.time(),
        }
        db.execute(
            "INSERT INTO orders VALUES"
            " (:id, :user, :key, :sku, :quantity, :amount_cents, :status, :since)",
            order,
        )
    return order, False


def notify(order: dict[str, Any]) -> None:
    """Tell upstream; nobody waits for it."""
    body = {
        "order_id": order["id"],
        "sku": order["sku"],
        "quantity": order["quantity"],
        "user": order["user"],
    }
    try:
        requests.post(UPSTREAM + "/notify", json=body, timeout=CALL_SECONDS)
    except requests.RequestException as error:
        print(f"notification failed: {error}")


@app.get("/orders/<order_id>")
@signed_in()
def read_order(user: Principal, order_id: str) -> dict[str, Any]:
    """One order."""
    found = rows("SELECT * FROM orders WHERE id = ?", order_id)
    if not found or (user.role is not Role.MANAGER and found[0]["user"] != user.user):
        abort(404)
    return shown(found[0])


@app.get("/quotes/<sku>")
@signed_in()
def quote(user: Principal, sku: str) -> dict[str, Any]:
    """The upstream price."""
    status, price = call("GET", f"/prices/{sku}")
    if status == 404:
        abort(404)
    if status != 200 or not isinstance(price, dict) or type(price.get("price_cents")) is not int:
        abort(502)
    return {"sku": sku, "price_cents": price["price_cents"], "currency": price.get("currency")}


pool = ThreadPoolExecutor(50)


@app.get("/availability/<sku>")
@signed_in()
def availability(user: Principal, sku: str) -> dict[str, Any]:
    """Five warehouses, each on a thread."""
    counts = list(pool.map(lambda number: count(number, sku), range(1, 6)))
    known = [value for value in counts if value is not None]
    if not known:
        abort(503)
    return {
        "sku": sku,
        "available": sum(known),
        "complete": None not in counts,
        "warehouses": [{"warehouse": n, "available": value} for n, value in enumerate(counts, 1)],
    }


def count(number: int, sku: str) -> int | None:
    """What one warehouse has, or None."""
    try:
        response = requests.get(
            f"{UPSTREAM}/warehouses/{number}/stock/{sku}",
            timeout=CALL_SECONDS,
            allow_redirects=False,
        )
        document = response.json()
    except (requests.RequestException, ValueError):
        return None
    if response.status_code != 200 or type(document.get("available")) is not int:
        return None
    return int(document["available"])
