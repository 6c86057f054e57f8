"""Writes zips byte by byte, with any lie in them."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_DEFLATED = 8
_UTF8 = 0x800
_REGULAR = 0o100644
_DATE = 0x21


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. `local` and `central` hold what only one of its two descriptions says.

    Keys are `name`, `extra`, `flags`, `method`, `crc`, `packed`, `size`. An entry that is not
    `listed` is in the file and not in its directory; `gap` are bytes before it.
    """

    name: bytes
    data: bytes = b""
    mode: int = _REGULAR
    extra: bytes = b""
    flags: int = _UTF8
    listed: bool = True
    gap: bytes = b""
    local: dict[str, bytes | int] = field(default_factory=dict)
    central: dict[str, bytes | int] = field(default_factory=dict)


def zip_of(entries: Iterable[Entry], *, comment: bytes = b"", before: bytes = b"") -> bytes:
    """A zip of these entries, with bytes `before` the first one and a `comment` at the end."""
    body, listed = bytearray(before), []
    for entry in entries:
        body += entry.gap
        if entry.listed:
            listed.append((entry, len(body)))
        body += _local(entry)
    directory = b"".join(_central(entry, offset) for entry, offset in listed)
    return bytes(body) + directory + end(len(listed), len(directory), len(body), comment)


def end(count: int, size: int, offset: int, comment: bytes = b"") -> bytes:
    """The record at the end of a zip."""
    return struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, size, offset, len(comment)) + (
        comment
    )


def extra(kind: int, content: bytes) -> bytes:
    """One field of an entry's extra data."""
    return struct.pack("<2H", kind, len(content)) + content


def unicode_path(name: bytes, shown: bytes) -> bytes:
    """The extra field 0x7075: another name for the entry, which some programs take."""
    return extra(0x7075, struct.pack("<BI", 1, zlib.crc32(name)) + shown)


def shared(files: Sequence[tuple[bytes, bytes]], copies: int) -> bytes:
    """A zip whose directory names one piece of data many times: small, and it unpacks to much."""
    name, data = files[0]
    entry = Entry(name=name, data=data)
    body = _local(entry)
    directory = b"".join(_central(entry, 0) for _ in range(copies))
    return body + directory + end(copies, len(directory), len(body))


def _local(entry: Entry) -> bytes:
    packed = _deflated(entry.data)
    common, name, more = _common(entry, packed, entry.local)
    return b"PK\3\4" + struct.pack("<H", 20) + common + name + more + packed


def _central(entry: Entry, offset: int) -> bytes:
    common, name, more = _common(entry, _deflated(entry.data), entry.central)
    version = struct.pack("<2H", 0x0314, 20)
    rest = struct.pack("<3H2I", 0, 0, 0, entry.mode << 16, offset)
    return b"PK\1\2" + version + common + rest + name + more


def _common(
    entry: Entry, packed: bytes, changes: dict[str, bytes | int]
) -> tuple[bytes, bytes, bytes]:
    values: dict[str, bytes | int] = {
        "name": entry.name,
        "extra": entry.extra,
        "flags": entry.flags,
        "method": _DEFLATED,
        "crc": zlib.crc32(entry.data),
        "packed": len(packed),
        "size": len(entry.data),
        **changes,
    }
    name, more = bytes(values["name"]), bytes(values["extra"])
    numbers = [values[key] for key in ("crc", "packed", "size")]
    common = struct.pack("<4H", values["flags"], values["method"], 0, _DATE)
    return common + struct.pack("<3I2H", *numbers, len(name), len(more)), name, more


@lru_cache(maxsize=4)
def _deflated(data: bytes) -> bytes:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(data) + deflater.flush()
