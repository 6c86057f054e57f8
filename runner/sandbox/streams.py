"""What comes out of an attached container: frames, a bounded copy of text, lines.

The engine multiplexes both streams of a container into frames: one byte for the stream (1
output, 2 error), three zero bytes, the length of the payload in four bytes (big endian), the
payload. Everything here is bounded, whatever the container writes.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from runner.sandbox import Output, SandboxError

if TYPE_CHECKING:
    from collections.abc import Iterator

STDOUT = 1
STDERR = 2
_HEADER = 8

KEPT_BYTES = 64 * 1024
"""Bytes kept of the beginning and of the end of an output."""

MAX_LINE_BYTES = 16 * 1024 * 1024
"""Longest line that an interactive box may write."""

MAX_PENDING_BYTES = 2 * MAX_LINE_BYTES
"""Bytes of unread lines after which an interactive box has to wait for its reader."""


class Frames:
    """Splits the attached stream into `(stream, payload)` pieces without keeping payloads."""

    def __init__(self) -> None:
        """Start at a frame boundary."""
        self._header = bytearray()
        self._stream = 0
        self._left = 0

    @property
    def whole(self) -> bool:
        """Whether what came so far ends with a frame."""
        return not self._left and not self._header

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """The pieces in `data`; a frame may come in several. `SandboxError` on a bad header."""
        position = 0
        while position < len(data):
            if self._left == 0:
                position = self._read_header(data, position)
                continue
            piece = data[position : position + self._left]
            position += len(piece)
            self._left -= len(piece)
            yield self._stream, piece

    def _read_header(self, data: bytes, position: int) -> int:
        end = position + _HEADER - len(self._header)
        self._header += data[position:end]
        if len(self._header) < _HEADER:
            return len(data)
        if self._header[0] not in {STDOUT, STDERR} or any(self._header[1:4]):
            raise SandboxError(
                "The engine sent a stream that is not made of frames",
                why=f"a header reads {bytes(self._header).hex()}",
                do="Report this with the output of `docker version`.",
            )
        self._stream = self._header[0]
        self._left = int.from_bytes(self._header[4:], "big")
        self._header.clear()
        return end


class Ring:
    """The first and the last `kept` bytes of a stream, and how many there were."""

    def __init__(self, kept: int = KEPT_BYTES) -> None:
        """Start empty."""
        self._kept = kept
        self._head = bytearray()
        self._tail = bytearray()
        self._seen = 0
        self._lock = threading.Lock()

    @property
    def seen(self) -> int:
        """All bytes so far, kept or not."""
        return self._seen

    def add(self, data: bytes) -> None:
        """Append `data`; memory stays below four times `kept` whatever its size."""
        with self._lock:
            self._seen += len(data)
            room = self._kept - len(self._head)
            self._head += data[:room]
            self._tail += data[room:][-self._kept :]
            if len(self._tail) > 2 * self._kept:
                del self._tail[: -self._kept]

    def output(self) -> Output:
        """What is kept, as a value."""
        with self._lock:
            tail = bytes(self._tail[-self._kept :])
            return Output(head=bytes(self._head), tail=tail, seen=self._seen)


class Lines:
    """A bounded queue of lines between the thread that reads a box and its caller."""

    def __init__(
        self, *, max_line: int = MAX_LINE_BYTES, max_pending: int = MAX_PENDING_BYTES
    ) -> None:
        """Start open and empty."""
        self._max_line = max_line
        self._max_pending = max_pending
        self._lines: deque[bytes] = deque()
        self._rest = bytearray()
        self._pending = 0
        self._closed = False
        self._too_long = False
        self._changed = threading.Condition()

    def put(self, data: bytes) -> None:
        """Add bytes as they come; waits while too much is unread, drops them once closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._pending < self._max_pending)
            if self._closed or self._too_long:
                return
            first, *more = data.split(b"\n")
            self._rest += first
            for part in more:
                self._lines.append(bytes(self._rest) + b"\n")
                self._pending += len(self._lines[-1])
                self._rest = bytearray(part)
            self._too_long = len(self._rest) > self._max_line
            self._changed.notify_all()

    def close(self) -> None:
        """No more bytes will come; an unfinished line is handed out as it stands."""
        with self._changed:
            if not self._closed and self._rest:
                self._lines.append(bytes(self._rest))
            self._closed = True
            self._changed.notify_all()

    def take(self, timeout: float) -> bytes:
        """The next line, `b""` at the end; `TimeoutError` after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while not self._lines:
                if self._too_long:
                    raise SandboxError(
                        "A box sent a line that is too long",
                        why=f"more than {self._max_line} bytes came without a newline",
                    )
                if self._closed:
                    return b""
                if not self._changed.wait(deadline - time.monotonic()):
                    message = f"no line within {timeout:g} s"
                    raise TimeoutError(message)
            line = self._lines.popleft()
            self._pending -= len(line)
            self._changed.notify_all()
        if len(line) > self._max_line:
            raise SandboxError(
                "A box sent a line that is too long", why=f"it has {len(line)} bytes"
            )
        return line
