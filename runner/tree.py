"""A tree of files held in memory: pure values that several stages share.

A candidate's submission, a starter and a reference solution are all the same thing: relative
paths with bytes. Nothing here opens a file.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

TIMESTAMP = 315_532_800
"""1980-01-01 UTC, the date of everything in a tree: the earliest that zip can express."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One regular file. `path` is relative, with `/`, and never climbs."""

    path: str
    data: bytes
    executable: bool = False


def digest_of(files: Iterable[SourceFile]) -> str:
    """sha256 (hex) over the manifest: a line of path, size and sha256 of each file, sorted.

    The executable bit is no part of it: zip files made on Windows carry none.
    """
    manifest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.path):
        content = hashlib.sha256(file.data).hexdigest()
        manifest.update(f"{file.path}\0{len(file.data)}\0{content}\n".encode())
    return manifest.hexdigest()


def overlay(
    base: Iterable[SourceFile], files: Iterable[SourceFile], removes: Iterable[str] = ()
) -> tuple[SourceFile, ...]:
    """`base` without `removes`, with `files` laid over it, sorted by path."""
    merged = {file.path: file for file in base}
    for path in removes:
        merged.pop(path, None)
    merged.update({file.path: file for file in files})
    return tuple(merged[path] for path in sorted(merged))


def pack(files: Iterable[SourceFile]) -> bytes:
    """An uncompressed tar with every parent folder, the same bytes for the same files.

    Owner 0:0, modes 0644 and 0755, one fixed date: nothing of the machine it came from.
    """
    ordered = sorted(files, key=lambda file: file.path)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for folder in _folders(ordered):
            archive.addfile(_header(folder, tarfile.DIRTYPE, mode=0o755))
        for file in ordered:
            header = _header(file.path, tarfile.REGTYPE, 0o755 if file.executable else 0o644)
            header.size = len(file.data)
            archive.addfile(header, io.BytesIO(file.data))
    return buffer.getvalue()


def _folders(files: Iterable[SourceFile]) -> list[str]:
    parents = {parent for file in files for parent in PurePosixPath(file.path).parents}
    return sorted(str(parent) for parent in parents if parent.parts)


def _header(name: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.type = kind
    header.mode = mode
    header.mtime = TIMESTAMP
    return header
