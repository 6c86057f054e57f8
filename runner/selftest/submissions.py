"""From an attack to what comes in at the door: bytes of an archive, or a folder."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from runner.catalog.variants import edited
from runner.errors import ChallengeError
from runner.intake import read_submission
from runner.selftest.archives import ARCHIVES, plain_zip
from runner.selftest.folders import FOLDERS
from runner.selftest.sources import SOURCES
from runner.tree import SourceFile, overlay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.intake import Submission
    from runner.selftest.corpus import Attack, Corpus, Loaded

PREFIX = "takehome-selftest-"
"""How folders of a self-test are called on the host's disk, as long as they are there."""

BUILDERS = frozenset({*ARCHIVES, *FOLDERS, *SOURCES})
"""Names that an `attack.toml` may give under `builder`."""


def laid(corpus: Corpus, loaded: Loaded) -> tuple[SourceFile, ...]:
    """The files of an attack, all but what only an archive or a folder can hold."""
    attack = loaded.attack
    if attack.builder and attack.builder not in BUILDERS:
        raise ChallengeError(f"{attack.id}/attack.toml: builder: there is no {attack.builder}")
    base = corpus.base(attack.target, attack.base)
    files = overlay(base, loaded.files, attack.removes)
    files = edited(files, attack.edits, f"{attack.id}/attack.toml")
    return SOURCES[attack.builder](files) if attack.builder in SOURCES else files


def arrivals(corpus: Corpus, loaded: Loaded) -> Iterator[Callable[[], Submission]]:
    """One or more things that come in; each call is what the intake makes of it.

    A call raises `UsageError` when that is refused.
    """
    attack = loaded.attack
    files = laid(corpus, loaded)
    required = _required(corpus, attack)
    if attack.builder in FOLDERS:
        yield partial(_folder, files, FOLDERS[attack.builder], required)
        return
    make = ARCHIVES.get(attack.builder)
    for packed in make(files) if make else (plain_zip(files),):
        yield partial(_archive, packed, required)


def received(corpus: Corpus, loaded: Loaded) -> Submission:
    """What the intake makes of an attack that is graded; `UsageError` when it refuses it."""
    (one,) = arrivals(corpus, loaded)
    return one()


def _archive(packed: bytes, required: tuple[str, ...]) -> Submission:
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        path = Path(folder) / "submission"
        path.write_bytes(packed)
        return read_submission(path, required=required)


def _folder(
    files: tuple[SourceFile, ...], change: Callable[[Path], None], required: tuple[str, ...]
) -> Submission:
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        path = Path(folder) / "submission"
        _spread(path, files)
        change(path)
        return read_submission(path, required=required)


def plain(files: tuple[SourceFile, ...]) -> Submission:
    """What the intake makes of honest files."""
    return _archive(plain_zip(files), ())


def _required(corpus: Corpus, attack: Attack) -> tuple[str, ...]:
    return corpus.challenges[attack.target].challenge.subject.files


def _spread(root: Path, files: tuple[SourceFile, ...]) -> None:
    root.mkdir()
    for file in files:
        (root / file.path).parent.mkdir(parents=True, exist_ok=True)
        (root / file.path).write_bytes(file.data)
