"""Reads a zip in memory, and only one that every program reads in the same way.

Each byte belongs to one entry, to the list of entries or to the end; each entry is described
twice in the same words. Only stored and deflated entries, whose sizes and checksums are true.
"""

from __future__ import annotations

import re
import stat
import zlib

from runner.intake.tray import LEAVE_OUT, PACK_AGAIN, Tray, Use, kind_of
from runner.intake.zipdirectory import STORED, BrokenListError, Entry, find_end, list_entries
from runner.intake.zipextra import BadEntryError
from runner.intake.ziplocal import extents

_CHUNK = 65_536

_VERSION = re.compile(rb";[0-9]*$")
"""What names of VMS end with, and Info-ZIP's unzip takes off names of any system."""

_DOS_VOLUME, _DOS_FOLDER = 0x08, 0x10
_PLAIN = (0, stat.S_IFREG, stat.S_IFDIR)
_UNTRUE = "its content is not what its description says"

_ADVICE = {"it is encrypted": "Pack it without a password"}


def read_zip(packed: bytes, tray: Tray) -> None:
    """Put every entry of the zip on the tray."""
    try:
        # All of them first: whether any two overlap is known before anything is inflated.
        found = _extents(packed, tray)
    except BrokenListError as error:
        why = f"its list of entries is broken ({error})"
        raise tray.refuse(why, do="Pack or upload it again") from error
    except BadEntryError as error:
        why = str(error)
        raise tray.refuse_entry(error.name, why, do=_ADVICE.get(why, PACK_AGAIN)) from error
    for entry, start in found:
        _take(entry, packed[start : start + entry.packed_size], tray)


def _extents(packed: bytes, tray: Tray) -> list[tuple[Entry, int]]:
    end = find_end(packed)
    limit = tray.limits.entries
    if end.count > limit:
        raise tray.refuse(f"it has more than {limit} entries", do=LEAVE_OUT)
    entries = list_entries(packed, end)
    if not entries and end.start:
        raise BrokenListError("it is empty, and data stand before it")
    return list(extents(packed, entries, end.start))


def _take(entry: Entry, packed: bytes, tray: Tray) -> None:
    mode = entry.attributes >> 16
    folder = entry.name.endswith(b"/")
    place = tray.enter(entry.name, folder=folder)
    if _VERSION.search(entry.name):
        raise tray.refuse_entry(
            entry.name, "some programs cut the end of its name (`;` and digits)"
        )
    if kind := kind_of(mode):
        tray.special(place, kind)
    elif _is_folder(entry, mode, tray):
        _content(entry, packed, tray)
    elif place.use is not Use.SKIP:
        tray.reserve(place, entry.size)
        tray.put(place, _content(entry, packed, tray), mode)
        return
    if entry.streamed and entry.method != STORED:
        _check_end(entry, packed, tray)


def _is_folder(entry: Entry, mode: int, tray: Tray) -> bool:
    """Programs go by the name, by the permissions or by the attributes of DOS: all say the same."""
    by_name = entry.name.endswith(b"/")
    otherwise = stat.S_ISDIR(mode) or bool(entry.attributes & _DOS_FOLDER)
    if (by_name or otherwise) and entry.size:
        raise tray.refuse_entry(entry.name, "it is a folder with content")
    if otherwise and not by_name:
        raise tray.refuse_entry(entry.name, "it is a file by its name and a folder otherwise")
    if stat.S_IFMT(mode) not in _PLAIN or entry.attributes & _DOS_VOLUME:
        raise tray.refuse_entry(entry.name, "it is neither a file nor a folder")
    return by_name


def _content(entry: Entry, packed: bytes, tray: Tray) -> bytes:
    if entry.method == STORED:
        data, whole = packed, True
    else:
        data, whole = _inflate(entry, packed, tray)
    if not whole or len(data) != entry.size or zlib.crc32(data) != entry.crc:
        raise tray.refuse_entry(entry.name, _UNTRUE)
    return data


def _inflate(entry: Entry, packed: bytes, tray: Tray) -> tuple[bytes, bool]:
    """At most one byte more than there should be, and whether the stream ended right there."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(packed, entry.size + 1)
    except zlib.error as error:
        raise _damaged(entry, tray, error) from error
    return data, inflater.eof and not inflater.unused_data


def _check_end(entry: Entry, packed: bytes, tray: Tray) -> None:
    """Refuse an entry that is left out here and ends earlier for who reads from the start.

    To such a program, what lies behind that end would be further entries.
    """
    tray.pass_over(entry.size)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    size = 0
    try:
        while not inflater.eof and (piece := inflater.decompress(packed, _CHUNK)):
            size += len(piece)
            packed = inflater.unconsumed_tail
            if size > entry.size:
                raise tray.refuse_entry(entry.name, _UNTRUE)
    except zlib.error as error:
        raise _damaged(entry, tray, error) from error
    if not inflater.eof or inflater.unused_data or size != entry.size:
        raise tray.refuse_entry(entry.name, _UNTRUE)


def _damaged(entry: Entry, tray: Tray, error: zlib.error) -> Exception:
    return tray.refuse_entry(entry.name, f"its content is damaged ({error})")
