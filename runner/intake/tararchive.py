"""Reads a tar, plain or gzipped, one header block after the other, forward only.

The standard library decodes single blocks; the walk from member to member is done here,
because a size that is negative or not true can send a general reader round in circles.
"""

from __future__ import annotations

import stat
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.intake.stream import TarStream
from runner.intake.tray import Place, Tray, Use

if TYPE_CHECKING:
    from runner.errors import UsageError

_BLOCK = tarfile.BLOCKSIZE
_END = bytes(_BLOCK)

_EXTENDED_BYTES = 65_536
_EXTENDED_RECORDS = 1000
"""Ceilings of one extended header; honest ones hold a path and a few attributes."""

_PAX = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE)
_EXTENDED = (*_PAX, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
_REGULAR = (tarfile.REGTYPE, tarfile.AREGTYPE)
_SPECIAL = {
    tarfile.LNKTYPE: "a hard link",
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a named pipe",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """A header with what the extended headers before it say instead."""

    raw: bytes
    kind: bytes
    size: int
    mode: int


def read_tar(packed: bytes, tray: Tray) -> None:
    """Put every member of the tar on the tray."""
    stream = TarStream(packed, tray)
    extended: dict[bytes, bytes] = {}
    while (block := stream.read(_BLOCK)) != _END:
        header = _header(block, tray)
        if header.type not in _EXTENDED:
            _take(_member(header, extended, tray), stream, tray)
            extended = {}
        elif header.type in extended:
            raise tray.refuse("it repeats an extended header")
        else:
            extended[header.type] = _extended(header, stream, tray)
    if not stream.rest_is_empty():
        raise tray.refuse("more data follows its end")


def _header(block: bytes, tray: Tray) -> tarfile.TarInfo:
    if len(block) < _BLOCK:
        raise _cut_short(tray)
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.TarError as error:
        raise tray.refuse(f"a header in it is damaged ({error})") from error


def _cut_short(tray: Tray) -> UsageError:
    return tray.refuse("it is cut short", do="Pack or upload it again")


def _extended(header: tarfile.TarInfo, stream: TarStream, tray: Tray) -> bytes:
    if not 0 <= header.size <= _EXTENDED_BYTES:
        raise tray.refuse("an extended header in it is too large")
    data = stream.read(header.size)
    if len(data) < header.size or not stream.skip(-header.size % _BLOCK):
        raise _cut_short(tray)
    return data


def _member(header: tarfile.TarInfo, extended: dict[bytes, bytes], tray: Tray) -> _Member:
    raw, size = header.name.encode("utf-8", "surrogateescape"), header.size
    if tarfile.GNUTYPE_LONGNAME in extended:
        raw = extended[tarfile.GNUTYPE_LONGNAME].rstrip(b"\0")
    for kind, data in extended.items():
        if kind in _PAX:
            records = _records(data, tray)
            raw = records.get(b"path", raw)
            size = _size(records.get(b"size"), size, tray)
        elif kind == tarfile.XGLTYPE and {b"path", b"size"} & set(_records(data, tray)):
            raise tray.refuse("it gives one name or size to all of its members")
    return _Member(raw=raw, kind=header.type, size=size, mode=header.mode | stat.S_IFREG)


def _size(record: bytes | None, size: int, tray: Tray) -> int:
    if record is None:
        return size
    if not record.isdigit() or len(record) > len(str(1 << 63)):
        raise tray.refuse("an extended header in it is damaged")
    return int(record)


def _records(data: bytes, tray: Tray) -> dict[bytes, bytes]:
    """The `length key=value` lines of a pax header."""
    records: dict[bytes, bytes] = {}
    start = 0
    if data.count(b"=") > _EXTENDED_RECORDS:
        raise tray.refuse("an extended header in it is too large")
    while start < len(data):
        digits = data[start : start + 8].partition(b" ")[0]
        end = start + (int(digits) if digits.isdigit() else 0)
        line = data[start:end]
        key, equals, value = line[len(digits) + 1 : -1].partition(b"=")
        if end > len(data) or not equals or not line.endswith(b"\n"):
            raise tray.refuse("an extended header in it is damaged")
        if key.startswith(b"GNU.sparse."):
            raise tray.refuse("it holds a sparse file", do="Pack it without --sparse")
        records[key] = value
        start = end
    return records


def _take(member: _Member, stream: TarStream, tray: Tray) -> None:
    special = _SPECIAL.get(member.kind)
    regular = member.kind in _REGULAR and not member.raw.endswith(b"/")
    if not regular and not special and member.kind not in (*_REGULAR, tarfile.DIRTYPE):
        raise tray.refuse_entry(member.raw, "it is neither a file nor a folder")
    if member.size < 0 or (member.size and not regular):
        raise tray.refuse_entry(member.raw, "its size cannot be true")
    place = tray.enter(member.raw, folder=not regular and not special)
    if special:
        tray.special(place, special)
    elif regular:
        _read(member, place, stream, tray)


def _read(member: _Member, place: Place, stream: TarStream, tray: Tray) -> None:
    padding = -member.size % _BLOCK
    if place.use is Use.SKIP:
        if not stream.skip(member.size + padding):
            raise _cut_short(tray)
        return
    tray.reserve(place, member.size)
    data = stream.read(member.size)
    if len(data) < member.size or not stream.skip(padding):
        raise _cut_short(tray)
    tray.put(place, data, member.mode)
