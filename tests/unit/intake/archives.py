"""Archives as honest tools write them, and as nobody should."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING

from runner.intake import IntakeLimits, Submission, read_submission
from runner.intake.tray import Tray

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {"app/main.py": b"app = 1\n", "README.md": b"# Mine\n"}

SMALL = IntakeLimits(
    packed_bytes=200_000,
    unpacked_bytes=300_000,
    file_bytes=100_000,
    entries=50,
    ratio=10,
    ratio_free_bytes=20_000,
    depth=4,
    path_bytes=60,
)
"""Ceilings that a test reaches quickly."""

Entries = dict[str, bytes] | list[tuple[str | zipfile.ZipInfo, bytes]]


def zip_of(entries: Entries, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip, made by the standard library."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in entries.items() if isinstance(entries, dict) else entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def zip_entry(name: str, mode: int = stat.S_IFREG | 0o644, flags: int = 0) -> zipfile.ZipInfo:
    """The description of a zip entry with Unix permissions."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = mode << 16
    info.flag_bits = flags
    return info


def raw_zip(entries: list[tuple[bytes, bytes]], *, size: int | None = None) -> bytes:
    """A zip of stored-as-deflated entries with any bytes for names, and any size claimed."""
    body, directory = b"", b""
    for name, data in entries:
        deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = deflater.compress(data) + deflater.flush()
        claimed = len(data) if size is None else size
        common = struct.pack(
            "<4H3I2H", 0x800, 8, 0, 0x21, zlib.crc32(data), len(packed), claimed, len(name), 0
        )
        offset = len(body)
        body += b"PK\x03\x04" + struct.pack("<H", 20) + common + name + packed
        directory += (
            b"PK\x01\x02"
            + struct.pack("<2H", 20, 20)
            + common
            + struct.pack("<3H2I", 0, 0, 0, 0, offset)
            + name
        )
    end = struct.pack(
        "<4s4H2IH", b"PK\5\6", 0, 0, len(entries), len(entries), len(directory), len(body), 0
    )
    return body + directory + end


def member(name: str, data: bytes = b"", kind: bytes = tarfile.REGTYPE) -> bytes:
    """One tar member as raw blocks, in GNU format, without extended headers."""
    info = tarfile.TarInfo("x")
    info.size, info.type, info.mode = len(data), kind, 0o644
    if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
        info.linkname = "/etc/passwd"
    raw = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    encoded = name.encode("utf-8", "surrogateescape")
    raw[:100] = encoded.ljust(100, b"\0")
    return sealed(raw) + data + bytes(-len(data) % 512)


def sealed(block: bytearray | bytes) -> bytes:
    """A header block with its checksum made right."""
    raw = bytearray(block)
    raw[148:156] = b" " * 8
    raw[148:156] = b"%06o\0 " % sum(raw)
    return bytes(raw)


def pax(records: bytes, kind: bytes = tarfile.XHDTYPE) -> bytes:
    """A pax header with these records."""
    return member("pax", records, kind)


def record(key: bytes, value: bytes) -> bytes:
    """One `length key=value` line."""
    length = len(key) + len(value) + 3
    while length < len(b"%d" % length) + len(key) + len(value) + 3:
        length += 1
    return b"%d %s=%s\n" % (length, key, value)


def tar_of(*members: bytes) -> bytes:
    """Members with the end that a tar has."""
    return b"".join(members) + bytes(1024)


def honest_tar(entries: dict[str, bytes], mode: str = "w") -> bytes:
    """A tar made by the standard library."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in entries.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def gz(data: bytes) -> bytes:
    """Gzipped, without a date."""
    return gzip.compress(data, mtime=0)


def folder_of(root: Path, entries: dict[str, bytes]) -> Path:
    """A folder with these files."""
    for name, data in entries.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def read(tmp_path: Path, packed: bytes, limits: IntakeLimits | None = None) -> Submission:
    """What the intake makes of these bytes."""
    path = tmp_path / "submission"
    path.write_bytes(packed)
    return read_submission(path, limits or IntakeLimits())


def tray_for(packed: bytes, limits: IntakeLimits = SMALL) -> Tray:
    """A tray as the intake makes it for an archive."""
    return Tray("submission", limits, limits.ceiling(len(packed)))


def content(submission: Submission) -> dict[str, bytes]:
    """path → data."""
    return {file.path: file.data for file in submission.files}
