"""Zips written byte by byte: as the usual tools write them, and as nobody should."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.unit.intake.archives import GOOD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LOCAL, LISTED, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
FILE, FOLDER = 0o100644 << 16, 0o40755 << 16 | 0x10
UNIX, DOS = 3, 0
FULL = 0xFFFF_FFFF
OPEN = {"size": FULL, "packed": FULL}
"""Sizes that stand somewhere else."""


def extra(kind: int, data: bytes) -> bytes:
    """One extra field."""
    return struct.pack("<2H", kind, len(data)) + data


def unicode_path(header_name: bytes, name: bytes) -> bytes:
    """Info-ZIP's other name of an entry."""
    return extra(0x7075, b"\1" + struct.pack("<I", zlib.crc32(header_name)) + name)


TIMES_LOCAL = extra(0x5455, b"\3" + struct.pack("<2I", 1, 2))
TIMES = extra(0x5455, b"\3" + struct.pack("<I", 1))
OWNER = extra(0x7875, b"\1\4" + struct.pack("<I", 501) + b"\4" + struct.pack("<I", 20))
APPLE_LOCAL = extra(0x5855, struct.pack("<2I2H", 1, 2, 501, 20))
APPLE = extra(0x5855, struct.pack("<2I", 1, 2))
NTFS = extra(0x000A, bytes(4) + struct.pack("<2H3Q", 1, 24, 1, 2, 3))


@dataclass(frozen=True, kw_only=True)
class Item:
    """One entry. `before` and `listed` replace fields of its local and of its central header."""

    name: bytes
    data: bytes = b""
    method: int = zipfile.ZIP_DEFLATED
    flags: int = 0
    made_by: int = UNIX << 8 | 20
    attributes: int = FILE
    extra_before: bytes = b""
    extra_listed: bytes = b""
    comment: bytes = b""
    descriptor: bytes | None = None
    behind: bytes = b""
    before: Mapping[str, int | bytes] = field(default_factory=dict)
    listed: Mapping[str, int | bytes] = field(default_factory=dict)

    @property
    def packed(self) -> bytes:
        """The data as they stand in the zip."""
        if self.method != zipfile.ZIP_DEFLATED:
            return self.data
        deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
        return deflater.compress(self.data) + deflater.flush()

    def header(self, *, listed: bool, offset: int = 0) -> bytes:
        """What stands before its data, or in the list."""
        values: dict[str, int | bytes] = {
            "needed": 20,
            "flags": self.flags,
            "method": self.method,
            "time": 0,
            "date": 0x21,
            "crc": zlib.crc32(self.data),
            "packed": len(self.packed),
            "size": len(self.data),
            "name": self.name,
            "disk": 0,
            "offset": offset,
        }
        values |= self.listed if listed else self.before
        name = values["name"]
        more = self.extra_listed if listed else self.extra_before
        assert isinstance(name, bytes)
        common = [values[key] for key in ("needed", "flags", "method", "time", "date", "crc")]
        common += [values["packed"], values["size"], len(name), len(more)]
        if not listed:
            return LOCAL + struct.pack("<5H3I2H", *common) + name + more
        rest = (len(self.comment), values["disk"], 0, self.attributes, values["offset"])
        fixed = struct.pack("<6H3I5H2I", self.made_by, *common, *rest)
        return LISTED + fixed + name + more + self.comment

    def body(self) -> bytes:
        """Its header, its data and what follows them."""
        follows = self.descriptor if self.descriptor is not None else b""
        return self.header(listed=False) + self.packed + follows + self.behind


def streamed(
    item: Item, *, mark: bool = True, wide: bool = False, told: dict[str, int] | None = None
) -> Item:
    """`item` as a tool writes it that cannot go back: sizes behind the data."""
    numbers = (zlib.crc32(item.data), len(item.packed), len(item.data))
    follows = (b"PK\x07\x08" if mark else b"") + struct.pack("<IQQ" if wide else "<3I", *numbers)
    before: dict[str, int | bytes] = {"crc": 0, "packed": 0, "size": 0, **(told or {})}
    return replace(item, flags=item.flags | 8, descriptor=follows, before={**item.before, **before})


