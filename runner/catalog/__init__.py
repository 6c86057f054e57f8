"""Finds and reads challenges and rubrics: those that came with us and a user's own.

A challenge is a folder (`challenge.toml`, `brief.md`, `starter/`, `hidden/`, `solution/` and
more), a rubric a TOML file. Whatever is wrong with them is a `ChallengeError` that names
file, line and key.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from runner.catalog.documents import failure, parse
from runner.catalog.files import below, read_files, text_of
from runner.catalog.lint import (
    challenge_problems,
    duplicates,
    rubric_problems,
    unknown_requirements,
)
from runner.catalog.loaded import LoadedChallenge, LoadedRubric
from runner.catalog.places import bundled, challenge_ids, find_challenge, find_rubric
from runner.catalog.suite import expected_checks, probe_checks
from runner.catalog.variants import Expectation, Variant, references, variants
from runner.errors import ChallengeError
from runner.harness.messages import Control
from runner.model import Challenge, Rubric, ServiceSubject
from runner.tree import SourceFile, digest_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "Expectation",
    "LoadedChallenge",
    "LoadedRubric",
    "Variant",
    "check",
    "control",
    "list_challenges",
    "load_challenge",
    "load_challenge_folder",
    "load_controls",
    "load_rubric",
    "load_rubric_file",
    "probe_checks",
    "references",
    "solution",
    "variants",
]


def load_challenge(challenge: str, folder: Path | None = None) -> LoadedChallenge:
    """The challenge of that id, from the user's `folder` or the bundled ones.

    `UsageError` when there is none, `ChallengeError` when it breaks its contract.
    """
    return load_challenge_folder(find_challenge(challenge, folder))


def load_challenge_folder(root: Path) -> LoadedChallenge:
    """The challenge in the folder `root`, which is called as its id says."""
    label = f"{root.parent.name}/{root.name}"
    files = read_files(root, label)
    content = {file.path: file for file in files}
    challenge = parse(
        Challenge, _needed(content, "challenge.toml", label).data, f"{label}/challenge.toml"
    )
    hidden = below(files, "hidden/")
    suite = tuple((file.path, text_of(file, f"{label}/hidden/{file.path}")) for file in hidden)
    expected = expected_checks(suite, label)
    problems = [*_contradictions(challenge, label, expected)]
    if challenge.data and challenge.data.module not in content:
        problems.append(f"challenge.toml: data: module: there is no {challenge.data.module}")
    if problems:
        raise failure([f"{label}/{problem}" for problem in problems])
    return LoadedChallenge(
        challenge=challenge,
        root=root,
        digest=digest_of(files),
        brief=text_of(_needed(content, "brief.md", label), f"{label}/brief.md"),
        starter=below(files, "starter/"),
        suite=suite,
        suite_digest=digest_of(hidden),
        expected=expected,
        probes=probe_checks(suite),
        files=files,
    )


def load_controls(specialization: str) -> LoadedChallenge:
    """The tiny services, good and bad, that prove the probes of a specialization.

    They are kept as a challenge is, and issued to nobody.
    """
    return load_challenge_folder(bundled("controls") / specialization / "probes")


def solution(loaded: LoadedChallenge) -> tuple[SourceFile, ...]:
    """The files of the reference solution; none where a challenge ships none."""
    return below(loaded.files, "solution/")


def control(loaded: LoadedChallenge) -> Control:
    """What is known to be good: a tiny service, or else the challenge's solution.

    Probes talk to a tiny one in the candidate's place, so that a specialization with probes brings
    one along. No command runs in it: a challenge of commands has its own solution for that.
    """
    challenge = loaded.challenge
    folder = bundled("controls") / challenge.specialization / "probes" / "solution"
    tiny = isinstance(challenge.subject, ServiceSubject) and folder.is_dir()
    files = read_files(folder, "controls") if tiny else solution(loaded)
    texts = {file.path: text_of(file, f"solution/{file.path}") for file in files}
    return Control(files=texts, tiny=tiny)


def check(loaded: LoadedChallenge, rubric: Rubric, known: Sequence[Variant]) -> None:
    """Refuse (`ChallengeError`) a challenge that is unfair or does not fit its rubric.

    `known` are all of its variants: what none of them fails is proven by nothing.
    """
    problems = [*challenge_problems(loaded, rubric, known)]
    if not loaded.starter:
        problems.append("starter: there is no file")
    if problems:
        raise failure([f"{loaded.challenge.id}/{problem}" for problem in problems])


def list_challenges(folder: Path | None = None) -> tuple[LoadedChallenge, ...]:
    """Every challenge that can be issued, sorted by id."""
    return tuple(load_challenge(challenge, folder) for challenge in challenge_ids(folder))


def load_rubric(rubric: str, folder: Path | None = None) -> LoadedRubric:
    """The rubric of that id, from the user's `folder` or the bundled ones."""
    loaded = load_rubric_file(find_rubric(rubric, folder))
    if loaded.rubric.id != rubric:
        raise ChallengeError(f"rubrics/{rubric}.toml: id: it is {loaded.rubric.id!r}")
    return loaded


def load_rubric_file(path: Path) -> LoadedRubric:
    """The rubric in a file of any name; `ChallengeError` when it contradicts itself."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ChallengeError(f"{path.name}: it cannot be read ({error.strerror})") from error
    rubric = parse(Rubric, data, path.name)
    problems = [f"{path.name}: {problem}" for problem in rubric_problems(rubric)]
    if problems:
        raise failure(problems)
    return LoadedRubric(rubric=rubric, digest=hashlib.sha256(data).hexdigest())


def _needed(content: dict[str, SourceFile], path: str, label: str) -> SourceFile:
    if path not in content:
        raise ChallengeError(f"{label}/{path}: it is missing")
    return content[path]


def _contradictions(
    challenge: Challenge, label: str, expected: tuple[tuple[str, str], ...]
) -> tuple[str, ...]:
    """What makes a challenge impossible to grade, fair or not."""
    ids = [requirement.id for requirement in challenge.requirements]
    problems = [f"challenge.toml: requirement {twice} is there twice" for twice in duplicates(ids)]
    if challenge.id != label:
        problems.append(f"challenge.toml: id: it is {challenge.id!r}, the folder says {label!r}")
    if not expected:
        problems.append("hidden: there is no test")
    return (*problems, *unknown_requirements(ids, expected))
