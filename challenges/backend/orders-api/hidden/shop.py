"""What every test of the suite needs: tokens, random items, orders, and how upstream answers.

Everything is made from the test's own randomness, so that tests share one database and never
see each other's rows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import string
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import random

    from runner.harness.reply import Reply
    from runner.harness.service import Service
    from runner.harness.upstream import Call, Upstream

ANSWER_SECONDS = 10.0
"""Twice the brief's 5 seconds for an answer when upstream hangs: a service without a time limit
never answers, and a busy machine costs nobody anything."""

UPSTREAM_FAILED = (502, 503, 504)
WAREHOUSES = (1, 2, 3, 4, 5)
ITEM_FIELDS = ("sku", "name", "price_cents", "stock")


def encode(document: dict[str, Any], secret: str, *, algorithm: str = "HS256") -> str:
    """A JWT signed with HMAC-SHA256, or unsigned when `algorithm` is `none`."""
    head = _part({"alg": algorithm, "typ": "JWT"}) + "." + _part(document)
    if algorithm == "none":
        return head + "."
    digest = hmac.new(secret.encode(), head.encode(), hashlib.sha256).digest()
    return head + "." + _base64(digest)


def _part(document: dict[str, Any]) -> str:
    return _base64(json.dumps(document).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def price_of(sku: str) -> int:
    """The upstream price of a sku in cents: looks random, and is known to the test."""
    return 100 + int.from_bytes(hashlib.sha256(sku.encode()).digest()[:4]) % 9000


def stock_of(warehouse: int, sku: str) -> int:
    """What an upstream warehouse has of a sku."""
    digest = hashlib.sha256(f"{warehouse}/{sku}".encode()).digest()
    return int.from_bytes(digest[:4]) % 50


def answer_price(call: Call) -> tuple[int, dict[str, Any]]:
    """`GET /prices/{sku}`."""
    sku = call.parts["sku"]
    return 200, {"sku": sku, "price_cents": price_of(sku), "currency": "EUR"}


def answer_stock(call: Call) -> tuple[int, dict[str, Any]]:
    """`GET /warehouses/{n}/stock/{sku}` for the five warehouses that there are."""
    if call.parts["n"] not in {str(number) for number in WAREHOUSES}:
        return 404, {"error": "no such warehouse"}
    number = int(call.parts["n"])
    return 200, {"warehouse": number, "available": stock_of(number, call.parts["sku"])}


def answer_payment(_call: Call) -> tuple[int, dict[str, Any]]:
    """`POST /payments`: approved. Tests decline with a fault."""
    return 201, {"status": "approved"}


def answer_notification(_call: Call) -> tuple[int, dict[str, Any]]:
    """`POST /notify`."""
    return 202, {"status": "accepted"}


def order_path(placed: str) -> str:
    """The path of an order. Its id is text of the service's choice, blanks and all."""
    return "/orders/" + quote(placed, safe="", errors="replace")


