"""Keeps the stub of the upstream services busy."""

import socket
import threading
import time


def drip():
    """One request in tiny chunks, for as long as somebody reads."""
    head = b"POST /payments HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        try:
            with socket.create_connection(("127.0.0.1", 9000), 5.0) as peer:
                peer.sendall(head)
                for _ in range(200):
                    peer.sendall(b"1\r\nx\r\n" * 8000)
        except OSError:
            time.sleep(0.1)


def start():
    """Sixty of them."""
    for _ in range(60):
        threading.Thread(target=drip, daemon=True).start()
