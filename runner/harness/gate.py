"""A call of the subject to upstream, and the gate that holds such calls until enough are in."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runner.harness.errors import SubjectError
from runner.harness.reply import Fields, parse_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

HISTORY_LIMIT = 1000
"""Changes of one gate that are kept, several times what a probe makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call that the subject made. `parts` are the placeholders of the matched pattern."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    parts: Mapping[str, str] = field(default_factory=dict)
    at: float = 0.0

    def matches(self, path_prefix: str, token: str) -> bool:
        """Whether the path starts with the prefix and path, query or body hold the token."""
        place = f"{self.path}?{self.query}"
        return self.path.startswith(path_prefix) and (token in place or token.encode() in self.body)

    def object(self) -> Fields:
        """The body as a JSON object; `SubjectError` when the subject sent something else."""
        where = f"call {self.method} {self.path}"
        try:
            document = parse_json(self.body)
        except ValueError as error:
            message = f"{where}: the body is not JSON ({error})"
            raise SubjectError(message) from error
        if type(document) is not dict:
            message = f"{where}: the body should be a JSON object"
            raise SubjectError(message)
        return Fields(where, document)


class Gate:
    """Holds calls until `need` are inside, a timeout has passed, or it is released.

    The timeout runs from the first call that arrives. A gate with several tokens counts how
    many of *them* are inside, so that a subject which calls more often than it was asked to
    proves nothing.
    """

    def __init__(
        self, path_prefix: str, need: float, timeout: float, tokens: tuple[str, ...]
    ) -> None:
        """`need` may be `math.inf`: then only `release` or the timeout opens it."""
        self._path_prefix = path_prefix
        self._tokens = tokens
        self._need = need
        self._timeout = timeout
        self._opened = asyncio.Event()
        self._until: float | None = None
        self._held: list[tuple[str, web.BaseRequest]] = []
        self.begun = time.monotonic()
        self.arrived = 0
        """Calls that have come so far."""
        self.peak = 0
        """The most that was inside at the same moment."""
        self.history: list[tuple[float, int]] = []
        """How many were inside, at each change: (seconds since the gate was made, count)."""

    @property
    def inside(self) -> int:
        """Calls, or of several tokens those, that are held at this moment.

        A call that the subject gave up counts as long as the gate is closed.
        """
        if len(self._tokens) > 1:
            return len({token for token, _ in self._held})
        return len(self._held)

    @property
    def waiting(self) -> int:
        """Calls that are held at this moment and whose connection the subject keeps open."""
        return sum(
            held.transport is not None and not held.transport.is_closing() for _, held in self._held
        )

    @property
    def steps(self) -> list[tuple[float, float]]:
        """The history as the corners of a stepped line, from nothing inside on."""
        points = [(0.0, 0.0)]
        for at, count in self.history:
            points += [(at, points[-1][1]), (at, float(count))]
        return points

    @property
    def open(self) -> bool:
        """Whether calls pass."""
        return self._opened.is_set()

    def token_of(self, call: Call) -> str | None:
        """The token by which a call belongs to this gate, None when it does not."""
        fitting = (one for one in self._tokens if call.matches(self._path_prefix, one))
        return next(fitting, None)

    def release(self) -> None:
        """Let all calls pass, those to come as well."""
        self._opened.set()

    async def until(
        self,
        count: int,
        timeout: float,  # noqa: ASYNC109 - an answer
        *requests: asyncio.Future[Any],
    ) -> bool:
        """Wait until `count` calls have arrived; False when they have not in time.

        Nothing is waited for once all `requests` that could make them have ended.
        """
        deadline = time.monotonic() + timeout
        while self.arrived < count and time.monotonic() < deadline:
            if requests and all(request.done() for request in requests):
                break
            await asyncio.sleep(0.005)
        return self.arrived >= count

    async def hold(self, token: str, request: web.BaseRequest) -> None:
        """Hold a call that belongs here by `token`."""
        self.arrived += 1
        self._held.append((token, request))
        self.peak = max(self.peak, self.inside)
        self._note()
        if self.inside >= self._need:
            self.release()
        self._until = self._until or time.monotonic() + self._timeout
        try:
            left = self._until - time.monotonic()
            await asyncio.wait_for(self._opened.wait(), max(0.0, left))
        except TimeoutError:
            self.release()
        finally:
            self._held.remove((token, request))
            self._note()

    def _note(self) -> None:
        if len(self.history) < HISTORY_LIMIT:
            self.history.append((time.monotonic() - self.begun, self.inside))