def zip64_end(entries: int, listed: int, offset: int, **changed: int) -> bytes:
    """The wide end record and its locator, for a list of that size that starts there."""
    record = {"size": 44, "disk": 0, "count": entries, "length": listed, "start": offset}
    record |= {"place": offset + listed}
    record |= {"disks": 1, "total": record["count"]} | changed
    fixed = (record["size"], 45, 45, record["disk"], 0, record["count"], record["total"])
    wide = b"PK\x06\x06" + struct.pack("<Q2H2I4Q", *fixed, record["length"], record["start"])
    return wide + b"PK\x06\x07" + struct.pack("<IQI", 0, record["place"], record["disks"])


def zip_from(
    items: Iterable[Item],
    *,
    head: bytes = b"",
    gap: bytes = b"",
    comment: bytes = b"",
    tail: bytes = b"",
    zip64: dict[str, int] | None = None,
    end: dict[str, int] | None = None,
) -> bytes:
    """A zip of these entries, with bytes around them and a changed end where that is asked for."""
    body, listed, count = head, b"", 0
    for count, item in enumerate(items, start=1):  # noqa: B007 - how many there were
        listed += item.header(listed=True, offset=len(body))
        body += item.body()
    body += gap
    values = {"disk": 0, "first": 0, "here": count, "count": count}
    values |= {"size": len(listed), "start": len(body)} | (end or {})
    wide = b"" if zip64 is None else zip64_end(count, len(listed), len(body), **zip64)
    fixed = struct.pack("<4H2IH", *values.values(), len(comment))
    return body + listed + wide + END + fixed + comment + tail


def good(**changes: object) -> list[Item]:
    """The entries of `GOOD`, all changed in the same way."""
    return [replace(Item(name=name.encode(), data=data), **changes) for name, data in GOOD.items()]  # type: ignore[arg-type]


def _wide(*values: int) -> bytes:
    return extra(1, struct.pack(f"<{len(values)}Q", *values))


def _info_zip_fz(item: Item) -> Item:
    size, packed = len(item.data), len(item.packed)
    before: dict[str, int | bytes] = {"size": FULL, "packed": FULL, "needed": 45}
    return replace(
        item,
        before=before,
        extra_before=TIMES_LOCAL + OWNER + _wide(size, packed),
        extra_listed=TIMES + OWNER + _wide(size),
    )


def _bsdtar_zip64(item: Item) -> Item:
    open_sizes = streamed(item, wide=True, told=OPEN)
    return replace(
        open_sizes,
        before={**open_sizes.before, "needed": 45},
        listed={"needed": 45},
        extra_before=TIMES_LOCAL + OWNER + _wide(len(item.data), 0),
        extra_listed=TIMES_LOCAL + OWNER,
    )


def _own_cloud() -> list[Item]:
    """All numbers wide, in both headers: one that streams knows where it is."""
    items: list[Item] = []
    offset = 0
    for item in good(method=zipfile.ZIP_STORED, made_by=UNIX << 8 | 45):
        size = len(item.data)
        one = streamed(item, wide=True, told=OPEN)
        places = struct.pack("<QI", offset, 0)
        one = replace(
            one,
            extra_before=extra(1, bytes(16) + places),
            extra_listed=extra(1, struct.pack("<2Q", size, size) + places),
            listed={**OPEN, "offset": FULL, "disk": 0xFFFF},
        )
        items.append(one)
        offset += len(one.body())
    return items


