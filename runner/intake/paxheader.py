"""The extended headers of a tar: a longer name, a larger size, attributes.

Old programs pass over them and go by the plain header alone, so what both say has to agree as
far as the plain header can say it. Records that would turn a file into another one are refused.
Format: POSIX.1-2017, pax; further keys: the manuals of GNU tar, star and libarchive.
"""

from __future__ import annotations

import re

RECORDS = 1000
"""Most records of one header; honest ones hold a path and a few attributes."""

NAME_BYTES = 99
"""What a plain header has room for, as the most careful tools see it."""

_LENGTH = re.compile(rb"[1-9][0-9]*")
_KEY = re.compile(rb"[^\0-\x20\x7f]+")
_ANY_BYTES = (b"SCHILY.xattr.", b"LIBARCHIVE.xattr.", b"RHT.security.", b"SCHILY.acl.", b"path")
"""Keys of attributes whose values are bytes of any kind; a path is judged as a name is."""

_SPARSE = (b"GNU.sparse.", b"SUN.holesdata", b"SCHILY.realsize")
"""The data are not the content: a program that knows the record puts gaps between them."""

_FOR_ALL = frozenset(
    {b"comment", b"mtime", b"atime", b"ctime", b"uid", b"gid", b"uname", b"gname"}
    | {b"GNU.volume.label", b"SCHILY.archtype", b"SCHILY.release"}
)
"""Keys that may speak for all members: none of them says what a member holds or is called."""


class BadHeaderError(ValueError):
    """An extended header that is not taken; `do` says what would help, if anything known would."""

    def __init__(self, why: str, do: str = "") -> None:
        """`why` completes "the submission cannot be read, because …"."""
        super().__init__(why)
        self.do = do


def records_of(data: bytes) -> dict[bytes, bytes]:
    """The `length key=value` lines of a pax header. Raises `BadHeaderError`."""
    records: dict[bytes, bytes] = {}
    start = 0
    if data.count(b"=") > RECORDS:
        raise BadHeaderError("an extended header in it is too large")
    while start < len(data):
        digits = data[start : start + 8].partition(b" ")[0]
        end = start + (int(digits) if _LENGTH.fullmatch(digits) else 0)
        line = data[start:end]
        key, equals, value = line[len(digits) + 1 : -1].partition(b"=")
        broken = end > len(data) or not equals or not line.endswith(b"\n") or key in records
        # Some programs end at a NUL or an odd key, and never see the records behind it.
        odd = not _KEY.fullmatch(key) or (b"\0" in value and not key.startswith(_ANY_BYTES))
        if broken or odd:
            raise BadHeaderError("an extended header in it is damaged")
        if key.startswith(_SPARSE):
            raise BadHeaderError("it holds a sparse file", "Pack it without --sparse")
        records[key] = value
        start = end
    return records


def check_for_all(records: dict[bytes, bytes]) -> None:
    """Raise `BadHeaderError` for a global header that says what members are."""
    if {b"path", b"size"} & set(records):
        raise BadHeaderError("it gives one name or size to all of its members")
    if set(records) - _FOR_ALL:
        raise BadHeaderError("a header for all of its members says what they are")


def size_of(records: dict[bytes, bytes], plain: int) -> int:
    """The size of a member; a record may only repeat what the plain header says.

    Larger files than a plain header can tell of are not taken anyway.
    """
    record = records.get(b"size")
    if record is None:
        return plain
    if not record.isdigit() or len(record) > len(str(1 << 63)):
        raise BadHeaderError("an extended header in it is damaged")
    if int(record) != plain:
        raise BadHeaderError("two headers of one member give it two sizes")
    return plain


def is_short_for(plain: bytes, name: bytes) -> bool:
    """Whether a plain header of that name can be honest beside an extended one of this name.

    A name that fits has to be the same. One that does not is cut or spelt otherwise by each tool.
    """
    fits = name.isascii() and len(name) <= NAME_BYTES
    return not fits or _bare(plain) == _bare(name)


def _bare(name: bytes) -> bytes:
    return name.removeprefix(b"./").rstrip(b"/")
