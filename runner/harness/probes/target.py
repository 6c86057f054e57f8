"""What the probes need of a service, in their own words, and where they write down their counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.harness.reply import Reply
    from runner.harness.service import Service
    from runner.harness.upstream import Upstream


class Target(Protocol):
    """A service as the probes see it: it sells items, and asks upstream for most of what it knows.

    Names are fresh for each call and appear in the upstream calls that belong to them. Answers
    are those of HTTP: 201 for what was made, 409 for what is taken or sold out, 412 for a stale
    `If-Match`. A suite adapts its own routes to this.
    """

    service: Service
    upstream: Upstream
    ask_path: str
    """Where `ask` calls upstream, as a path prefix."""
    pay_path: str
    notify_path: str

    def name(self) -> str:
        """A name that nobody has used."""

    def user(self) -> str:
        """A user that nobody has been."""

    def fan_paths(self, name: str) -> tuple[str, ...]:
        """The upstream paths that `ask_all` calls, each once."""

    async def health(self) -> Reply:
        """A request that needs nothing."""

    async def ask(self, name: str) -> Reply:
        """A request that makes one upstream call."""

    async def ask_all(self, name: str) -> Reply:
        """A request that makes several upstream calls, which do not depend on each other."""

    async def create(self, name: str, stock: int) -> Reply:
        """Make an item: 201, or 409 when the name is taken."""

    async def read(self, name: str) -> Reply:
        """The item, with its `ETag`."""

    def stock_in(self, reply: Reply) -> int:
        """The stock that an answer of `create`, `read` or `edit` states."""

    async def edit(self, name: str, etag: str, stock: int) -> Reply:
        """Set the stock of an item that is still what `etag` says: 200, or 412."""

    async def buy(self, name: str, *, user: str, key: str | None = None) -> Reply:
        """Buy one piece, with a fresh idempotency key unless given.

        201; 200 or 201 again, or 409, for a repeated key; 409 when nothing is left.
        """

    async def order(self, placed: str, *, user: str) -> Reply:
        """An order by its id: 200 for its owner, 403 or 404 for another customer."""

    def buyer_in(self, body: dict[str, object]) -> str:
        """The user that a notification of this content names."""


class Record(Protocol):
    """Where a probe writes down what it saw; shown as evidence whatever the verdict is."""

    def measure(self, name: str, value: float, unit: str = "") -> None:
        """One number."""

    def plot(
        self,
        name: str,
        points: Sequence[tuple[float, float]],
        *,
        x: str,
        y: str,
        limit: float | None = None,
    ) -> None:
        """A small line chart; `x` and `y` say what the axes count, `limit` draws a line."""

    def note(self, text: str) -> None:
        """A sentence about a probe that passed."""
