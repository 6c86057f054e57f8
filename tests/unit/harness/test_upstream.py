from __future__ import annotations

import asyncio
import contextlib
import math
import socket
from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from runner.harness.errors import HarnessError, SubjectError
from runner.harness.upstream import CONNECTIONS_LIMIT, Upstream

Scene = Callable[[Upstream, aiohttp.ClientSession, str], Awaitable[None]]


def play(scene: Scene) -> None:
    async def go() -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        upstream = Upstream(port)
        await upstream.start()
        upstream.reply("GET", "/prices/{sku}", lambda call: (200, {"sku": call.parts["sku"]}))
        upstream.reply("POST", "/notify", lambda call: (200, {"n": call.object().integer("n")}))
        async with aiohttp.ClientSession() as session:
            await scene(upstream, session, f"http://127.0.0.1:{port}")
        await upstream.close()

    asyncio.run(go())


def test_calls_are_answered_and_recorded_by_token() -> None:
    async def scene(upstream: Upstream, http: aiohttp.ClientSession, base: str) -> None:
        async with http.get(f"{base}/prices/abc") as response:
            assert await response.json() == {"sku": "abc"}
        async with http.post(f"{base}/notify", json={"n": 7, "token": "t1"}) as response:
            assert response.status == 200
        async with http.post(f"{base}/notify", data=b"nonsense") as response:
            assert response.status == 400
        async with http.get(f"{base}/elsewhere?t1") as response:
            assert response.status == 404

        assert len(upstream.calls()) == 4
        assert [call.path for call in upstream.calls(token="t1")] == ["/notify", "/elsewhere"]
        assert upstream.calls("/notify")[0].object().integer("n") == 7
        with pytest.raises(SubjectError):
            upstream.calls("/notify")[1].object()
        assert len(await upstream.wait_for("/notify", 2, timeout=1)) == 2
        assert len(await upstream.wait_for("/notify", 3, timeout=0.05)) == 2
        upstream.reset()
        assert upstream.calls() == []

    play(scene)


def test_a_gate_counts_what_is_held_and_opens_when_full() -> None:
    async def scene(upstream: Upstream, http: aiohttp.ClientSession, base: str) -> None:
        async def get(sku: str) -> int:
            async with http.get(f"{base}/prices/{sku}") as response:
                return response.status

        gate = upstream.hold("/prices", 3, timeout=10)
        assert await asyncio.gather(*(get(f"a{n}") for n in range(3))) == [200] * 3
        assert (gate.peak, gate.arrived, gate.inside) == (3, 3, 0)

        closed = upstream.hold("/prices", math.inf, timeout=10, token="b")
        waiting = asyncio.gather(get("b1"), get("b2"))
        assert await closed.until(2, 5)
        assert not await closed.until(3, 0.02)
        assert closed.inside == 2
        closed.release()
        assert list(await waiting) == [200, 200]

        late = upstream.hold("/prices", 2, timeout=0.05, token="c")
        assert await get("c1") == 200
        assert late.peak == 1

    play(scene)


@pytest.mark.parametrize("mode", ["garbage", "reset", "truncate"])
def test_broken_answers_break_a_client(mode: str) -> None:
    async def scene(upstream: Upstream, http: aiohttp.ClientSession, base: str) -> None:
        upstream.fault("/notify", mode, times=1)
        with pytest.raises(aiohttp.ClientError):
            async with http.post(f"{base}/notify", json={"n": 1}) as response:
                await response.json()
        async with http.post(f"{base}/notify", json={"n": 1}) as response:
            assert response.status == 200

    play(scene)


def test_faults_by_status_json_delay_and_silence() -> None:
    async def scene(upstream: Upstream, http: aiohttp.ClientSession, base: str) -> None:
        upstream.fault("/prices", "status:503", token="sku-a")
        upstream.fault("/prices", "badjson", token="sku-b")
        upstream.fault("/prices", "slow:0.01", token="sku-c")
        upstream.fault("/prices", "hang", token="sku-d")
        async with http.get(f"{base}/prices/sku-a") as response:
            assert response.status == 503
        async with http.get(f"{base}/prices/sku-b") as response:
            with pytest.raises(ValueError, match="Expecting value"):
                await response.json()
        async with http.get(f"{base}/prices/sku-c") as response:
            assert response.status == 200
        silence = asyncio.create_task(http.get(f"{base}/prices/sku-d").__aenter__())
        done, _ = await asyncio.wait({silence}, timeout=0.1)
        assert not done
        upstream.reset()
        assert (await silence).status == 503

    play(scene)


def test_an_unknown_fault_is_our_error() -> None:
    async def scene(upstream: Upstream, _http: aiohttp.ClientSession, _base: str) -> None:
        with pytest.raises(HarnessError, match="unknown fault mode"):
            upstream.fault("/", "explode")

    play(scene)


