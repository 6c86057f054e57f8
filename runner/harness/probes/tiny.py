"""The tiny shop: the smallest service on which every probe can be tried.

The control that stands in for a candidate's service, and the good and bad services that prove the
probes (`controls/`), have these routes; no token, the user is a header.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

    from runner.harness.gate import Call
    from runner.harness.reply import Reply
    from runner.harness.service import Service
    from runner.harness.upstream import Upstream

FAN = range(1, 6)


def answer(_call: Call) -> tuple[int, dict[str, Any]]:
    """Upstream's answer to everything."""
    return 200, {"ok": True}


class TinyShop:
    """A `Target` over the tiny routes."""

    ask_path = "/slow/"
    pay_path = "/payments"
    notify_path = "/notify"

    def __init__(self, service: Service, upstream: Upstream, rng: random.Random) -> None:
        """Talk to `service`; `upstream` is taught its answers."""
        self.service = service
        self.upstream = upstream
        self._rng = rng
        upstream.reply("GET", "/slow/{name}", answer)
        upstream.reply("GET", "/fan/{n}/{name}", answer)
        upstream.reply("POST", "/payments", answer)
        upstream.reply("POST", "/notify", answer)

    def name(self) -> str:
        """Twelve random letters and digits."""
        return "".join(self._rng.choices(string.ascii_lowercase + string.digits, k=12))

    def user(self) -> str:
        """As a name."""
        return f"user-{self.name()}"

    def fan_paths(self, name: str) -> tuple[str, ...]:
        """Five."""
        return tuple(f"/fan/{number}/{name}" for number in FAN)

    async def health(self) -> Reply:
        """`GET /healthz`."""
        return await self.service.get("/healthz")

    async def ask(self, name: str) -> Reply:
        """`GET /slow/{name}`."""
        return await self.service.get(f"/slow/{name}")

    async def ask_all(self, name: str) -> Reply:
        """`GET /fan/{name}`."""
        return await self.service.get(f"/fan/{name}")

    async def create(self, name: str, stock: int) -> Reply:
        """`POST /items`."""
        return await self.service.post("/items", json={"name": name, "stock": stock})

    async def read(self, name: str) -> Reply:
        """`GET /items/{name}`."""
        return await self.service.get(f"/items/{name}")

    def stock_in(self, reply: Reply) -> int:
        """The field `stock`."""
        return reply.object().integer("stock")

    async def edit(self, name: str, etag: str, stock: int) -> Reply:
        """`PUT /items/{name}` with `If-Match`."""
        return await self.service.put(
            f"/items/{name}", json={"stock": stock}, headers={"If-Match": etag}
        )

    async def buy(self, name: str, *, user: str, key: str | None = None) -> Reply:
        """`POST /orders`."""
        headers = {"X-User": user, "Idempotency-Key": key or self.name()}
        return await self.service.post("/orders", json={"name": name}, headers=headers)

    async def order(self, placed: str, *, user: str) -> Reply:
        """`GET /orders/{id}`."""
        return await self.service.get(f"/orders/{placed}", headers={"X-User": user})

    def buyer_in(self, body: dict[str, object]) -> str:
        """The field `user`."""
        return str(body.get("user"))
