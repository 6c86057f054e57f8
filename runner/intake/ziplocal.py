"""What stands before and behind the data of a zip entry, against what the list says of it.

Some programs read a zip by its list, others from its start and never see the list. They see
the same where each entry is described twice in the same words and not a byte lies between.
"""

from __future__ import annotations

import itertools
import struct
from typing import TYPE_CHECKING

from runner.intake.zipdirectory import (
    DEFLATED,
    EFFORT,
    STORED,
    UTF8,
    check_flags,
    check_method,
)
from runner.intake.zipextra import WIDE, BadEntryError, check_texts, extra_fields, widened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.intake.zipdirectory import Entry

_LOCAL = struct.Struct("<4s5H3I2H")
_LOCAL_MAGIC = b"PK\x03\x04"
_DESCRIPTOR_MAGIC = b"PK\x07\x08"
_MOST_MARKS = 100_000
"""Five times as many as a zip in the zip could need for its own entries."""

_TOLD_SIZE = 8
"""Where a description that follows its data, of either width, has the (low half of the) size."""

_DIFFER = "its two descriptions do not agree"
_OVERLAPS = "its data overlaps other data or is missing"


def extents(packed: bytes, entries: tuple[Entry, ...], stop: int) -> Iterator[tuple[Entry, int]]:
    """Each entry with the offset of its data, in the order of the file.

    `stop` is where the list starts. Raises `BadEntryError` for an entry that overlaps another
    one, that says two things, or that has bytes around it which are nobody's.
    """
    ordered = sorted(entries, key=lambda entry: entry.offset)
    stops = [*(entry.offset for entry in ordered[1:]), stop]
    if ordered and ordered[0].offset and packed.startswith(_LOCAL_MAGIC, ordered[0].offset):
        raise BadEntryError(ordered[0].name, "bytes that belong to no entry stand before it")
    for entry, last in zip(ordered, stops, strict=False):
        yield entry, _data_start(packed, entry, last)


def _data_start(packed: bytes, entry: Entry, stop: int) -> int:
    header = packed[entry.offset : entry.offset + _LOCAL.size]
    if len(header) < _LOCAL.size or not header.startswith(_LOCAL_MAGIC):
        raise BadEntryError(entry.name, _OVERLAPS)
    _, needed, flags, method, _, _, crc, packed_size, size, *sizes = _LOCAL.unpack(header)
    name_end: int = entry.offset + _LOCAL.size + sizes[0]
    start: int = name_end + sizes[1]
    if start + entry.packed_size > stop:
        raise BadEntryError(entry.name, _OVERLAPS)
    same_name = packed[entry.offset + _LOCAL.size : name_end] == entry.name
    if not same_name or method != entry.method or (flags ^ entry.flags) & _telling(entry):
        raise BadEntryError(entry.name, _DIFFER)
    check_flags(flags, entry.name)
    check_method(method, needed, entry.name)
    fields = extra_fields(packed[name_end:start], entry.name)
    check_texts(fields, entry.name, entry.comment)
    # Offset and disk have no place here; who writes them all the same tells the truth.
    told_wide = widened(fields, (size, packed_size, entry.offset, 0), entry.name)
    size, packed_size = told_wide[:2]
    told = ((crc, entry.crc), (size, entry.size), (packed_size, entry.packed_size))
    if not all(_agrees(here, there, entry) for here, there in told):
        raise BadEntryError(entry.name, _DIFFER)
    _check_behind(packed, entry, start, stop)
    return start


def _telling(entry: Entry) -> int:
    """The flags that a program goes by.

    Not how to read a name of plain letters, nor how hard the deflater tried.
    """
    unread = (UTF8 if entry.name.isascii() else 0) | (EFFORT if entry.method == DEFLATED else 0)
    return ~unread


def _agrees(here: int, there: int, entry: Entry) -> bool:
    """Before data of unknown size, each number is the true one or left open."""
    return here == there or (entry.streamed and here in {0, WIDE})


def _check_behind(packed: bytes, entry: Entry, start: int, stop: int) -> None:
    end = start + entry.packed_size
    if not entry.streamed:
        if end != stop:
            raise BadEntryError(entry.name, "bytes that belong to no entry follow its data")
        return
    if packed[end : min(stop, end + 32)] not in _descriptors(entry):
        raise BadEntryError(entry.name, "its size does not follow its data as it should")
    if entry.method == STORED and _ends_earlier(packed[start:end]):
        raise BadEntryError(entry.name, "its data hold what looks like their own end")


def _descriptors(entry: Entry) -> set[bytes]:
    """The four ways to write what follows the data: with or without a mark, narrow or wide."""
    marks, layouts = (b"", _DESCRIPTOR_MAGIC), ("<3I", "<IQQ")
    return {
        mark + struct.pack(layout, entry.crc, entry.packed_size, entry.size)
        for mark, layout in itertools.product(marks, layouts)
    }


def _ends_earlier(data: bytes) -> bool:
    """Whether a program that searches for the end of stored data could find another one.

    So many marks that it would take long to look at them count as well.
    """
    if data.count(_DESCRIPTOR_MAGIC) > _MOST_MARKS:
        return True
    at = data.find(_DESCRIPTOR_MAGIC)
    while at >= 0:
        if data.startswith(at.to_bytes(4, "little"), at + _TOLD_SIZE):
            return True
        at = data.find(_DESCRIPTOR_MAGIC, at + 1)
    return False
