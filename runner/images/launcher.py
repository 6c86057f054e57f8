"""Starts a submission's application; runs inside the subject, trusted by nobody.

`python launcher.py app.main:app --port 8000 --workers 1` serves an ASGI or WSGI application
with uvicorn. WSGI gets as many threads as ASGI frameworks give plain functions (40), so that
neither style has an advantage. `--stacks` prints where the main thread is, at SIGUSR1;
`--ready MARK` prints the mark once a single worker serves.
"""

from __future__ import annotations

import argparse
import faulthandler
import importlib
import inspect
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from a2wsgi import WSGIMiddleware

if TYPE_CHECKING:
    from socket import socket

THREADS = 40
TARGET = "TAKEHOME_APP"
FACTORY = "launcher:application"


def is_asgi(app: object) -> bool:
    """Whether `app` speaks ASGI: an async callable, or one that takes three arguments."""
    call = app if inspect.isfunction(app) or inspect.ismethod(app) else type(app).__call__
    if inspect.iscoroutinefunction(call):
        return True
    taken = [name for name in inspect.signature(call).parameters if name != "self"]
    return len(taken) == len(("scope", "receive", "send"))


def application() -> object:
    """Import what `TAKEHOME_APP` names and wrap it when it is WSGI."""
    module, _, attribute = os.environ[TARGET].partition(":")
    app = getattr(importlib.import_module(module), attribute)
    return app if is_asgi(app) else WSGIMiddleware(app, workers=THREADS)


class Announced(uvicorn.Server):
    """A server that says when it serves."""

    mark = ""

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listen, then print the mark, whatever the application has made of `sys.stderr`."""
        await super().startup(sockets)
        if self.started:
            os.write(2, f"\n{self.mark}\n".encode())


def main() -> None:
    """Serve until a signal comes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("app")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--stacks", action="store_true")
    parser.add_argument("--ready", default="")
    options = parser.parse_args()
    if options.stacks:
        # Where is it stuck? The main thread runs the event loop.
        faulthandler.register(signal.SIGUSR1, all_threads=False)
    os.environ[TARGET] = options.app
    sys.path.insert(0, str(Path.cwd()))
    settings: dict[str, Any] = {
        "factory": True,
        "host": "127.0.0.1",
        "port": options.port,
        "loop": "asyncio",
        "http": "h11",
        "access_log": False,
        "timeout_graceful_shutdown": 10,
    }
    if options.ready:
        server = Announced(uvicorn.Config(FACTORY, **settings))
        server.mark = options.ready
        server.run()
        return
    uvicorn.run(FACTORY, workers=options.workers, **settings)


if __name__ == "__main__":
    main()