def test_calls_beyond_those_that_are_kept_fail_whoever_counts_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("runner.harness.upstream.CALLS_LIMIT", 2)

    async def scene(upstream: Upstream, http: aiohttp.ClientSession, base: str) -> None:
        for number in range(3):
            async with http.get(f"{base}/prices/{number}"):
                pass
        with pytest.raises(SubjectError, match="more than 2 calls") as caught:
            upstream.calls("/prices", "0")
        # A limit would be a reason to try again.
        assert not caught.value.limit
        upstream.reset()
        assert upstream.calls() == []

    play(scene)


def test_long_headers_of_a_call_are_not_kept() -> None:
    async def scene(upstream: Upstream, http: aiohttp.ClientSession, base: str) -> None:
        long = {f"X-{number}": "a" * 1000 for number in range(50)}
        async with http.get(f"{base}/prices/a", headers=long):
            pass
        kept = upstream.calls()[0].headers
        assert sum(map(len, kept.values())) < 5000

    play(scene)


def test_a_gate_of_several_tokens_counts_them_and_not_the_calls() -> None:
    async def scene(upstream: Upstream, http: aiohttp.ClientSession, base: str) -> None:
        async def get(sku: str) -> int:
            async with http.get(f"{base}/prices/{sku}") as response:
                return response.status

        gate = upstream.hold("/prices", 2, timeout=5, tokens=("t1", "t2"))
        doubles = [asyncio.ensure_future(get("t1")) for _ in range(3)]
        assert await gate.until(3, 2)
        assert (gate.inside, gate.peak, gate.open) == (1, 1, False)
        assert await asyncio.gather(get("t2"), *doubles) == [200] * 4
        assert (gate.peak, gate.open) == (2, True)
        assert [count for _, count in gate.history][:4] == [1, 1, 1, 2]
        assert await get("elsewhere") == 200

    play(scene)


class Sender:
    """A subject that writes to the stub without ever reading an answer."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.sockets: list[socket.socket] = []

    def open(self, count: int) -> None:
        for _ in range(count):
            self.sockets.append(socket.create_connection(("127.0.0.1", self._port)))
            self.sockets[-1].settimeout(0)

    def send(self, data: bytes) -> int:
        """As much of `data` as each connection takes, again and again: bytes in all."""
        sent = 0
        for one in self.sockets:
            with contextlib.suppress(BlockingIOError, ConnectionError):
                while True:
                    sent += one.send(data)
        return sent

    def close(self) -> None:
        for one in self.sockets:
            one.close()


CRUMBS = b"POST /notify HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_what_one_service_left_at_the_stub_does_not_reach_the_next() -> None:
    async def scene(upstream: Upstream, http: aiohttp.ClientSession, base: str) -> None:
        sender = Sender(int(base.rpartition(":")[2]))
        try:
            sender.open(60)
            sender.send(CRUMBS + b"1\r\nx\r\n" * 2000)
            await asyncio.sleep(0.2)
            sender.send(b"1\r\nx\r\n" * 2000)

            await upstream.clear()

            assert upstream.calls() == []
            async with http.get(f"{base}/prices/a") as response:
                assert response.status == 200
            assert [call.path for call in upstream.calls()] == ["/prices/a"]
            await asyncio.sleep(0.2)
            assert sender.send(b"x") == 0
        finally:
            sender.close()

    play(scene)


def test_a_call_of_one_service_that_ends_later_is_none_of_the_next() -> None:
    async def scene(upstream: Upstream, http: aiohttp.ClientSession, base: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(base.rpartition(":")[2]))
        writer.write(CRUMBS + b"1\r\nx\r\n")
        await writer.drain()
        # Who is answered came after that call.
        async with http.get(f"{base}/prices/a") as response:
            assert response.status == 200

        await upstream.clear()

        writer.write(b"0\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(1), 60) == b""
        writer.close()
        assert upstream.calls() == []

    play(scene)


@pytest.mark.parametrize(
    "body", [b"1\r\nx\r\n" * 70_000, b"20000\r\n" + b"x" * 0x20000 + b"\r\n1\r\nx\r\n"]
)
def test_a_call_that_goes_on_for_ever_is_cut_off(body: bytes) -> None:
    async def scene(upstream: Upstream, _http: aiohttp.ClientSession, base: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(base.rpartition(":")[2]))
        writer.write(CRUMBS)
        writer.write(body)
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()
        assert all(len(call.body) <= 64 * 1024 for call in upstream.calls())

    play(scene)


def test_a_service_that_keeps_hundreds_of_connections_open_has_a_finding() -> None:
    async def scene(upstream: Upstream, http: aiohttp.ClientSession, base: str) -> None:
        sender = Sender(int(base.rpartition(":")[2]))
        try:
            sender.open(CONNECTIONS_LIMIT + 5)
            await asyncio.sleep(0.3)
            with pytest.raises(SubjectError, match="more than 256 connections"):
                upstream.calls()
            await upstream.clear()
            async with http.get(f"{base}/prices/a") as response:
                assert response.status == 200
            assert len(upstream.calls()) == 1
        finally:
            sender.close()

    play(scene)
