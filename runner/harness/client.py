"""An HTTP client that a hostile server can only disappoint.

Each request has one deadline for everything, a capped body, capped headers, a connection of
its own (a reused one may be closed by the server at the very moment of use, which would be
charged to a correct service), no redirects, no cookies, no proxies and no decompression.
"""

from __future__ import annotations

import asyncio
import json as jsonlib
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from yarl import URL

from runner.harness.errors import SubjectError
from runner.harness.reply import Reply, shorten

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Mapping

    from runner.harness.waiting import Waiting

BODY_LIMIT = 1024 * 1024
HEADER_LIMIT = 16 * 1024
UNSET: Final[Any] = object()

# What browsers and common clients send. A neutral identity that varies with the seed, so that
# an application cannot tell a grading from ordinary traffic.
AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 Safari/605.1.15",
    "curl/8.10.1",
    "PostmanRuntime/7.43.0",
)


LAST_BYTE: ContextVar[asyncio.Event | None] = ContextVar("LAST_BYTE", default=None)
"""Where it is set, a request with a body keeps its last byte back until the event: requests on
connections that were opened one by one then arrive whole at the same moment."""


class Client:
    """Requests to one address. Lives on one event loop; close it there."""

    def __init__(self, port: int, *, deadline: float, agent: str, waiting: Waiting) -> None:
        """Talk to `127.0.0.1:port`; `deadline` is the default for a whole request (seconds).

        `waiting` runs while an answer is awaited.
        """
        self._port = port
        self._deadline = deadline
        self._waiting = waiting
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": agent, "Accept": "*/*", "Accept-Encoding": "identity"},
            auto_decompress=False,
            trust_env=False,
            max_line_size=HEADER_LIMIT,
            max_field_size=HEADER_LIMIT,
            timeout=aiohttp.ClientTimeout(total=None),
        )
        # aiohttp sends GET, PUT and DELETE a second time when the server closes the
        # connection. Here a request is sent once; its own test client switches it off so too.
        self._session._retry_connection = False  # noqa: SLF001

    async def close(self) -> None:
        """Close the session."""
        await self._session.close()

    async def request(  # noqa: PLR0913 - HTTP has that many parts
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = UNSET,  # noqa: ANN401 - JSON
        body: bytes | None = None,
        deadline: float | None = None,
    ) -> Reply:
        """Send one request and read its whole answer, or raise `SubjectError`.

        `json` is encoded and sent as `application/json`; `body` is sent as it is.
        """
        where = f"{method} {shorten(path, 120)}"
        sent = dict(headers or {})
        if json is not UNSET:
            body = jsonlib.dumps(json).encode()
            sent.setdefault("Content-Type", "application/json")
        try:
            url = URL(f"http://127.0.0.1:{self._port}{path}", encoded=True)
            if params:
                url = url.with_query({key: str(value) for key, value in params.items()})
        except ValueError as error:  # a path may hold what the service called its own
            message = f"{where}: this is no path ({shorten(str(error), 120)})"
            raise SubjectError(message) from error
        return await self._timed(where, method, url, sent, body, deadline or self._deadline)

    async def _timed(
        self,
        where: str,
        method: str,
        url: URL,
        headers: Mapping[str, str],
        body: bytes | None,
        deadline: float,
    ) -> Reply:
        start = time.monotonic()
        try:
            with self._waiting.on_subject():
                async with asyncio.timeout(deadline):
                    return await self._exchange(where, method, url, headers, body, start)
        except TimeoutError as error:
            message = f"{where}: no complete answer within {deadline:g} s"
            raise SubjectError(message, limit=True) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            message = f"{where}: {describe(error)}"
            raise SubjectError(message) from error

    async def _exchange(
        self,
        where: str,
        method: str,
        url: URL,
        headers: Mapping[str, str],
        body: bytes | None,
        start: float,
    ) -> Reply:
        async with self._session.request(
            method, url, **_content(headers, body), allow_redirects=False
        ) as response:
            encoding = response.headers.get("Content-Encoding", "identity").lower()
            if encoding != "identity":
                message = f"{where}: Content-Encoding {shorten(encoding, 40)} was not asked for"
                raise SubjectError(message)
            content = await self._read(where, response)
            now = time.monotonic()
            return Reply(
                where=where,
                status=response.status,
                headers={name.lower(): value for name, value in response.headers.items()},
                body=content,
                seconds=now - start,
                at=now,
            )

    async def _read(self, where: str, response: aiohttp.ClientResponse) -> bytes:
        content = bytearray()
        async for chunk in response.content.iter_any():
            content += chunk
            if len(content) > BODY_LIMIT:
                message = f"{where}: the body is larger than {BODY_LIMIT} bytes"
                raise SubjectError(message, limit=True)
        return bytes(content)


def _content(headers: Mapping[str, str], body: bytes | None) -> dict[str, Any]:
    """Headers and body as the library takes them, the last byte kept back where asked."""
    event = LAST_BYTE.get()
    if event is None or not body:
        return {"headers": headers, "data": body}

    async def pieces() -> AsyncIterator[bytes]:
        yield body[:-1]
        await event.wait()
        yield body[-1:]

    return {"headers": {**headers, "Content-Length": str(len(body))}, "data": pieces()}


async def together(*requests: Awaitable[Reply]) -> list[Reply]:
    """All at once; waits for every one, then raises the first error if any."""
    outcomes = await asyncio.gather(*requests, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]


def describe(error: Exception) -> str:
    """What went wrong on the wire, for a reader who knows HTTP."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return "connection refused: the service is not listening"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the service closed the connection without an answer"
    return f"the answer is not valid HTTP ({type(error).__name__}: {shorten(str(error), 120)})"
