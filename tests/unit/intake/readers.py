"""How other programs read a zip: by its list, or from its start without ever seeing the list.

Written for the tests, and no more careful than such programs are.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from tests.unit.intake.crafted import LOCAL

_LOCAL = struct.Struct("<4s5H3I2H")
Files = dict[str, bytes]


def by_list(packed: bytes) -> Files | None:
    """The files, as the standard library sees them; None where it gives up."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            return {
                _text(_other_name(info.extra) or _raw(info)): archive.read(info)
                for info in archive.infolist()
                if not info.is_dir()
            }
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        return None
    except (ValueError, OverflowError, struct.error, zlib.error):
        return None


def from_start(packed: bytes) -> Files | None:
    """The files, as a program sees them that unpacks from a pipe; None where it gives up."""
    files: Files = {}
    at = 0
    while packed.startswith(LOCAL, at):
        if len(packed) - at < _LOCAL.size:
            return None
        _, _, flags, method, _, _, _, size, full, name_size, more = _LOCAL.unpack_from(packed, at)
        start = at + _LOCAL.size + name_size + more
        fields = packed[start - more : start]
        name = _other_name(fields) or packed[start - more - name_size : start - more]
        size, wide = _wide_size(fields, full, size)
        try:
            data, end = _content(packed, start, method, None if flags & 8 else size)
        except (zlib.error, EOFError):
            return None
        if not name.endswith(b"/"):
            files[_text(name)] = data
        at = _behind(packed, end, wide=wide) if flags & 8 else end
    return files


def _content(packed: bytes, start: int, method: int, size: int | None) -> tuple[bytes, int]:
    if method == zipfile.ZIP_DEFLATED:
        inflater = zlib.decompressobj(-15)
        given = packed[start:] if size is None else packed[start : start + size]
        data = inflater.decompress(given)
        if not inflater.eof:
            raise EOFError
        used = len(given) - len(inflater.unused_data)
        return data, start + (used if size is None else size)
    end = _stored_end(packed, start) if size is None else start + size
    return packed[start:end], end


def _stored_end(packed: bytes, start: int) -> int:
    """Where the first thing stands that looks like a description of what was read so far."""
    at = packed.find(b"PK\x07\x08", start)
    while at >= 0:
        data = packed[start:at]
        if packed[at + 4 : at + 12] == struct.pack("<2I", zlib.crc32(data), len(data)):
            return at
        at = packed.find(b"PK\x07\x08", at + 1)
    raise EOFError


def _behind(packed: bytes, end: int, *, wide: bool) -> int:
    at = end + (4 if packed.startswith(b"PK\x07\x08", end) else 0) + (20 if wide else 12)
    found = min((packed.find(mark, at) for mark in (LOCAL, b"PK\x01\x02")), key=lambda n: n % 2**64)
    return at if found < 0 else found


def _wide_size(fields: bytes, full: int, size: int) -> tuple[int, bool]:
    field = _field(fields, 1)
    if field is None:
        return size, False
    at = 8 if full == 0xFFFF_FFFF else 0
    if size == 0xFFFF_FFFF and len(field) >= at + 8:
        return int.from_bytes(field[at : at + 8], "little"), True
    return size, True


def _other_name(fields: bytes) -> bytes | None:
    field = _field(fields, 0x7075)
    return field[5:] if field else None


def _field(fields: bytes, wanted: int) -> bytes | None:
    at = 0
    while len(fields) - at >= 4:
        kind, size = struct.unpack_from("<2H", fields, at)
        if kind == wanted:
            return fields[at + 4 : at + 4 + size]
        at += 4 + size
    return None


def _raw(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
