"""A server that answers each path with bytes of the test's choosing."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from itertools import repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


def answer(body: bytes, *, status: str = "200 OK", headers: str = "") -> bytes:
    """A well-formed HTTP/1.1 answer."""
    head = f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


ENDLESS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"


@asynccontextmanager
async def serving(content: bytes, *, mode: str = "once") -> AsyncIterator[int]:
    """Answer every connection with `content`; the port.

    `once`: then close. `hang`: then keep the connection open. `endless`: then chunks for ever.
    `drip`: one byte every 20 ms.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            if mode == "drip":
                for byte in content:
                    writer.write(bytes([byte]))
                    await writer.drain()
                    await asyncio.sleep(0.02)
            else:
                writer.write(content)
            for chunk in repeat(CHUNK if mode == "endless" else b""):
                if mode not in ("endless", "hang"):
                    break
                writer.write(chunk)
                await writer.drain()
                await asyncio.sleep(0 if chunk else 0.05)
        except ConnectionError:
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
