"""From the bytes on standard input to files in memory. Nothing is written here."""

from __future__ import annotations

import io
import tarfile
import unicodedata
from pathlib import PurePosixPath

from runner.analyser import limits


class ProtocolError(Exception):
    """The bytes are not what our own intake makes: a fault of ours, never the candidate's."""


def unpack(archive: bytes) -> dict[str, bytes]:
    """Path → content of the regular files of an uncompressed tar, sorted by path.

    Raises `ProtocolError` for anything but folders and files with clean relative names.
    """
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:", errors="strict") as tar:
            for member in tar:
                if member.isdir():
                    continue
                handle = tar.extractfile(member) if member.isreg() else None
                if handle is None or not _clean(member.name) or member.name in files:
                    what = f"unexpected member {member.name!r} in the archive"
                    raise ProtocolError(what)
                files[member.name] = handle.read()
    except (tarfile.TarError, UnicodeError, EOFError) as error:
        what = f"the archive cannot be read: {error}"
        raise ProtocolError(what) from error
    return dict(sorted(files.items()))


def _clean(name: str) -> bool:
    path = PurePosixPath(name)
    relative = not path.is_absolute() and str(path) == name and name != "."
    short = len(name.encode()) <= limits.PATH_BYTES
    plain = not any(unicodedata.category(character) == "Cc" for character in name)
    return relative and short and plain and ".." not in path.parts
