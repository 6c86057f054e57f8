"""Templates → the files of a candidate's repository. Pure: the same words, the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from runner.errors import ChallengeError
from runner.scaffold.manifest import MANIFEST
from runner.text import visible_name
from runner.tree import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

    from runner.model import Challenge, Level
    from runner.scaffold.manifest import Manifest

BRIEF = "BRIEF.md"
TEMPLATE = ".j2"

NOBODY = "the candidate"
"""How a repository calls a candidate without a name."""

NAME_LENGTH = 80
"""Characters of a candidate's name that are rendered. A name comes back in the manifest; were
it unbounded, a page of the candidate's own code could pass for part of the starter."""

Words = dict[str, str | int | list[str]]


class Issuable(Protocol):
    """What is needed of a challenge to issue it (`runner.catalog.LoadedChallenge` has it)."""

    @property
    def challenge(self) -> Challenge:
        """The challenge itself."""

    @property
    def root(self) -> Path:
        """Its folder."""

    @property
    def digest(self) -> str:
        """sha256 over its files."""

    @property
    def brief(self) -> str:
        """The template of `BRIEF.md`."""

    @property
    def starter(self) -> tuple[SourceFile, ...]:
        """The starter, templates among it."""


# Challenges of others are data: a template of theirs reaches nothing but its words.
_ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
)


def words_for(challenge: Challenge, *, candidate: str, level: Level, seed: int) -> Words:
    """The variables of every template. `required` are the requirement ids at this level."""
    return {
        "candidate": visible_name(candidate.strip(), NAME_LENGTH) or NOBODY,
        "level": str(level),
        "challenge_id": challenge.id,
        "challenge_title": challenge.title,
        "seed": seed,
        "required": [*challenge.required(level)],
        "time_box_minutes": challenge.time_box_minutes,
    }


def render_starter(
    loaded: Issuable, *, candidate: str, level: Level, seed: int
) -> tuple[SourceFile, ...]:
    """The repository as a candidate gets it, with `BRIEF.md`, without manifest and own data.

    Files that end in `.j2` are templates and lose that ending, others are copied as they are.
    `ChallengeError` for a template that cannot be rendered or two files of one name.
    """
    words = words_for(loaded.challenge, candidate=candidate, level=level, seed=seed)
    label = loaded.challenge.id
    brief = SourceFile(path=f"{BRIEF}{TEMPLATE}", data=loaded.brief.encode())
    files = [_rendered(file, words, f"{label}/starter/{file.path}") for file in loaded.starter]
    files.append(_rendered(brief, words, f"{label}/brief.md"))
    paths = [file.path for file in files] + [MANIFEST]
    paths += [loaded.challenge.data.path] if loaded.challenge.data else []
    twice = sorted({path for path in paths if paths.count(path) > 1})
    if twice:
        raise ChallengeError(f"{label}/starter: {twice[0]} would be written twice")
    return tuple(sorted(files, key=lambda file: file.path))


def neutral_starter(loaded: Issuable, level: Level, manifest: Manifest) -> tuple[SourceFile, ...]:
    """The starter as it was issued to a candidate, to tell their lines from ours.

    Rendered anew from what the manifest says; `level` stands in where it says nothing.
    """
    return render_starter(
        loaded,
        candidate=manifest.candidate,
        level=manifest.level or level,
        seed=manifest.seed,
    )


def _rendered(file: SourceFile, words: Words, label: str) -> SourceFile:
    if not file.path.endswith(TEMPLATE):
        return file
    try:
        text = _ENVIRONMENT.from_string(file.data.decode("utf-8")).render(words)
    except UnicodeDecodeError as error:
        raise ChallengeError(f"{label}: it is not valid UTF-8") from error
    except TemplateSyntaxError as error:
        raise ChallengeError(f"{label}:{error.lineno}: {error.message}") from error
    except (TemplateError, TypeError) as error:
        raise ChallengeError(f"{label}: it cannot be rendered: {error}") from error
    return SourceFile(
        path=file.path.removesuffix(TEMPLATE), data=text.encode(), executable=file.executable
    )
