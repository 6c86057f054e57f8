"""Reads a tar, plain or gzipped, one header block after the other, forward only.

The standard library decodes single blocks; the walk from member to member is done here,
because a size that is negative or not true can send a general reader round in circles. Numbers
and names that programs read in several ways are refused, as in a zip.
"""

from __future__ import annotations

import re
import stat
import tarfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from runner.intake.names import BadNameError, split_name
from runner.intake.paxheader import (
    BadHeaderError,
    check_for_all,
    is_short_for,
    records_of,
    size_of,
)
from runner.intake.stream import TarStream
from runner.intake.tray import PACK_AGAIN, Place, Tray, Use

if TYPE_CHECKING:
    from runner.errors import UsageError

_BLOCK = tarfile.BLOCKSIZE
_END = bytes(_BLOCK)

_EXTENDED_BYTES = 65_536
"""Ceiling of one extended header; honest ones hold a path and a few attributes."""

_LONG_NAME = tarfile.GNUTYPE_LONGNAME
_PAX = frozenset({tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE})
_NAMING = _PAX | {_LONG_NAME}
_EXTENDED = _NAMING | {tarfile.XGLTYPE, tarfile.GNUTYPE_LONGLINK}
_REGULAR = (tarfile.REGTYPE, tarfile.AREGTYPE)
_SPECIAL = {
    tarfile.LNKTYPE: "a hard link",
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a named pipe",
}

_OCTAL = re.compile(rb" *[0-7]*[ \0]*")
_NUMBERS = (slice(100, 108), slice(124, 136), slice(148, 156))
"""Where a header has mode, size and checksum."""

_BASE_256 = (b"\x80", b"\xff")
"""How GNU tar marks a number that is written in bytes, and a negative one."""

_KIND = slice(156, 157)
_MAGIC = slice(257, 263)
_PREFIX = slice(345, 500)
_POSIX = b"ustar\0"

_NAMES = (slice(0, 100), slice(345, 476))
_AFTER_NUL = re.compile(rb"\0[^\0]")
"""Bytes that no reader of tars sees: the header of another kind of archive, for instance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """What a header says, or the extended headers before it in its place."""

    raw: bytes
    kind: bytes
    size: int
    mode: int


def read_tar(packed: bytes, tray: Tray) -> None:
    """Put every member of the tar on the tray."""
    stream = TarStream(packed, tray)
    extended: dict[bytes, bytes] = {}
    aliases: dict[bytes, bytes] = {}
    try:
        while (block := stream.read(_BLOCK)) != _END:
            plain = _plain(block, tray)
            if plain.kind in _EXTENDED:
                extended[plain.kind] = _extended(plain, extended, stream, tray)
                continue
            member = _named(plain, extended)
            _take(member, stream, tray)
            aliases |= _alias(plain, member, tray)
            extended = {}
    except BadHeaderError as error:
        raise tray.refuse(str(error), do=error.do or PACK_AGAIN) from error
    if not stream.rest_is_empty():
        raise tray.refuse("more data follows its end")
    _check_aliases(aliases, tray)


def _plain(block: bytes, tray: Tray) -> _Member:
    if len(block) < _BLOCK:
        raise _cut_short(tray)
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.TarError as error:
        raise tray.refuse(f"a header in it is damaged ({error})") from error
    raw = header.name.encode("utf-8", "surrogateescape")
    kind = block[_KIND]
    if kind == tarfile.AREGTYPE and header.isdir():
        # The oldest way to mark a folder is a slash behind its name; the library took it off.
        raw, kind = raw + b"/", tarfile.DIRTYPE
    for place in _NUMBERS:
        if not _OCTAL.fullmatch(block[place]) and not block[place].startswith(_BASE_256):
            raise tray.refuse_entry(raw, "a number in its header can be read in several ways")
    if any(_AFTER_NUL.search(block[place]) for place in _NAMES):
        raise tray.refuse_entry(raw, "its header has more than a name where its name is")
    if not block[_PREFIX].startswith(b"\0") and block[_MAGIC] != _POSIX:
        raise tray.refuse_entry(raw, "its name has two parts that not every program joins")
    mode = header.mode | stat.S_IFREG
    return _Member(raw=raw, kind=kind, size=header.size, mode=mode)


def _cut_short(tray: Tray) -> UsageError:
    return tray.refuse("it is cut short", do="Pack or upload it again")


def _extended(header: _Member, before: dict[bytes, bytes], stream: TarStream, tray: Tray) -> bytes:
    if header.kind in before:
        raise BadHeaderError("it repeats an extended header")
    if header.kind in _NAMING and _NAMING & before.keys():
        raise BadHeaderError("two extended headers may name the same member")
    if not 0 <= header.size <= _EXTENDED_BYTES:
        raise BadHeaderError("an extended header in it is too large")
    data = stream.read(header.size)
    if len(data) < header.size or not stream.skip(-header.size % _BLOCK):
        raise _cut_short(tray)
    if header.kind == tarfile.XGLTYPE:
        check_for_all(records_of(data))
    return data


def _named(plain: _Member, extended: dict[bytes, bytes]) -> _Member:
    """The member with the name that an extended header gives it."""
    if _LONG_NAME in extended:
        return replace(plain, raw=extended[_LONG_NAME].rstrip(b"\0"))
    for kind in _PAX & extended.keys():
        records = records_of(extended[kind])
        raw = records.get(b"path", plain.raw)
        return replace(plain, raw=raw, size=size_of(records, plain.size))
    return plain


def _alias(plain: _Member, member: _Member, tray: Tray) -> dict[bytes, bytes]:
    """The name under which a program without extended headers sees the member, if another."""
    if plain.raw == member.raw:
        return {}
    unlike = plain.raw.endswith(b"/") and not member.raw.endswith(b"/")
    if unlike or not is_short_for(plain.raw, member.raw):
        raise tray.refuse_entry(member.raw, "its two headers give it two names")
    return {plain.raw: member.raw}


def _check_aliases(aliases: dict[bytes, bytes], tray: Tray) -> None:
    """Refuse a member whose short name is that of another file."""
    files = {kept.parts for kept in tray.kept}
    for short, name in aliases.items():
        try:
            taken = split_name(short) in files - {split_name(name)}
        except BadNameError:
            continue  # cut within a letter: no file that is kept has such a name
        if taken:
            raise tray.refuse_entry(name, "its short name is that of another file")


def _take(member: _Member, stream: TarStream, tray: Tray) -> None:
    special = _SPECIAL.get(member.kind)
    regular = member.kind in _REGULAR
    if not regular and not special and member.kind != tarfile.DIRTYPE:
        raise tray.refuse_entry(member.raw, "it is neither a file nor a folder")
    by_name = member.raw.endswith(b"/")
    if member.size < 0 or (member.size and (by_name or not regular)):
        raise tray.refuse_entry(member.raw, "its size cannot be true")
    place = tray.enter(member.raw, folder=not regular and not special)
    if regular and by_name:
        raise tray.refuse_entry(member.raw, "it is a folder by its name and a file otherwise")
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
