"""`.takehome.json`: what a repository was issued as. It comes back under hostile control."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runner.model import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.tree import SourceFile

MANIFEST = ".takehome.json"

_MOST_BYTES = 1024 * 1024


class Manifest(BaseModel):
    """Everything a grader needs to render the same starter again.

    It is in the candidate's hands: its words are defaults and display data, never trusted.
    `files` is path → sha256 of each issued file, `salt` random, so that two repositories of
    one seed differ. An empty `challenge` means that there was no manifest to read.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: Literal[1] = 1
    challenge: Annotated[str, Field(max_length=80)] = ""
    version: Annotated[str, Field(max_length=40)] = ""
    digest: Annotated[str, Field(max_length=64)] = ""
    level: Level | None = None
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    salt: Annotated[str, Field(max_length=64)] = ""
    candidate: Annotated[str, Field(max_length=200)] = ""
    issued_at: Annotated[str, Field(max_length=40)] = ""
    files: dict[str, str] = {}


def read_manifest(data: bytes | None) -> Manifest:
    """The manifest of a submission. One that is missing or broken is an empty one.

    A candidate may have deleted or edited it; that alone is no reason to refuse their work.
    """
    if data is None or len(data) > _MOST_BYTES:
        return Manifest()
    try:
        return Manifest.model_validate_json(data)
    except ValidationError:
        return Manifest()


def digests(files: Iterable[SourceFile]) -> dict[str, str]:
    """path → sha256 of each file."""
    return {file.path: hashlib.sha256(file.data).hexdigest() for file in files}
