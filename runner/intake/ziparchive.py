"""Reads a zip in memory. The standard library lists its entries; inflating is done here.

Only stored and deflated entries, each byte accounted for exactly once: entries that share
data (the trick of small bombs) and sizes that are not true are refused.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from runner.intake.tray import LEAVE_OUT, Tray, Use, kind_of
from runner.text import visible_name

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCAL = struct.Struct("<4s5H3I2H")
_LOCAL_MAGIC = b"PK\x03\x04"
_DIRECTORY_MAGIC = b"PK\x01\x02"

_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UTF8 = 0x800
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def read_zip(packed: bytes, tray: Tray) -> None:
    """Put every entry of the zip on the tray."""
    entries, end = _entries(packed, tray)
    # All of them first: whether any two overlap is known before anything is inflated.
    for info, start in list(_extents(packed[:end], entries, tray)):
        _take(info, packed[start : start + info.compress_size], tray)


def _entries(packed: bytes, tray: Tray) -> tuple[list[zipfile.ZipInfo], int]:
    """The entries, and where the list of them starts: their data end there."""
    # Every entry of the directory has this mark, so more entries than marks cannot be:
    # counting them first keeps the standard library from building a million objects.
    limit = tray.limits.entries
    if packed.count(_DIRECTORY_MAGIC) > limit:
        raise tray.refuse(f"it has more than {limit} entries", do=LEAVE_OUT)
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            return archive.infolist(), archive.start_dir
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        ValueError,
        OverflowError,
        OSError,
        EOFError,
        struct.error,
    ) as error:
        why = f"its list of entries is broken ({visible_name(str(error))})"
        raise tray.refuse(why) from error


def _extents(
    packed: bytes, entries: list[zipfile.ZipInfo], tray: Tray
) -> Iterator[tuple[zipfile.ZipInfo, int]]:
    """Each entry with the offset of its data, in the order of the file, none overlapping."""
    end = 0
    for info in sorted(entries, key=lambda info: info.header_offset):
        offset = info.header_offset
        header = packed[max(offset, 0) : max(offset, 0) + _LOCAL.size]
        if offset < end or len(header) < _LOCAL.size or header[:4] != _LOCAL_MAGIC:
            raise tray.refuse_entry(raw_name(info), "its data overlaps other data or is missing")
        name_size, extra_size = _LOCAL.unpack(header)[-2:]
        start = offset + _LOCAL.size + name_size + extra_size
        end = start + info.compress_size
        name = packed[offset + _LOCAL.size : offset + _LOCAL.size + name_size]
        if end > len(packed) or name != raw_name(info):
            raise tray.refuse_entry(raw_name(info), "its two descriptions do not agree")
        yield info, start


def raw_name(info: zipfile.ZipInfo) -> bytes:
    """The name as it stands in the file; the standard library cuts it at a NUL."""
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")


def _take(info: zipfile.ZipInfo, packed: bytes, tray: Tray) -> None:
    mode = info.external_attr >> 16
    raw = raw_name(info)
    folder = raw.endswith(b"/") or stat.S_ISDIR(mode)
    place = tray.enter(raw, folder=folder)
    if kind := kind_of(mode):
        tray.special(place, kind)
    elif folder and info.file_size:
        raise tray.refuse_entry(raw, "it is a folder with content")
    elif not folder and place.use is not Use.SKIP:
        tray.reserve(place, info.file_size)
        tray.put(place, _content(info, raw, packed, tray), mode)


def _content(info: zipfile.ZipInfo, raw: bytes, packed: bytes, tray: Tray) -> bytes:
    if info.flag_bits & _ENCRYPTED:
        raise tray.refuse_entry(raw, "it is encrypted", do="Pack it without a password")
    if info.compress_type not in _METHODS:
        raise tray.refuse_entry(raw, "its compression is not the usual one (deflate)")
    if info.compress_type == zipfile.ZIP_STORED:
        data, whole = packed, True
    else:
        data, whole = _inflate(packed, info.file_size, raw, tray)
    if not whole or len(data) != info.file_size or zlib.crc32(data) != info.CRC:
        raise tray.refuse_entry(raw, "its content is not what its description says")
    return data


def _inflate(packed: bytes, size: int, raw: bytes, tray: Tray) -> tuple[bytes, bool]:
    """At most `size` + 1 bytes, and whether the stream ended right there."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(packed, size + 1)
    except zlib.error as error:
        raise tray.refuse_entry(raw, f"its content is damaged ({error})") from error
    return data, inflater.eof and not inflater.unused_data
