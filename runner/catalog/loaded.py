"""What the catalog hands on: documents with the files and digests that belong to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from runner.model import Challenge, Rubric
    from runner.tree import SourceFile


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedChallenge:
    """A challenge with its material, all of it read once.

    `digest` covers every file of the folder, `suite_digest` the hidden suite alone (sha256 of
    the manifest, `runner.tree.digest_of`). `expected` is (check id, requirement id) of every
    hidden test, `probes` the ids of those that are probes (known once for all: the parser of
    Python 3.11 is not safe to use on several threads). `brief` and `starter` are templates;
    `runner.scaffold` renders them.
    """

    challenge: Challenge
    root: Path
    digest: str
    brief: str
    starter: tuple[SourceFile, ...]
    suite: tuple[tuple[str, str], ...]
    suite_digest: str
    expected: tuple[tuple[str, str], ...]
    probes: tuple[str, ...]
    files: tuple[SourceFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedRubric:
    """A rubric and the sha256 of its file."""

    rubric: Rubric
    digest: str
