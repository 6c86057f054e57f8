"""The bytes of a tar, plain or gzipped, counted while they are inflated."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.intake.tray import Tray

GZIP_MAGIC = b"\x1f\x8b"

_FLAGS = slice(3, 4)
_EXTRA = 0x04
"""The flag of a gzip header for fields that each program may fill as it likes (RFC 1952)."""

_CHUNK = 65_536
_GZIP = 16 + zlib.MAX_WBITS


class TarStream:
    """Reads forward only and refuses, by the tray, to inflate more than the ceiling."""

    def __init__(self, packed: bytes, tray: Tray) -> None:
        """`packed` is the file as given; its first bytes say whether it is gzipped."""
        self._tray = tray
        self._pieces = _inflated(packed, tray) if packed.startswith(GZIP_MAGIC) else _cut(packed)
        self._held = b""
        self.inflated = 0

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes, fewer only at the end of the stream."""
        pieces: list[bytes] = []
        while size > 0 and (piece := self._some(size)):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def skip(self, size: int) -> bool:
        """Pass over `size` bytes without keeping them; False when the stream ends before."""
        while size > 0 and (piece := self._some(size)):
            size -= len(piece)
        return size <= 0

    def rest_is_empty(self) -> bool:
        """Whether nothing but zeros follows, up to the end and the stream's own checksum."""
        while piece := self._some(_CHUNK):
            if piece.strip(b"\0"):
                return False
        return True

    def _some(self, size: int) -> bytes:
        if not self._held:
            self._held = next(self._pieces, b"")
            self.inflated += len(self._held)
            if self.inflated > self._tray.ceiling:
                raise self._tray.refuse_size()
        piece, self._held = self._held[:size], self._held[size:]
        return piece


def _cut(plain: bytes) -> Iterator[bytes]:
    return (plain[start : start + _CHUNK] for start in range(0, len(plain), _CHUNK))


def _inflated(packed: bytes, tray: Tray) -> Iterator[bytes]:
    """At most `_CHUNK` bytes at a time, however well they are packed."""
    if any(flags & _EXTRA for flags in packed[_FLAGS]):
        raise tray.refuse("its gzip header holds more than a name")
    inflater = zlib.decompressobj(_GZIP)
    rest = memoryview(packed)
    try:
        while not inflater.eof:
            given = inflater.unconsumed_tail
            if not given:
                given, rest = bytes(rest[:_CHUNK]), rest[_CHUNK:]
            piece = inflater.decompress(given, _CHUNK)
            if piece:
                yield piece
            elif not given and not inflater.eof:
                raise tray.refuse("its gzip stream is cut short")
    except zlib.error as error:
        raise tray.refuse(f"its gzip stream is damaged ({error})") from error
    # A second stream would be one that other programs read and this one does not.
    if inflater.unused_data.strip(b"\0") or bytes(rest).strip(b"\0"):
        raise tray.refuse("more data follows its gzip stream")
