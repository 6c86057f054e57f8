"""The submissions that come with a challenge and prove it: each with what it should lose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from runner.catalog.documents import failure, parse
from runner.catalog.files import below, text_of
from runner.errors import ChallengeError
from runner.model import Document
from runner.tree import SourceFile, overlay

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.catalog.loaded import LoadedChallenge
    from runner.model import Level

Kind = Literal["solution", "starter", "alternative", "flawed", "cheat"]

_FOLDERS: tuple[tuple[Kind, str], ...] = (
    ("alternative", "alternatives"),
    ("flawed", "flawed"),
    ("cheat", "cheats"),
)

_EXPECT = "expect.toml"


class Edit(Document):
    """A place where a variant reads otherwise: `old` stands in the file `path` exactly once."""

    path: str
    old: Annotated[str, Field(min_length=1)]
    new: str


class Expectation(Document):
    """`expect.toml`: on what a variant is laid, what is wrong with it, what that costs.

    `base` is `solution`, `starter`, or `none` for a variant that is whole in itself.
    `removes` are paths of the base that are not there, `edits` are made in what is, one after the
    other. `loses` are requirement ids, exactly
    those, but for `may_lose`: what a defect spoils in some of the data that a run draws and not in
    others. `alarms` are ids of alarms that have to be raised, `not_told` of checks that have to see
    through a cheat and tell nothing. `probes` are ids of requirements whose probes fail in every
    round (`takehome challenge probes`).
    """

    base: Literal["solution", "starter", "none"] = "solution"
    defect: str
    loses: tuple[str, ...] = ()
    may_lose: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    not_told: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()


WHOLE = Expectation(base="none", defect="")
"""What holds for a variant that states nothing: whole, correct, loses nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One submission that proves the challenge. `title` is its folder: `flawed/no_lock`."""

    kind: Kind
    title: str
    files: tuple[SourceFile, ...]
    expects: Expectation = WHOLE

    @property
    def name(self) -> str:
        """The last part of the title."""
        return self.title.rpartition("/")[2]

    @property
    def loses(self) -> tuple[str, ...]:
        """Ids of the requirements that it fails whatever is drawn."""
        return self.expects.loses


def variants(
    loaded: LoadedChallenge, starter: Iterable[SourceFile] | None = None
) -> tuple[Variant, ...]:
    """Every variant of a challenge, the solution first, the starter second.

    `starter` is what a candidate gets (`runner.scaffold.render_starter`); without it the
    templates stand in its place. `ChallengeError` for an `expect.toml` that does not hold.
    """
    given = tuple(loaded.starter if starter is None else starter)
    solution = below(loaded.files, "solution/")
    if not solution:
        raise ChallengeError(f"{loaded.challenge.id}/solution: there is no file")
    bases = {"solution": solution, "starter": given, "none": ()}
    found = [
        Variant(kind="solution", title="solution", files=solution),
        Variant(kind="starter", title="starter", files=given),
    ]
    for kind, folder in _FOLDERS:
        found += _variants_in(loaded, kind, folder, bases)
    return tuple(found)


def references(loaded: LoadedChallenge, level: Level) -> tuple[Variant, ...]:
    """The services that candidates' tests are held against: the solution, then the faulty ones.

    A fault counts at a level where one of the requirements that it loses is required. Empty for
    a challenge that names no faults.
    """
    runs = loaded.challenge.tests
    if runs is None or not runs.faults:
        return ()
    required = set(loaded.challenge.required(level))
    good, *others = variants(loaded)
    known = {one.name: one for one in others if one.kind == "flawed"}
    strange = [name for name in runs.faults if name not in known]
    if strange:
        raise failure(
            [f"{loaded.challenge.id}/challenge.toml: tests: no flawed/{name}" for name in strange]
        )
    faulty = (known[name] for name in runs.faults)
    return (good, *(one for one in faulty if required & set(one.loses)))


def _variants_in(
    loaded: LoadedChallenge, kind: Kind, folder: str, bases: dict[str, tuple[SourceFile, ...]]
) -> Iterator[Variant]:
    inside = below(loaded.files, f"{folder}/")
    for name in sorted({file.path.partition("/")[0] for file in inside}):
        own = below(inside, f"{name}/")
        title = f"{folder}/{name}"
        expects = _expectation(loaded, kind, title, own)
        files = tuple(file for file in own if file.path != _EXPECT)
        base = bases[expects.base]
        _check(loaded, f"{title}/{_EXPECT}", expects, {file.path for file in base})
        label = f"{loaded.challenge.id}/{title}/{_EXPECT}"
        merged = edited(overlay(base, files, expects.removes), expects.edits, label)
        yield Variant(kind=kind, title=title, files=merged, expects=expects)


def edited(
    files: tuple[SourceFile, ...], edits: Iterable[Edit], label: str
) -> tuple[SourceFile, ...]:
    """`files` with the edits made; `ChallengeError` for one that has lost its place."""
    known = {file.path: file for file in files}
    for number, edit in enumerate(edits, 1):
        file = known.get(edit.path)
        text = text_of(file, label) if file else ""
        if file is None or text.count(edit.old) != 1:
            raise ChallengeError(
                f"{label}: edit {number}: `old` stands {text.count(edit.old)} times in {edit.path}",
                do="Take lines that stand there exactly once",
            )
        known[edit.path] = replace(file, data=text.replace(edit.old, edit.new).encode())
    return tuple(known.values())


def _expectation(
    loaded: LoadedChallenge, kind: Kind, title: str, own: tuple[SourceFile, ...]
) -> Expectation:
    label = f"{loaded.challenge.id}/{title}/{_EXPECT}"
    for file in own:
        if file.path == _EXPECT:
            return parse(Expectation, file.data, label)
    if kind == "alternative":
        return WHOLE
    raise ChallengeError(f"{label}: it is missing", do="State base, defect and loses in it")


def _check(loaded: LoadedChallenge, place: str, expects: Expectation, base: set[str]) -> None:
    known = {requirement.id for requirement in loaded.challenge.requirements}
    label = f"{loaded.challenge.id}/{place}"
    problems = [
        *(
            f"{label}: {key}: no requirement {name!r}"
            for key in ("loses", "may_lose", "probes")
            for name in getattr(expects, key)
            if name not in known
        ),
        *(
            f"{label}: removes: {path} is not in the base"
            for path in expects.removes
            if path not in base
        ),
    ]
    if problems:
        raise failure(problems)
