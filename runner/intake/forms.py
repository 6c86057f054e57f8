"""Which kind of archive a file is: by its first bytes, and by no other reading at the same time.

A zip is known by its end, a tar by its start, so one file can be both. Programs choose by the
name, by the start or by the end of a file; what they could choose differently is refused.
"""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

from runner.intake.stream import GZIP_MAGIC
from runner.intake.tararchive import read_tar
from runner.intake.ziparchive import read_zip

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.intake.tray import Tray

ACCEPTED = "Give a folder, a .zip, a .tar or a .tar.gz"

_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 22 + 65_535
"""How far before the end of a file programs look for the end of a zip: itself and its comment."""

_ISO_MARK = slice(32_769, 32_774)
"""Where ISO 9660 has its name, after 32 KiB that are free for anything: libarchive prefers it."""

_TAR_MAGIC = slice(257, 262)
_TAR_NAMES = (".tar", ".tgz", ".gz")

_REFUSED = {
    b"\xfd7zXZ\0": "xz",
    b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "rar",
    b"LZIP": "lzip",
    b"LRZI": "lrzip",
    b"xar!": "xar",
    b"MSCF": "cab",
}


class FormError(ValueError):
    """No archive that can be read; the message completes "cannot be read, because …"."""

    def __init__(self, why: str, do: str = ACCEPTED) -> None:
        """`do` is what would help."""
        super().__init__(why)
        self.do = do


def reader_of(packed: bytes, name: str) -> Callable[[bytes, Tray], None]:
    """What reads this file, whose name is `name`. Raises `FormError`."""
    if packed.startswith(_ZIP_MAGICS):
        if _starts_as_tar(packed):
            raise FormError("it is a zip and a tar at the same time")
        if packed[_ISO_MARK] == b"CD001":
            raise FormError("it is a zip and the image of a disk at the same time")
        return read_zip
    for magic, kind in _REFUSED.items():
        # Before the tar: a first name may begin like this, and some programs go by that.
        if packed.startswith(magic):
            raise FormError(f"it is packed with {kind}")
    gzipped = packed.startswith(GZIP_MAGIC)
    if gzipped or packed[_TAR_MAGIC] == b"ustar":
        # A tar may well hold a zip; nobody opens it as one while its name says what it is.
        searched = packed[-_ZIP_TAIL:] if gzipped else packed
        if _ZIP_END in searched and not name.lower().endswith(_TAR_NAMES):
            why = "it is a tar that other programs may take for a zip"
            raise FormError(why, "Name it .tar or .tar.gz, or pack it without the zip in it")
        return read_tar
    raise FormError("it is neither a zip nor a tar")


def _starts_as_tar(packed: bytes) -> bool:
    """Whether the first block has the checksum of a header, which no honest zip has."""
    try:
        tarfile.TarInfo.frombuf(packed[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except tarfile.TarError:
        return False
    return True
