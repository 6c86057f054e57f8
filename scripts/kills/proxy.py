"""Stands between a client and its engine, and at some moment does one thing wrong.

`blip` closes all connections, `gone` answers none afterwards either; `stall` hands nothing on for a
while; `cut` ends a response in its middle; `error` answers a request with status 500. The others
spoil what an attached container says: `corrupt` (some bytes are others), `truncate` (the rest of a
piece is missing), `double` (a piece comes twice), `swap` (two pieces come in the wrong order).
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from pathlib import Path
    from types import TracebackType
    from typing import Self

SPOILING = ("corrupt", "truncate", "double", "swap")
MODES = ("blip", "gone", "stall", "cut", "error", *SPOILING)

_CHUNK = 64 * 1024
_HEADER = 8
_METHODS = (b"GET ", b"POST ", b"PUT ", b"DELETE ", b"HEAD ")
_REFUSAL = b'{"message":"something broke"}'
_ERROR = (
    b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(_REFUSAL), _REFUSAL)
)


class Proxy:
    """A socket at `path` that leads to the one at `engine`. Use it in a `with` statement."""

    def __init__(self, path: Path, engine: str, mode: str, rng: random.Random) -> None:
        """Honest until `strike`."""
        self.struck = threading.Event()
        self._mode = mode
        self._rng = rng
        self._engine = engine
        self._armed = threading.Event()
        self._awake = threading.Event()
        self._held: dict[socket.socket, bytes] = {}
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(64)
        self._awake.set()

    def __enter__(self) -> Self:
        """Accept connections."""
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close everything."""
        self._awake.set()
        self._refuse()
        self._hang_up()

    def strike(self) -> None:
        """Do it: now, or with the next bytes that it can be done to."""
        if self._mode == "stall":
            self._awake.clear()
        if self._mode == "gone":
            self._refuse()
        if self._mode in {"gone", "blip"}:
            self._hang_up()
        if self._mode in {"gone", "blip", "stall"}:
            self.struck.set()
        self._armed.set()

    def wake(self) -> None:
        """Hand on again what was stalled."""
        self._awake.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                engine = socket.socket(socket.AF_UNIX)
                with self._lock:
                    self._open |= {client, engine}
                threading.Thread(target=self._join, args=(client, engine), daemon=True).start()

    def _join(self, client: socket.socket, engine: socket.socket) -> None:
        attached = threading.Event()
        with suppress(OSError):
            engine.connect(self._engine)
            answers = threading.Thread(
                target=self._answers, args=(engine, client, attached), daemon=True
            )
            answers.start()
            self._requests(client, engine, attached)
            answers.join()
        for one in (client, engine):
            one.close()
        with self._lock:
            self._open -= {client, engine}

    def _requests(
        self, client: socket.socket, engine: socket.socket, attached: threading.Event
    ) -> None:
        while data := client.recv(_CHUNK):
            self._awake.wait()
            if data.startswith(_METHODS):
                if self._mode == "error" and self._first():
                    client.sendall(_ERROR)
                    _end(client)
                    break
                if b"/attach?" in data.partition(b"\r\n")[0]:
                    attached.set()
            engine.sendall(data)
        # The other half may still speak: an attached container whose input has ended.
        with suppress(OSError):
            engine.shutdown(socket.SHUT_WR)

    def _answers(
        self, engine: socket.socket, client: socket.socket, attached: threading.Event
    ) -> None:
        with suppress(OSError):
            while data := engine.recv(_CHUNK):
                self._awake.wait()
                if self._mode == "cut" and self._first():
                    client.sendall(data[: len(data) // 2])
                    break
                spoilable = attached.is_set() and not data.startswith(b"HTTP/")
                if self._mode in SPOILING and spoilable and len(data) > _HEADER:
                    data = self._spoilt(client, data)
                client.sendall(data)
            client.sendall(self._held.pop(client, b""))
        _end(client)

    def _first(self) -> bool:
        """Whether it is to be done now, which it is once."""
        with self._lock:
            due = self._armed.is_set() and not self.struck.is_set()
            if due:
                self.struck.set()
            return due

    def _spoilt(self, client: socket.socket, data: bytes) -> bytes:
        if client in self._held:
            return data + self._held.pop(client)
        if not self._first():
            return data
        if self._mode == "double":
            return data * 2
        if self._mode == "swap":
            self._held[client] = data
            return b""
        at = self._rng.randrange(_HEADER, len(data))
        if self._mode == "truncate":
            return data[:at]
        junk = self._rng.randbytes(self._rng.randint(8, 64))
        return (data[:at] + junk + data[at + len(junk) :])[: len(data)]

    def _refuse(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _hang_up(self) -> None:
        with self._lock:
            current = list(self._open)
        for one in current:
            _end(one)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
