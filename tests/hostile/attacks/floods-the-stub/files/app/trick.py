"""Sends more requests upstream than anybody could count."""

import socket
from contextlib import suppress

ONE = b"GET /prices/noise HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /prices/noise HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def flood():
    """Hundreds of requests on one connection."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", 9000), 5.0) as peer:
        peer.sendall(ONE * 260 + LAST)
        while peer.recv(65536):
            pass
