"""The upstream stub: the services that the subject depends on, under the suite's control.

It counts instead of timing. Calls are recorded with their path and body, so that a test finds
its own by a token (a random sku, say) and extra calls of the subject prove nothing. A `Gate`
holds calls until a number of them has arrived: whether work overlaps is then an integer.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from runner.harness.errors import HarnessError, SubjectError
from runner.harness.gate import Call, Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BODY_LIMIT = 64 * 1024
"""Bytes of a call's body that are read. A call that goes on ends its connection: bodies of the
bundled challenges have some hundred bytes."""

HEADERS_LIMIT = 4 * 1024
"""Characters of a call's headers that are kept."""

CALLS_LIMIT = 2000
"""Calls that are kept between two resets. With the limits above, a subject that floods the stub
fills at most some 170 MiB of the harness's memory. What was not kept cannot be counted, so that
a test which asks for calls fails from then on. Tests make a few dozen."""

CONNECTIONS_LIMIT = 256
"""Connections at the same time. The largest probe keeps 45 requests waiting, with up to three
calls each."""

RECEIVE_BUFFER = 16 * 1024
"""Bytes of one connection that the kernel keeps for the stub. What is kept is read at one go: with
the kernel's own choice, 60 connections of tiny chunks kept the loop busy for 100 s after their
sender was dead."""

FAULT_MODES = frozenset({"status", "hang", "garbage", "badjson", "reset", "truncate", "slow"})
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 s: close sends RST


@dataclass(slots=True)
class _Fault:
    path_prefix: str
    mode: str
    token: str
    times: int | None