def honest_zips() -> dict[str, bytes]:
    """`GOOD` as usual tools write it; what is particular was read off their own zips."""
    stored = good(method=zipfile.ZIP_STORED)
    folder = Item(name=b"app/", method=0, attributes=FOLDER)
    info_zip = good(extra_before=TIMES_LOCAL + OWNER, extra_listed=TIMES + OWNER)
    apple = good(extra_before=APPLE_LOCAL, extra_listed=APPLE, made_by=UNIX << 8 | 21)
    sized = [streamed(item, told={"size": len(item.data)}) for item in info_zip]
    java = [replace(item, flags=0x808, made_by=20, attributes=0) for item in map(streamed, good())]
    packed_folder = Item(name=b"META-INF/", flags=0x800, made_by=20, attributes=0)
    return {
        "Info-ZIP": zip_from([folder, *info_zip]),
        "Info-ZIP to a pipe": zip_from([folder, *sized]),
        "Info-ZIP with -fz": zip_from(map(_info_zip_fz, good()), zip64={}),
        "Info-ZIP with a comment": zip_from(info_zip, comment=b"my answer"),
        "Info-ZIP with another code page": zip_from(
            good(comment=b"gr\x94\xe1e", extra_listed=extra(0x6375, b"\1abcdgr\xc3\xb6\xc3\x9fe"))
        ),
        "Info-ZIP with a Unicode path": zip_from(
            [
                replace(one, extra_before=same, extra_listed=same)
                for one in good()
                for same in [unicode_path(one.name, one.name)]
            ]
        ),
        "macOS": zip_from([folder, *map(streamed, apple), Item(name=b"__MACOSX/._app")]),
        "Windows": zip_from(good(made_by=20, attributes=0x20)),
        "7-Zip": zip_from(
            [
                replace(folder, attributes=0o40755 << 16 | 0x8010, extra_listed=NTFS),
                *good(extra_listed=NTFS, attributes=FILE | 0x8020, made_by=UNIX << 8 | 63),
            ]
        ),
        "Java": zip_from([streamed(packed_folder), *java]),
        "Java, first entry": zip_from(
            [
                replace(folder, extra_before=extra(0xCAFE, b""), extra_listed=extra(0xCAFE, b"")),
                *good(made_by=10, attributes=0),
            ]
        ),
        "bsdtar": zip_from([streamed(one, told={"size": len(one.data)}) for one in good()]),
        "bsdtar to a pipe": zip_from(map(streamed, good()), tail=bytes(5000)),
        "bsdtar, stored": zip_from(
            [streamed(one, told=dict.fromkeys(("size", "packed"), len(one.data))) for one in stored]
        ),
        "bsdtar with zip64": zip_from(map(_bsdtar_zip64, good())),
        "ownCloud": zip_from(
            _own_cloud(),
            zip64={},
            end=dict.fromkeys(("disk", "first"), 0xFFFF) | dict.fromkeys(("size", "start"), FULL),
        ),
        "a web service that streams": zip_from(
            [streamed(replace(one, flags=0x800), wide=True) for one in stored], zip64={}
        ),
        "a service that leaves sizes open": zip_from(
            [streamed(one, mark=False, told=OPEN) for one in good()]
        ),
        "git archive": zip_from(
            good(extra_before=TIMES, extra_listed=TIMES, made_by=0, attributes=0),
            comment=b"0123456789abcdef0123456789abcdef01234567",
        ),
        "rubyzip": zip_from(good(extra_before=TIMES_LOCAL + extra(0x9999, bytes(16)))),
        "JSZip": zip_from(
            [
                replace(one, flags=0x800, extra_before=names, extra_listed=names)
                for one in good(made_by=20, attributes=0)
                for names in [unicode_path(one.name, one.name) + extra(0x6375, b"\1abcd")]
            ]
        ),
        "Android": zip_from(good(extra_before=bytes(3))),
        "ends of two widths": zip_from(
            good(), zip64={}, end=dict.fromkeys(("here", "count"), 0xFFFF)
        ),
        "Python": _python(zipfile.ZIP_DEFLATED, wide=False),
        "Python with zip64": _python(zipfile.ZIP_STORED, wide=True),
    }


def _python(method: int, *, wide: bool) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in GOOD.items():
            with archive.open(name, "w", force_zip64=wide) as member:
                member.write(data)
    return buffer.getvalue()
