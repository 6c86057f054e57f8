"""The list of entries at the end of a zip: one end, one list, not a byte between or behind.

Programs look for the end in several ways (from behind, from the front, by the offset, by the
size, by the count). All ways lead to the same list here, or the zip is refused. Layouts:
PKWARE's APPNOTE.TXT 6.3.10, section 4.3.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from runner.intake.zipextra import WIDE, BadEntryError, check_texts, extra_fields, widened

_END = struct.Struct("<4s4H2IH")
_END_MAGIC = b"PK\x05\x06"
_LOCATOR = struct.Struct("<4sIQI")
_LOCATOR_MAGIC = b"PK\x06\x07"
_WIDE_END = struct.Struct("<4sQ2H2I4Q")
_WIDE_END_MAGIC = b"PK\x06\x06"
_WIDE_END_SIZE = _WIDE_END.size - 12
"""What such a record says of its size: it does not count its first two fields."""

_ENTRY = struct.Struct("<4s6H3I5H2I")
_ENTRY_MAGIC = b"PK\x01\x02"

STORED, DEFLATED = 0, 8
ENCRYPTED = 0x1 | 0x40 | 0x2000
STREAMED = 0x8
"""The sizes were not known when the data began: they follow the data."""

UTF8 = 0x800
EFFORT = 0x2 | 0x4
"""How hard the deflater tried: nothing that is needed to read what it made."""

_KNOWN_FLAGS = EFFORT | STREAMED | UTF8

_NEWEST = 46
"""The version of the format up to which Info-ZIP's unzip reads an entry; it leaves out newer ones
and goes on. Deflate needs 20, zip64 needs 45."""

_MASKS = (0xFFFF,) * 4 + (WIDE,) * 2


class BrokenListError(ValueError):
    """The list as a whole cannot be trusted; the message says why in a few words."""


@dataclass(frozen=True, slots=True)
class End:
    """How many entries the list has, where it starts and where it stops."""

    count: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the list says of one entry. Sizes and the offset in bytes, `name` as it stands."""

    name: bytes
    comment: bytes
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    offset: int
    attributes: int

    @property
    def streamed(self) -> bool:
        """Whether its sizes follow its data."""
        return bool(self.flags & STREAMED)


def find_end(packed: bytes) -> End:
    """Where the list is. Raises `BrokenListError` when programs could see another one."""
    at = packed.rfind(_END_MAGIC)
    if at < 0 or len(packed) - at < _END.size:
        raise BrokenListError("its end is missing: is it whole?")
    _, *values, comment_size = _END.unpack_from(packed, at)
    behind = packed[at + _END.size :]
    # Tools that write to a pipe fill up the last block with zeros.
    if len(behind) < comment_size or behind[comment_size:].strip(b"\0"):
        raise BrokenListError("its end is not at the end of the file")
    stop = at
    if packed[max(0, at - _LOCATOR.size) : at].startswith(_LOCATOR_MAGIC):
        stop = at - _LOCATOR.size - _WIDE_END.size
        values = _wide_values(packed, stop, values)
    disk, first_disk, here, count, size, start = values
    if disk or first_disk or here != count:
        raise BrokenListError("it is one of several parts")
    if start + size != stop:
        raise BrokenListError("it is not where its end says")
    return End(count, start, stop)


def _wide_values(packed: bytes, at: int, narrow: list[int]) -> list[int]:
    """What the zip64 end record says, which the plain one has to repeat or to leave open."""
    if at < 0:
        raise BrokenListError("its zip64 end is cut off")
    magic, size, _, _, *values = _WIDE_END.unpack_from(packed, at)
    _, disk, place, disks = _LOCATOR.unpack_from(packed, at + _WIDE_END.size)
    if magic != _WIDE_END_MAGIC or size != _WIDE_END_SIZE or place != at or disk or disks > 1:
        raise BrokenListError("its zip64 end is broken")
    told = zip(narrow, values, _MASKS, strict=True)
    if any(value not in {wide, mask} for value, wide, mask in told):
        raise BrokenListError("its two ends do not agree")
    return values


def list_entries(packed: bytes, end: End) -> tuple[Entry, ...]:
    """Every entry of the list, in its order. The count has to be bounded before.

    Raises `BrokenListError`, and `BadEntryError` for an entry that cannot be taken.
    """
    entries: list[Entry] = []
    listed = packed[end.start : end.stop]
    at = 0
    for _ in range(end.count):
        entry, at = _entry(listed, at)
        entries.append(entry)
    if at != len(listed):
        raise BrokenListError("it holds more than its entries")
    return tuple(entries)


def _entry(listed: bytes, at: int) -> tuple[Entry, int]:
    """The entry that is described there, and where the next one is."""
    if len(listed) - at < _ENTRY.size:
        raise BrokenListError("it holds fewer entries than its end says")
    magic, _, needed, flags, method, _, _, crc, *numbers = _ENTRY.unpack_from(listed, at)
    packed_size, size, name_size, extra_size, comment_size, disk, _, attributes, offset = numbers
    at += _ENTRY.size
    name = listed[at : at + name_size]
    extra = listed[at + name_size : at + name_size + extra_size]
    at += name_size + extra_size
    comment = listed[at : at + comment_size]
    if magic != _ENTRY_MAGIC or at + comment_size > len(listed):
        raise BrokenListError("an entry of it is damaged")
    check_flags(flags, name)
    check_method(method, needed, name)
    fields = extra_fields(extra, name)
    check_texts(fields, name, comment)
    narrow = (size, packed_size, offset, disk)
    size, packed_size, offset, disk = widened(fields, narrow, name)
    if disk:
        raise BadEntryError(name, "it is in another file")
    if size > WIDE or (method == STORED and size != packed_size):
        raise BadEntryError(name, "its content is not what its description says")
    entry = Entry(
        name=name,
        comment=comment,
        flags=flags,
        method=method,
        crc=crc,
        packed_size=packed_size,
        size=size,
        offset=offset,
        attributes=attributes,
    )
    return entry, at + comment_size


def check_flags(flags: int, name: bytes) -> None:
    """Raise `BadEntryError` for flags that not every program understands."""
    if flags & ENCRYPTED:
        raise BadEntryError(name, "it is encrypted")
    if flags & ~_KNOWN_FLAGS:
        raise BadEntryError(name, f"its flags are unknown ({flags:#06x})")


def check_method(method: int, needed: int, name: bytes) -> None:
    """Raise `BadEntryError` for what not every program unpacks."""
    if method not in {STORED, DEFLATED}:
        raise BadEntryError(name, "its compression is not the usual one (deflate)")
    if needed > _NEWEST:
        raise BadEntryError(name, f"it asks for version {needed / 10:g} of the format")
