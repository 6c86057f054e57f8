"""The extra fields of a zip entry: what other programs read there in place of the entry itself.

An extra field may give another name, other sizes, another kind of file, and each program knows
some of them and passes over the rest. So the ones that are known to say nothing of the kind are
let through, the ones that repeat the entry have to agree with it, and all others are refused.
Ids and layouts: PKWARE's APPNOTE.TXT 6.3.10, sections 4.5 and 4.6, and Info-ZIP's extrafld.txt.
"""

from __future__ import annotations

import struct

ZIP64 = 0x0001
UNICODE_PATH = 0x7075
UNICODE_COMMENT = 0x6375

_PADDING = 0x0000

_HARMLESS = frozenset(
    {
        0x000A,  # NTFS: times
        0x4453,  # Info-ZIP for Windows: who may open the file
        0x5455,  # Info-ZIP: times
        0x5855,  # Info-ZIP, and the archiver of macOS: times, owner
        0x6542,  # BeOS and Haiku: attributes for the desktop
        0x7855,  # Info-ZIP: owner
        0x7875,  # Info-ZIP: owner
        0x9999,  # rubyzip: room for a zip64 field, before a file of unknown size
        0xA11E,  # Apache: alignment
        0xA220,  # Microsoft: room to grow
        0xCAFE,  # Java: the mark of a jar
        0xD935,  # Android: alignment
    }
)
"""Written by usual tools, and no program takes a name, a size or a kind of file from them."""

_HEAD = struct.Struct("<2H")
_UNICODE_HEAD = 5
"""Bytes before the text of a Unicode field: a version, and the CRC of what it repeats."""

WIDE = 0xFFFF_FFFF
"""Stands for a size or an offset that the zip64 field has."""

_PLACES = ((8, WIDE), (8, WIDE), (8, WIDE), (4, 0xFFFF))
"""For each value that the zip64 field may have: its width, and what stands in the header then."""


class BadEntryError(ValueError):
    """An entry that two programs may read as two things; the message completes "because …"."""

    def __init__(self, name: bytes, why: str) -> None:
        """`name` is the entry's, as it stands in the zip."""
        super().__init__(why)
        self.name = name


def extra_fields(extra: bytes, name: bytes) -> dict[int, bytes]:
    """Id → data. Raises `BadEntryError` for what is broken, unknown or there twice."""
    found: dict[int, bytes] = {}
    at = 0
    while len(extra) - at >= _HEAD.size:
        kind, size = _HEAD.unpack_from(extra, at)
        data = extra[at + _HEAD.size : at + _HEAD.size + size]
        at += _HEAD.size + size
        if len(data) < size or (kind == _PADDING and data.strip(b"\0")):
            raise BadEntryError(name, "its extra fields are broken")
        if kind in found and kind != _PADDING:
            raise BadEntryError(name, f"it has two extra fields of the same kind ({kind:#06x})")
        if kind not in _HARMLESS and kind not in {_PADDING, ZIP64, UNICODE_PATH, UNICODE_COMMENT}:
            why = f"it has an extra field that other programs may go by ({kind:#06x})"
            raise BadEntryError(name, why)
        found[kind] = data
    if extra[at:].strip(b"\0"):
        raise BadEntryError(name, "its extra fields are broken")
    return found


def check_texts(fields: dict[int, bytes], name: bytes, comment: bytes) -> None:
    """Raise `BadEntryError` where an extra field has another name or comment than the entry.

    Whether its CRC says that it is out of date does not matter: not all programs look.
    """
    path = fields.get(UNICODE_PATH)
    if path is not None and not _repeats(path, name):
        raise BadEntryError(name, "an extra field gives it another name")
    remark = fields.get(UNICODE_COMMENT)
    # A comment in an old code page is what the field is for; nothing is read from either.
    if remark is not None and _is_utf8(comment) and not _repeats(remark, comment):
        raise BadEntryError(name, "an extra field gives it another comment")


def _repeats(field: bytes, text: bytes) -> bool:
    return field[:1] == b"\1" and field[_UNICODE_HEAD:] == text


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def widened(fields: dict[int, bytes], narrow: tuple[int, ...], name: bytes) -> tuple[int, ...]:
    """Size, packed size, offset and disk, each from where it stands.

    A value that is all ones in its header stands in the zip64 field. Some tools write the field
    for small files too; what it holds beyond the values that are asked for has to repeat them.
    """
    field = fields.get(ZIP64, b"")
    values: list[int] = []
    at = 0
    whole = b""
    for value, (width, elsewhere) in zip(narrow, _PLACES, strict=True):
        held = field[at : at + width]
        moved = value == elsewhere and len(held) == width
        values.append(int.from_bytes(held, "little") if moved else value)
        whole += values[-1].to_bytes(width, "little")
        at += width if moved else 0
    if at < len(field) and whole[: len(field)] != field:
        raise BadEntryError(name, "an extra field gives it another size")
    return tuple(values)
