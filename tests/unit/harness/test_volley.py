"""Requests that arrive whole at the same moment."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from runner.harness.client import Client
from runner.harness.probes.volley import OPENING_SECONDS, volley
from runner.harness.waiting import Waiting

if TYPE_CHECKING:
    from runner.harness.reply import Reply

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def test_bodies_are_completed_together_however_their_connections_were_opened() -> None:
    opened: list[float] = []
    whole: list[float] = []
    bodies: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(time.monotonic())
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"Content-Length: 8\r\n" in head
        bodies.append(await reader.readexactly(8))
        whole.append(time.monotonic())
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    async def go() -> list[Reply]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        client = Client(port, deadline=5.0, agent="test", waiting=Waiting())
        replies = await volley(
            lambda number: client.request("POST", "/", json={"n": number}), 8, pause=0.02
        )
        await client.close()
        server.close()
        return replies

    replies = asyncio.run(go())

    assert [reply.status for reply in replies] == [200] * 8
    assert sorted(bodies) == [b'{"n": %d}' % number for number in range(8)]
    assert max(opened) - min(opened) >= 7 * 0.02 - OPENING_SECONDS
    assert min(whole) >= max(opened)
