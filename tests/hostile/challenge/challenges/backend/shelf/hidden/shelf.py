"""What the tests share: random items, and the service as the probes see it."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

    from runner.harness.reply import Reply
    from runner.harness.service import Service
    from runner.harness.upstream import Call, Upstream

SECRET = "hidden-canary-5b1f0c77d2"
"""Nobody outside this container may ever read this."""


def price_of(name: str) -> int:
    """The price upstream, which looks random."""
    return 100 + sum(ord(letter) * place for place, letter in enumerate(name, 7)) % 900


def answer_price(call: Call) -> tuple[int, dict[str, Any]]:
    """`GET /prices/{name}`."""
    return 200, {"cents": price_of(call.parts["name"])}


def answer_payment(_call: Call) -> tuple[int, dict[str, Any]]:
    """`POST /payments`."""
    return 201, {"status": "approved"}


class Shelf:
    """The service, and a `Target` of the probes."""

    ask_path = "/prices/"
    pay_path = "/payments"
    notify_path = "/none"

    def __init__(self, service: Service, upstream: Upstream, rng: random.Random) -> None:
        """Talk to `service`; names come from `rng`."""
        self.service = service
        self.upstream = upstream
        self.rng = rng

    def name(self) -> str:
        """A name that nobody has used."""
        return "".join(self.rng.choices(string.ascii_lowercase + string.digits, k=12))

    def user(self) -> str:
        """Nobody in particular: the service knows no users."""
        return self.name()

    def fan_paths(self, name: str) -> tuple[str, ...]:
        """None."""
        del name
        return ()

    async def health(self) -> Reply:
        """`GET /healthz`."""
        return await self.service.get("/healthz")

    async def ask(self, name: str) -> Reply:
        """`GET /quotes/{name}`."""
        return await self.service.get(f"/quotes/{name}")

    async def create(self, name: str, stock: Any) -> Reply:
        """`POST /items`."""
        return await self.service.post("/items", json={"name": name, "stock": stock})

    async def read(self, name: str) -> Reply:
        """`GET /items/{name}`."""
        return await self.service.get(f"/items/{name}")

    def stock_in(self, reply: Reply) -> int:
        """The field `stock`."""
        return reply.object().integer("stock")

    async def buy(self, name: str, *, user: str, key: str | None = None) -> Reply:
        """`POST /orders`."""
        del user, key
        return await self.service.post("/orders", json={"name": name})
