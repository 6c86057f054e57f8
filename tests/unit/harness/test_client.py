from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from runner.harness.client import BODY_LIMIT, Client
from runner.harness.errors import SubjectError
from runner.harness.waiting import Waiting
from tests.unit.harness.hostile import ENDLESS, answer, serving

if TYPE_CHECKING:
    from runner.harness.reply import Reply


def ask(content: bytes, *, mode: str = "once", deadline: float = 5.0, path: str = "/x") -> Reply:
    async def go() -> Reply:
        async with serving(content, mode=mode) as port:
            client = Client(port, deadline=deadline, agent="test", waiting=Waiting())
            try:
                return await client.request("GET", path)
            finally:
                await client.close()

    return asyncio.run(go())


def refused(content: bytes, *, mode: str = "once", deadline: float = 5.0) -> SubjectError:
    with pytest.raises(SubjectError) as caught:
        ask(content, mode=mode, deadline=deadline)
    return caught.value


def test_an_ordinary_answer_is_read_whole() -> None:
    reply = ask(answer(b'{"sku": "a"}', status="201 Created", headers='ETag: "1"\r\n'))

    assert reply.expect(201).object().text("sku") == "a"
    assert reply.header("etag") == '"1"'
    assert reply.where == "GET /x"


def test_an_endless_body_is_cut_at_the_cap() -> None:
    error = refused(ENDLESS, mode="endless", deadline=8)

    assert error.limit
    assert str(BODY_LIMIT) in str(error)


@pytest.mark.parametrize("content", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc"])
def test_a_silent_or_stuck_server_runs_into_the_deadline(content: bytes) -> None:
    error = refused(content, mode="hang", deadline=0.3)

    assert error.limit
    assert "within 0.3 s" in str(error)


def test_a_dripping_server_cannot_stretch_the_deadline() -> None:
    assert refused(answer(b"x" * 1000), mode="drip", deadline=0.3).limit


def test_a_truncated_body_is_not_an_answer() -> None:
    assert "not valid HTTP" in str(refused(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc"))


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\x01\x02 garbage\r\n\r\n",
        b"HTTP/9.9 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999999\r\n\r\n",
    ],
)
def test_garbage_fails_the_check_and_nothing_else(content: bytes) -> None:
    refused(content)


def test_a_closed_connection_is_named() -> None:
    assert "closed the connection" in str(refused(b""))


def test_a_port_that_nobody_listens_on_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    async def go() -> None:
        client = Client(port, deadline=2, agent="test", waiting=Waiting())
        try:
            await client.request("GET", "/")
        finally:
            await client.close()

    with pytest.raises(SubjectError, match="not listening"):
        asyncio.run(go())


def test_a_redirect_is_not_followed() -> None:
    reply = ask(answer(b"", status="302 Found", headers="Location: http://127.0.0.1:1/\r\n"))

    assert reply.status == 302


def test_an_encoding_that_was_not_asked_for_is_refused() -> None:
    assert "Content-Encoding gzip" in str(
        refused(answer(b"\x1f\x8b bomb", headers="Content-Encoding: gzip\r\n"))
    )


def test_waiting_time_is_added_up() -> None:
    async def go() -> float:
        async with serving(answer(b"{}")) as port:
            waiting = Waiting()
            client = Client(port, deadline=5, agent="test", waiting=waiting)
            await client.request("POST", "/", json={"a": 1}, params={"q": "ü&="})
            await client.close()
            return waiting.seconds

    assert asyncio.run(go()) > 0


@pytest.mark.parametrize("path", ["/\ud800", "/a b", "/a\r\nX: y", "/" + "x" * 1_000_000])
def test_a_path_of_the_services_own_making_is_asked_for_or_refused(path: str) -> None:
    try:
        assert ask(answer(b"{}"), path=path).status == 200
    except SubjectError as error:
        assert len(str(error)) < 1000  # noqa: PT017 - either is fine