class _BoundedServer(web.Server):
    """Serves so many connections at a time and drops any more."""

    refused = 0

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Take a connection in, or end it at once."""
        if len(self.connections) >= CONNECTIONS_LIMIT:
            self.refused += 1
            transport.abort()
            return
        super().connection_made(handler, transport)


class Upstream:
    """The stub server with its routes, records, gates and faults. Lives on the harness's loop."""

    def __init__(self, port: int) -> None:
        """Serve on `127.0.0.1:port` once started."""
        self._port = port
        self._server: _BoundedServer | None = None
        self._runner: web.ServerRunner | None = None
        self._routes: list[tuple[str, re.Pattern[str], Any]] = []
        self._calls: list[Call] = []
        self._dropped = 0
        self._gates: list[Gate] = []
        self._faults: list[_Fault] = []
        self._reset = asyncio.Event()

    async def start(self) -> None:
        """Bind the port; the stub listens before any subject runs."""
        self._server = _BoundedServer(self._handle)
        self._runner = web.ServerRunner(self._server)
        await self._runner.setup()
        await web.SockSite(self._runner, _listening(self._port), backlog=1024).start()

    async def close(self) -> None:
        """Stop listening and end what is still held."""
        self.reset()
        if self._runner is not None:
            await self._runner.cleanup()

    # ----------------------------------------------------------- for the suite

    def reply(self, method: str, pattern: str, function: Callable[[Call], tuple[int, Any]]) -> None:
        """Answer `method pattern` (`/prices/{sku}`) with `function(call) -> (status, json)`."""
        expression = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
        self._routes.append((method, re.compile(expression), function))

    def calls(self, path_prefix: str = "", token: str = "") -> list[Call]:
        """The calls since the last reset that match, oldest first.

        `SubjectError` when there were more than could be kept: that is a defect of the service,
        however busy the machine is, and no reason to try again.
        """
        if self._dropped:
            message = f"the service made more than {CALLS_LIMIT} calls to upstream in one test"
            raise SubjectError(message)
        if self._server is not None and self._server.refused:
            message = f"the service kept more than {CONNECTIONS_LIMIT} connections to upstream open"
            raise SubjectError(message)
        return [call for call in self._calls if call.matches(path_prefix, token)]

    def fault(
        self, path_prefix: str, mode: str, *, token: str = "", times: int | None = None
    ) -> None:
        """Make matching calls fail, the next `times` ones or all.

        `mode`: `status:500` (any status), `hang` (never answers), `garbage` (bytes that are no
        HTTP), `badjson` (200 with a broken body), `reset` (connection reset), `truncate` (half
        a body), `slow:1.5` (that many seconds late).
        """
        if mode.partition(":")[0] not in FAULT_MODES:
            message = f"unknown fault mode {mode!r}"
            raise HarnessError(message)
        self._faults.append(_Fault(path_prefix, mode, token, times))

    def hold(
        self,
        path_prefix: str,
        need: float,
        *,
        timeout: float,
        token: str = "",
        tokens: tuple[str, ...] = (),
    ) -> Gate:
        """Hold calls at a gate that match `token`, or one of several `tokens`; see `Gate`."""
        gate = Gate(path_prefix, need, timeout, tokens or (token,))
        self._gates.append(gate)
        return gate

    async def wait_for(
        self,
        path_prefix: str,
        count: int,
        *,
        timeout: float,  # noqa: ASYNC109 - an answer, not a cancellation
        token: str = "",
    ) -> list[Call]:
        """The matching calls once there are `count`, or those that came within `timeout`."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            calls = self.calls(path_prefix, token)
            if len(calls) >= count:
                return calls
            await asyncio.sleep(0.01)
        return self.calls(path_prefix, token)

    async def clear(self) -> None:
        """Be as new: forget all calls and end every connection, with all that was sent on it.

        What a service is known to be good by must not depend on what another one has left here.
        """
        for handler in self._server.connections if self._server is not None else ():
            if handler.transport is not None:
                handler.transport.abort()
        # What had arrived whole is recorded in the next turn of the loop, and forgotten after it.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.reset()

    def reset(self) -> None:
        """Forget calls and faults, open all gates, end what hangs."""
        for gate in self._gates:
            gate.release()
        self._reset.set()
        self._reset = asyncio.Event()
        self._calls, self._gates, self._faults = [], [], []
        self._dropped = 0
        if self._server is not None:
            self._server.refused = 0

    # ------------------------------------------------------------- the server

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        call, function = await self._read(request)
        if len(self._calls) < CALLS_LIMIT:
            self._calls.append(call)
        else:
            self._dropped += 1
        for gate in list(self._gates):
            token = gate.token_of(call)
            if token is not None:
                await gate.hold(token, request)
        fault = self._fault_for(call)
        if fault is not None:
            response = await self._misbehave(fault.mode, request)
            if response is not None:
                return response
        return self._answer(call, function)

    async def _read(self, request: web.BaseRequest) -> tuple[Call, Any]:
        body = await _body(request)
        function, parts = self._route(request.method, request.path)
        call = Call(
            method=request.method,
            path=request.path,
            query=request.query_string,
            headers=_kept(request.headers),
            body=body,
            parts=parts,
            at=time.monotonic(),
        )
        return call, function

    def _route(self, method: str, path: str) -> tuple[Any, dict[str, str]]:
        for known, pattern, function in self._routes:
            match = pattern.fullmatch(path)
            if known == method and match:
                return function, match.groupdict()
        return None, {}

    def _answer(self, call: Call, function: Any) -> web.Response:  # noqa: ANN401
        if function is None:
            return web.json_response({"error": f"no {call.method} {call.path} here"}, status=404)
        try:
            status, document = function(call)
        except SubjectError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(document, status=status)

    def _fault_for(self, call: Call) -> _Fault | None:
        for fault in self._faults:
            if fault.times != 0 and call.matches(fault.path_prefix, fault.token):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    async def _misbehave(self, mode: str, request: web.BaseRequest) -> web.Response | None:
        name, _, value = mode.partition(":")
        if name == "slow":
            await asyncio.sleep(float(value))
            return None
        if name == "status":
            return web.json_response({"error": "upstream failure"}, status=int(value))
        if name == "badjson":
            return web.Response(text='{"broken": ', content_type="application/json")
        if name == "hang":
            await self._reset.wait()
            return web.Response(status=503)
        return self._break(name, request)

    def _break(self, name: str, request: web.BaseRequest) -> web.Response:
        transport = request.transport
        if transport is None:
            return web.Response(status=503)
        if name == "reset":
            peer = transport.get_extra_info("socket")
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            transport.abort()
        elif name == "garbage":
            transport.write(b"\x00\x9f\x92\x96 garbage \r\n\r\n")
            transport.close()
        else:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            transport.write(head + b'Content-Length: 400\r\n\r\n{"status')
            transport.close()
        return web.Response(status=503)


def _listening(port: int) -> socket.socket:
    """A socket on the loopback; the connections that it accepts have its small buffer."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        listening.bind(("127.0.0.1", port))
    except OSError:
        listening.close()
        raise
    return listening


async def _body(request: web.BaseRequest) -> bytes:
    """A call's body. Whoever sends too much is cut off in the middle."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > BODY_LIMIT:
            if request.transport is not None:
                request.transport.abort()
            break
    return bytes(body[:BODY_LIMIT])


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    size = 0
    for name, value in headers.items():
        size += len(name) + len(value)
        if size > HEADERS_LIMIT:
            break
        kept[name.lower()] = value
    return kept