class Shop:
    """The service as its clients use it, with a manager and two customers."""

    def __init__(
        self, service: Service, upstream: Upstream, secret: str, rng: random.Random
    ) -> None:
        """Talk to `service`; sign tokens with `secret`."""
        self.service = service
        self.upstream = upstream
        self.secret = secret
        self.rng = rng
        self.manager = self.token("manager")
        self.customer = self.token("customer")
        self.other_customer = self.token("customer")

    def word(self, length: int = 10) -> str:
        """Random capital letters and digits."""
        return "".join(self.rng.choices(string.ascii_uppercase + string.digits, k=length))

    def sku(self) -> str:
        """A sku that nobody has used."""
        return f"{self.word(6)}-{self.word(6)}"

    def claims(self, role: str) -> dict[str, Any]:
        """Valid claims of a new user."""
        return {"sub": f"user-{self.word().lower()}", "role": role, "exp": int(time.time()) + 3600}

    def token(self, role: str) -> str:
        """A valid token of a new user."""
        return self.token_of(self.claims(role))

    def token_of(self, claims: dict[str, Any]) -> str:
        """A token with these claims, signed as the service expects it."""
        return encode(claims, self.secret)

    def document(self, **fields: Any) -> dict[str, Any]:
        """A valid new item, with `fields` instead of the random ones."""
        return {
            "sku": self.sku(),
            "name": f"Item {self.word(5).lower()}",
            "price_cents": self.rng.randint(100, 5000),
            "stock": self.rng.randint(20, 90),
        } | fields

    async def create(self, **fields: Any) -> dict[str, Any]:
        """Create an item and return what was sent."""
        document = self.document(**fields)
        (await self.service.post("/items", token=self.manager, json=document)).expect(201)
        return document

    async def read(self, sku: str, *, token: str | None = None) -> Reply:
        """GET an item, as a customer unless a token is given."""
        return await self.service.get(f"/items/{sku}", token=token or self.customer)

    async def etag(self, sku: str) -> str:
        """The current ETag of an item."""
        return (await self.read(sku)).expect(200).header("etag")

    async def stock(self, sku: str) -> int:
        """The current stock of an item."""
        return (await self.read(sku)).expect(200).object().integer("stock")

    async def patch(self, sku: str, changes: Any, etag: str | None) -> Reply:
        """PATCH an item as a manager, with `If-Match` unless `etag` is None."""
        headers = {} if etag is None else {"If-Match": etag}
        return await self.service.patch(
            f"/items/{sku}", token=self.manager, json=changes, headers=headers
        )

    async def order(
        self,
        sku: str,
        quantity: Any = 1,
        *,
        token: str | None = None,
        key: str | None = None,
        deadline: float | None = None,
    ) -> Reply:
        """Place an order, as a customer and with a new key unless given."""
        return await self.service.post(
            "/orders",
            token=token or self.customer,
            json={"sku": sku, "quantity": quantity},
            headers={"Idempotency-Key": key or self.word(20)},
            deadline=deadline,
        )

    def payments(self, sku: str) -> int:
        """How many payments were asked for, for a sku."""
        return len(self.upstream.calls("/payments", sku))


def check_item(reply: Reply, expected: dict[str, Any]) -> None:
    """The reply holds the item, field by field and type by type."""
    item = reply.object()
    shown = {
        "sku": item.text("sku"),
        "name": item.text("name"),
        "price_cents": item.integer("price_cents"),
        "stock": item.integer("stock"),
    }
    assert shown == expected, f"{reply.where} answered the item {shown}, expected {expected}"


class ProbedShop:
    """The shop as the probes of `runner.harness.probes` see it."""

    ask_path = "/prices/"
    pay_path = "/payments"
    notify_path = "/notify"

    def __init__(self, shop: Shop) -> None:
        """Use the shop's manager for items, and a customer for each user."""
        self.shop = shop
        self.service = shop.service
        self.upstream = shop.upstream

    def name(self) -> str:
        """A sku that nobody has used."""
        return self.shop.sku()

    def user(self) -> str:
        """A user that nobody has been."""
        return f"user-{self.shop.word().lower()}"

    def fan_paths(self, name: str) -> tuple[str, ...]:
        """One path for each warehouse."""
        return tuple(f"/warehouses/{number}/stock/{name}" for number in WAREHOUSES)

    async def health(self) -> Reply:
        """`GET /healthz`."""
        return await self.service.get("/healthz")

    async def ask(self, name: str) -> Reply:
        """`GET /quotes/{sku}`."""
        return await self.service.get(f"/quotes/{name}", token=self.shop.customer)

    async def ask_all(self, name: str) -> Reply:
        """`GET /availability/{sku}`."""
        return await self.service.get(f"/availability/{name}", token=self.shop.customer)

    async def create(self, name: str, stock: int) -> Reply:
        """`POST /items`."""
        document = self.shop.document(sku=name, stock=stock)
        return await self.service.post("/items", token=self.shop.manager, json=document)

    async def read(self, name: str) -> Reply:
        """`GET /items/{sku}`."""
        return await self.shop.read(name)

    def stock_in(self, reply: Reply) -> int:
        """The field `stock`."""
        return reply.object().integer("stock")

    async def edit(self, name: str, etag: str, stock: int) -> Reply:
        """`PATCH /items/{sku}`."""
        return await self.shop.patch(name, {"stock": stock}, etag)

    async def buy(self, name: str, *, user: str, key: str | None = None) -> Reply:
        """`POST /orders`."""
        return await self.shop.order(name, token=self._token(user), key=key)

    async def order(self, placed: str, *, user: str) -> Reply:
        """`GET /orders/{id}`."""
        return await self.service.get(order_path(placed), token=self._token(user))

    def buyer_in(self, body: dict[str, object]) -> str:
        """The field `user`."""
        return str(body.get("user"))

    def _token(self, user: str) -> str:
        return self.shop.token_of(self.shop.claims("customer") | {"sub": user})
