"""Issues a challenge: writes a candidate's repository to a folder.

There is no git in it: none is started, and a fresh folder has no history that could hold an
answer. The candidate begins with `git init`.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from runner.errors import UsageError
from runner.publish import publish
from runner.scaffold.generated import own_data
from runner.scaffold.manifest import MANIFEST, Manifest, digests, read_manifest
from runner.scaffold.starter import Issuable, neutral_starter, render_starter
from runner.text import visible_name
from runner.tree import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

    from runner.model import Level

__all__ = [
    "MANIFEST",
    "Issuable",
    "Manifest",
    "issue",
    "neutral_starter",
    "own_data",
    "read_manifest",
    "render_starter",
]

MOST_CHARACTERS = 200
"""Length of a candidate's name in the manifest."""


def issue(
    loaded: Issuable, destination: Path, *, candidate: str, level: Level, seed: int
) -> Manifest:
    """Write the repository to `destination`, whole or not at all; returns its manifest.

    The candidate's name is display data: it goes into texts and never into a path.
    `UsageError` when the destination is a file or a folder with something in it, `ChallengeError`
    when the challenge's own code makes no data for the candidate.
    """
    if len(candidate) > MOST_CHARACTERS or seed < 0:
        raise UsageError(
            "the repository cannot be issued",
            why=f"the name is over {MOST_CHARACTERS} characters long or the seed is negative",
            do="Give a shorter name and a seed of 0 or more",
        )
    files = render_starter(loaded, candidate=candidate, level=level, seed=seed)
    files += own_data(loaded, seed)
    manifest = Manifest(
        challenge=loaded.challenge.id,
        version=loaded.challenge.version,
        digest=loaded.digest,
        level=level,
        seed=seed,
        salt=secrets.token_hex(16),
        candidate=candidate,
        issued_at=datetime.now(UTC).isoformat(timespec="seconds"),
        files=digests(files),
    )
    data = f"{manifest.model_dump_json(indent=2)}\n".encode()
    _write(destination, (*files, SourceFile(path=MANIFEST, data=data)))
    return manifest


def _write(destination: Path, files: tuple[SourceFile, ...]) -> None:
    try:
        publish(destination.resolve(), files)
    except OSError as error:
        raise UsageError(
            f"the repository cannot be written to {visible_name(str(destination), 200)}",
            why=(error.strerror or str(error)).lower(),
            do="Name a folder that does not exist or is empty",
        ) from error
