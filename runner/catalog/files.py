"""Reads the files of a challenge folder. They are the author's and trusted, but for links."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from runner.errors import ChallengeError
from runner.text import visible_name
from runner.tree import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CACHES = frozenset(
    {
        "__pycache__",
        ".git",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
        ".venv",
        ".DS_Store",
    }
)


def read_files(root: Path, label: str) -> tuple[SourceFile, ...]:
    """Every file below `root`, sorted by path, without what tools leave behind.

    No link is followed: it would lead out of what the digest covers (`ChallengeError`).
    """
    return tuple(sorted(_below(root, "", label), key=lambda file: file.path))


def below(files: tuple[SourceFile, ...], folder: str) -> tuple[SourceFile, ...]:
    """The files in `folder` (`hidden/`, with the slash), with paths from there."""
    return tuple(
        SourceFile(path=file.path.removeprefix(folder), data=file.data, executable=file.executable)
        for file in files
        if file.path.startswith(folder)
    )


def text_of(file: SourceFile, label: str) -> str:
    """The file as text; `ChallengeError` when it is not UTF-8."""
    try:
        return file.data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ChallengeError(f"{label}: it is not valid UTF-8") from error


def _below(folder: Path, prefix: str, label: str) -> Iterator[SourceFile]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if entry.name in _CACHES or entry.name.endswith(".pyc"):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _below(folder / entry.name, f"{path}/", label)
            elif entry.is_file(follow_symlinks=False):
                mode = entry.stat(follow_symlinks=False).st_mode
                data = (folder / entry.name).read_bytes()
                yield SourceFile(path=path, data=data, executable=bool(mode & 0o100))
            else:
                raise ChallengeError(f"{label}/{visible_name(path)}: it is not a regular file")
