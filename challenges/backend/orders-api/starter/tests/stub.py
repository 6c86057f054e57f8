"""A stub of the upstream services for tests and for trying things by hand.

`python -m tests.stub 9000` serves it on a port of your choice.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Call:
    """One call that the service made."""

    method: str
    path: str
    document: Any


@dataclass(slots=True)
class Behaviour:
    """How calls below a path are answered instead of normally."""

    path_prefix: str
    status: int | None = None
    body: bytes | None = None
    delay_seconds: float = 0.0


@dataclass(slots=True)
class State:
    """What the stub has seen, and how it was told to behave."""

    calls: list[Call] = field(default_factory=list)
    behaviours: list[Behaviour] = field(default_factory=list)


def normal_answer(method: str, path: str) -> tuple[int, dict[str, Any]]:
    """Answer as section 8 of the brief says."""
    match [method, *path.strip("/").split("/")]:
        case ["GET", "prices", sku]:
            return 200, {"sku": sku, "price_cents": 1250, "currency": "EUR"}
        case ["GET", "warehouses", number, "stock", _] if number in {"1", "2", "3", "4", "5"}:
            return 200, {"warehouse": int(number), "available": int(number)}
        case ["POST", "payments"]:
            return 201, {"status": "approved"}
        case ["POST", "notify"]:
            return 202, {"status": "accepted"}
    return 404, {"error": "no such path"}


class Server(ThreadingHTTPServer):
    """A server that many connections reach at the same moment, and that some of them leave."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Keep quiet about a service that did not wait for its answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class StubUpstream:
    """The stub on a thread of its own; enter it as a context."""

    def __init__(self, port: int = 0) -> None:
        """Listen on `port`, or on a free one."""
        self.state = State()
        state = self.state

        class Handler(BaseHTTPRequestHandler):
            """Answers from `state`."""

            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                document = json.loads(raw) if raw else None
                state.calls.append(Call(self.command, self.path, document))
                status, answer = normal_answer(self.command, self.path)
                body = json.dumps(answer).encode()
                for special in reversed(state.behaviours):
                    if self.path.startswith(special.path_prefix):
                        time.sleep(special.delay_seconds)
                        status = special.status or status
                        body = special.body if special.body is not None else body
                        break
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Connection", "close")  # none outlives its stub, to serve the next
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = _serve  # noqa: N815 - the names that http.server looks for

            def log_message(self, *_arguments: object) -> None:
                """Keep quiet."""

        self._server = Server(("127.0.0.1", port), Handler)

    @property
    def url(self) -> str:
        """Where the stub answers."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def calls(self, path_prefix: str, token: str = "") -> list[Call]:
        """Return the calls below a path whose path or body holds `token`."""
        return [
            call
            for call in list(self.state.calls)
            if call.path.startswith(path_prefix)
            and (token in call.path or token in json.dumps(call.document))
        ]

    def behave(
        self,
        path_prefix: str,
        *,
        status: int | None = None,
        body: bytes | None = None,
        delay_seconds: float = 0.0,
    ) -> None:
        """Answer calls below a path with another status or body, or later; the last one counts."""
        self.state.behaviours.append(Behaviour(path_prefix, status, body, delay_seconds))

    def reset(self) -> None:
        """Forget all calls and behave normally."""
        self.state.calls.clear()
        self.state.behaviours.clear()

    def serve(self) -> None:
        """Serve until interrupted."""
        self._server.serve_forever()

    def __enter__(self) -> Self:
        """Start serving on a thread."""
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


if __name__ == "__main__":
    StubUpstream(int(sys.argv[1])).serve()
