"""The JSON documents that proofs are kept in: one file, one challenge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

from pydantic import ValidationError

from runner.errors import InfrastructureError, UsageError
from runner.model import Document
from runner.publish import replace
from runner.text import visible_name

if TYPE_CHECKING:
    from pathlib import Path


class Kept(Document):
    """What is kept of one challenge."""

    schema_version: Literal[1] = 1
    challenge: str


K = TypeVar("K", bound=Kept)


def load(path: Path, kind: type[K], challenge: str, *, name: str) -> K:
    """The document in a file; an empty one where there is no file.

    `UsageError` when it is not what `name` says (`"a certificate"`), or that of another challenge.
    """
    label = visible_name(path.name)
    advice = "Name a file that is not there yet: it is written anew"
    try:
        found = kind.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return kind(challenge=challenge)
    except OSError as error:
        raise UsageError(f"{label} cannot be read", why=error.strerror or "", do=advice) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"])) or "the document"
        raise UsageError(
            f"{label} is not {name}", why=f"{key}: {first['msg']}", do=advice
        ) from error
    if found.challenge != challenge:
        raise UsageError(
            f"{label} is {name} of {visible_name(found.challenge)}",
            do=f"Give {challenge} a file of its own",
        )
    return found


def save(path: Path, document: Kept) -> None:
    """Write the file, with the folders above it, whole at every moment, whoever else writes it.

    `InfrastructureError` when it cannot be written; the old one stays then.
    """
    text = document.model_dump_json(indent=2) + "\n"
    try:
        replace(path, text.encode())
    except OSError as error:
        raise InfrastructureError(
            f"{visible_name(path.name)} cannot be written",
            why=(error.strerror or str(error)).lower(),
            do="Mend that, then try again: what was there before is still there",
        ) from error
