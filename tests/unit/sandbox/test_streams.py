"""Frames, the ring of kept output, and the queue of lines."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.sandbox import SandboxError
from runner.sandbox.streams import STDERR, STDOUT, Frames, Lines, Ring


def frame(stream: int, payload: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(payload).to_bytes(4, "big") + payload


pieces = st.lists(st.tuples(st.sampled_from([STDOUT, STDERR]), st.binary(max_size=50)), max_size=8)


@given(pieces, st.integers(min_value=1, max_value=40))
def test_frames_survive_any_cut(written: list[tuple[int, bytes]], step: int) -> None:
    data = b"".join(frame(stream, payload) for stream, payload in written)
    frames = Frames()
    read = [
        piece for at in range(0, len(data), step) for piece in frames.feed(data[at : at + step])
    ]
    for stream in (STDOUT, STDERR):
        expected = b"".join(payload for kind, payload in written if kind == stream)
        assert b"".join(payload for kind, payload in read if kind == stream) == expected


@pytest.mark.parametrize("header", [b"\3\0\0\0\0\0\0\1x", b"\0\0\0\0\0\0\0\1x", b"HTTP/1.1 200"])
def test_a_stream_without_frames_is_an_error(header: bytes) -> None:
    with pytest.raises(SandboxError, match="not made of frames"):
        list(Frames().feed(header))


@given(st.lists(st.binary(max_size=30), max_size=20), st.integers(min_value=1, max_value=16))
def test_the_ring_keeps_both_ends(chunks: list[bytes], kept: int) -> None:
    ring, written = Ring(kept), b"".join(chunks)
    for chunk in chunks:
        ring.add(chunk)
    output = ring.output()
    assert output.seen == len(written)
    assert output.head == written[:kept]
    rest = written[kept:]
    assert output.tail == rest[-kept:]


def test_what_the_ring_holds_is_bounded() -> None:
    ring = Ring(100)
    for _ in range(1000):
        ring.add(b"x" * 90)
        assert len(ring._head) + len(ring._tail) <= 4 * 100


def test_the_gap_is_stated() -> None:
    ring = Ring(2)
    ring.add(b"ab\xffcdefg")
    assert ring.output().text == "ab\n… 4 bytes left out …\nfg"


@given(st.lists(st.binary(max_size=30), max_size=20))
def test_lines_come_as_written(chunks: list[bytes]) -> None:
    lines, written = Lines(), b"".join(chunks)
    for chunk in chunks:
        lines.put(chunk)
    lines.close()
    expected = [line + b"\n" for line in written.split(b"\n")]
    expected[-1] = expected[-1][:-1]
    read = [lines.take(0) for line in expected if line]
    assert read == [line for line in expected if line]
    assert lines.take(0) == b""


def test_nothing_in_time_is_a_timeout() -> None:
    with pytest.raises(TimeoutError):
        Lines().take(0.01)


@pytest.mark.parametrize("data", [b"x" * 11, b"x" * 11 + b"\n"])
def test_a_line_that_is_too_long_is_an_error(data: bytes) -> None:
    lines = Lines(max_line=10)
    lines.put(b"good\n" + data)
    assert lines.take(0) == b"good\n"
    with pytest.raises(SandboxError, match="too long"):
        lines.take(0)


def test_a_writer_waits_for_its_reader() -> None:
    lines = Lines(max_pending=4)
    lines.put(b"one,\n")
    writer = threading.Thread(target=lines.put, args=(b"two\n",))
    writer.start()
    writer.join(0.05)
    assert writer.is_alive()
    assert lines.take(1) == b"one,\n"
    writer.join(5)
    assert not writer.is_alive()
    assert lines.take(1) == b"two\n"


def test_closing_frees_a_waiting_writer() -> None:
    lines = Lines(max_pending=1)
    lines.put(b"one\n")
    writer = threading.Thread(target=lines.put, args=(b"two\n",))
    writer.start()
    lines.close()
    writer.join(5)
    assert not writer.is_alive()
    assert [lines.take(0), lines.take(0)] == [b"one\n", b""]
