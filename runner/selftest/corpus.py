"""The corpus of attacks: folders with an `attack.toml`, and the honest work beneath them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from runner import proof
from runner.catalog import load_challenge, load_rubric
from runner.catalog.documents import parse
from runner.catalog.variants import Edit
from runner.errors import ChallengeError, InfrastructureError, UsageError
from runner.model.base import Document
from runner.selftest.guarantees import Guarantee
from runner.tree import SourceFile

if TYPE_CHECKING:
    from runner.catalog import LoadedChallenge, LoadedRubric

_PACKAGE = Path(__file__).resolve().parents[1]
_CACHES = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}

Kind = Literal["engine", "intake", "analysis", "grading", "render"]
Target = Literal["service", "program"]
Base = Literal["honest", "solution", "starter", "none"]
Check = Literal["analysis", "suite", "tests"]

CHALLENGES: dict[Target, str] = {"service": "backend/shelf", "program": "backend/totals"}


class Expect(Document):
    """What has to come of an attack.

    Of a graded one: no more at any level than what it is laid on earns, or next to `nothing`;
    criteria that must not pass, alarms that must be raised, or any alarm at all (`alarmed`). Of one
    at the door: `refused`, with a message that `says` so, or `accepted` without what is `dropped`.
    """

    outcome: Literal["graded", "refused", "accepted"] = "graded"
    at_most: Literal["honest", "nothing"] = "honest"
    not_passed: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    alarmed: bool = False
    says: str = ""
    dropped: tuple[str, ...] = ()


class Attack(Document):
    """One `attack.toml`.

    `catalogue` and `weaknesses` are what it stands for, by the numbers and ids of
    `catalogue.toml`. It is laid on `base`, without the files that it `removes`, with its own files
    and `edits`; then the `builder` of that name makes what no folder can hold. Files that would
    change how this repository is handled (ignore files, say) are `written` here: path → text.
    `checks` are those that a grading runs; what the others find is taken from the honest
    submission. `probes` are the parts of the program in a box whose word counts, `payloads` texts
    for every field of a record.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    title: Annotated[str, Field(min_length=10, max_length=140)]
    guarantee: Guarantee
    kind: Kind
    catalogue: tuple[int, ...] = ()
    weaknesses: tuple[str, ...] = ()
    quick: bool = False
    target: Target = "service"
    base: Base = "honest"
    checks: tuple[Check, ...] = ("analysis", "suite", "tests")
    removes: tuple[str, ...] = ()
    written: dict[str, str] = Field(default_factory=dict)
    edits: tuple[Edit, ...] = ()
    builder: str = ""
    probes: tuple[str, ...] = ()
    payloads: tuple[str, ...] = ()
    expect: Expect = Expect()


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """An attack with its files."""

    attack: Attack
    files: tuple[SourceFile, ...]


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """Everything in the folder `root`."""

    root: Path
    attacks: tuple[Loaded, ...]

    def chosen(self, *, quick: bool, only: tuple[str, ...] = ()) -> tuple[Loaded, ...]:
        """Those of these ids; without any all, or the quick ones. `UsageError` for unknown ids."""
        known = {one.attack.id for one in self.attacks}
        unknown = sorted(set(only) - known)
        if unknown:
            raise UsageError(
                f"there is no attack {', '.join(unknown)}",
                do=f"Known are {', '.join(sorted(known))}",
            )
        if only:
            return tuple(one for one in self.attacks if one.attack.id in only)
        return tuple(one for one in self.attacks if one.attack.quick or not quick)

    @cached_property
    def challenges(self) -> dict[Target, LoadedChallenge]:
        """The challenges that are attacked."""
        folder = self.root / "challenge"
        return {target: load_challenge(name, folder) for target, name in CHALLENGES.items()}

    @cached_property
    def rubric(self) -> LoadedRubric:
        """What judges them."""
        return load_rubric("shelf", self.root / "challenge")

    def base(self, target: Target, name: Base) -> tuple[SourceFile, ...]:
        """The files that an attack is laid on."""
        if name == "none":
            return ()
        if name == "honest":
            return _files(self.root / "honest" / target)
        variants = proof.all_variants(self.challenges[target])
        return next(one.files for one in variants if one.title == name)


def place(package: Path = _PACKAGE) -> Path:
    """The folder of the corpus: inside an installed package, in the tests of a checkout."""
    for folder in (package / "_data" / "hostile", package.parent / "tests" / "hostile"):
        if folder.is_dir():
            return folder
    raise InfrastructureError(
        "the attacks that belong to this program are not there",
        why=f"{package} has no _data/hostile and no tests/hostile beside it",
        do="Install it again",
    )


def load_corpus(root: Path | None = None) -> Corpus:
    """The corpus in `root`, ours without one; `ChallengeError` names file and key of a mistake."""
    folder = root or place()
    return Corpus(
        root=folder,
        attacks=tuple(_load(path.parent) for path in sorted(folder.glob("attacks/*/attack.toml"))),
    )


def _load(folder: Path) -> Loaded:
    label = f"{folder.name}/attack.toml"
    attack = parse(Attack, (folder / "attack.toml").read_bytes(), label)
    if attack.id != folder.name:
        raise ChallengeError(f"{label}: id: it is {attack.id} in a folder of another name")
    written = tuple(
        SourceFile(path=path, data=text.encode()) for path, text in attack.written.items()
    )
    return Loaded(attack=attack, files=_files(folder / "files") + written)


def _files(folder: Path) -> tuple[SourceFile, ...]:
    """What is in a folder of ours, without the caches that running tests leave."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return tuple(
        SourceFile(path=path.relative_to(folder).as_posix(), data=path.read_bytes())
        for path in found
        if _CACHES.isdisjoint(path.parts)
    )
