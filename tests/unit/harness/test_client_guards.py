"""What the client and the stub do not do, whatever they are sent."""

from __future__ import annotations

import asyncio
import contextlib
import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import pytest

from runner.harness.channel import Channel
from runner.harness.client import Client
from runner.harness.errors import SubjectError
from runner.harness.session import Session
from runner.harness.upstream import BODY_LIMIT, Upstream
from runner.harness.waiting import Waiting
from tests.unit.harness.hostile import answer, serving
from tests.unit.harness.test_session import free_port, job

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def recording(content: bytes) -> AsyncIterator[tuple[int, list[list[bytes]]]]:
    """A server that answers every request; its port, and the requests of each connection."""
    seen: list[list[bytes]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests: list[bytes] = []
        seen.append(requests)
        try:
            while True:
                requests.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(content)
                if not content:
                    return
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], seen
    finally:
        server.close()


@asynccontextmanager
async def client_of(port: int) -> AsyncIterator[Client]:
    client = Client(port, deadline=10.0, agent="test", waiting=Waiting())
    try:
        yield client
    finally:
        await client.close()


def asked_twice(content: bytes) -> list[list[bytes]]:
    """The requests by connection of two GETs to a server that answers so."""

    async def go() -> list[list[bytes]]:
        async with recording(content) as (port, seen), client_of(port) as client:
            for _ in range(2):
                await client.request("GET", "/x")
            return seen

    return asyncio.run(go())


def test_every_request_has_a_connection_of_its_own() -> None:
    assert [len(requests) for requests in asked_twice(answer(b"{}"))] == [1, 1]


def test_no_cookie_comes_back() -> None:
    seen = asked_twice(answer(b"{}", headers="Set-Cookie: a=b; Path=/\r\n"))
    assert not [request for requests in seen for request in requests if b"ookie:" in request]


def test_a_request_is_sent_once() -> None:
    async def go() -> int:
        async with recording(b"") as (port, seen), client_of(port) as client:
            with pytest.raises(SubjectError, match="without an answer"):
                await client.request("GET", "/x")
            return len(seen)

    assert asyncio.run(go()) == 1


@pytest.mark.parametrize(
    "head",
    [
        "X: " + "a" * 100_000 + "\r\n",
        "X" * 100_000 + ": a\r\n",
    ],
    ids=["value", "name"],
)
def test_a_long_header_is_no_answer(head: str) -> None:
    async def go() -> None:
        content = answer(b"{}", headers=head)
        async with serving(content) as port, client_of(port) as client:
            with pytest.raises(SubjectError, match="not valid HTTP"):
                await client.request("GET", "/x")

    asyncio.run(go())


def test_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> bytes:
        async with serving(answer(b"proxied")) as proxy, serving(answer(b"straight")) as port:
            for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
            for name in ("no_proxy", "NO_PROXY"):
                monkeypatch.delenv(name, raising=False)
            async with client_of(port) as client:
                return (await client.request("GET", "/x")).body

    assert asyncio.run(go()) == b"straight"


def test_nothing_is_inflated() -> None:
    """Not even what comes before its header is looked at."""

    async def go() -> bool:
        async with client_of(1) as client:
            return client._session.auto_decompress

    assert asyncio.run(go()) is False


def test_a_long_body_of_a_call_is_not_kept() -> None:
    async def go() -> int:
        upstream = Upstream(port := free_port())
        await upstream.start()
        async with aiohttp.ClientSession() as session:
            url = f"http://127.0.0.1:{port}/x"
            # Who sends that much is cut off in the middle.
            with contextlib.suppress(aiohttp.ClientError):
                async with session.post(url, data=b"x" * 5 * BODY_LIMIT):
                    pass
        kept = len(upstream.calls()[0].body)
        await upstream.close()
        return kept

    assert asyncio.run(go()) == BODY_LIMIT


def agent(seed: int) -> str:
    seeded = job().model_copy(update={"seed": seed})
    session = Session(Channel(io.BytesIO(), io.BytesIO()), seeded)
    try:
        return session.web[0].client._session.headers["User-Agent"]
    finally:
        session.close()


def test_who_asks_varies_with_the_seed() -> None:
    assert agent(1) == agent(1)
    assert len({agent(seed) for seed in range(6)}) > 1
