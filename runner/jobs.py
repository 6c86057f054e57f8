"""From the words of a command to a job: find the challenge, read the submission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.catalog import load_challenge, load_rubric
from runner.errors import UsageError
from runner.intake import check_is_submission, read_submission
from runner.model import Level
from runner.pipeline import Job
from runner.scaffold import MANIFEST, neutral_starter, read_manifest
from runner.tree import pack

if TYPE_CHECKING:
    from pathlib import Path

    from runner.catalog import LoadedChallenge, LoadedRubric
    from runner.intake import Submission
    from runner.scaffold import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A job that lacks only its images."""

    challenge: LoadedChallenge
    rubric: LoadedRubric
    level: Level
    submission: Submission
    starter: bytes
    candidate: str
    source: str
    issued_seed: int

    @property
    def specialization(self) -> str:
        """Which images it needs."""
        return self.challenge.challenge.specialization

    def with_images(self, images: dict[str, str]) -> Job:
        """The job, ready to run with `images` (id by role)."""
        return Job(
            challenge=self.challenge,
            rubric=self.rubric,
            level=self.level,
            submission=self.submission,
            starter=self.starter,
            candidate=self.candidate,
            source=self.source,
            images=images,
            issued_seed=self.issued_seed,
        )


def prepare(
    path: Path,
    *,
    challenge: str | None,
    level: str | None,
    candidate: str | None,
    folder: Path | None,
) -> Prepared:
    """Read everything that a grading needs; `UsageError` or `ChallengeError` when it cannot.

    What the command did not say is read from the manifest that `takehome new` wrote into the
    repository. The manifest is the candidate's to change, so its words are shown and used as
    defaults, never trusted.
    """
    named = load_challenge(challenge, folder) if challenge else None
    submission = read_submission(
        path, required=named.challenge.subject.files if named else (MANIFEST,)
    )
    manifest = read_manifest(submission.find(MANIFEST))
    loaded = named or load_challenge(_stated(manifest), folder)
    rubric = load_rubric(loaded.challenge.rubric, folder)
    files = loaded.challenge.subject.files
    check_is_submission(submission, files, challenge=loaded.challenge.id)
    target = Level(level or manifest.level or Level.MID)
    return Prepared(
        challenge=loaded,
        rubric=rubric,
        level=target,
        submission=submission,
        starter=pack(neutral_starter(loaded, target, manifest)),
        candidate=candidate or manifest.candidate or path.resolve().name,
        source=path.name,
        issued_seed=manifest.seed,
    )


def _stated(manifest: Manifest) -> str:
    if not manifest.challenge:
        raise UsageError(
            "the submission does not say which challenge it answers",
            why="it has no readable .takehome.json",
            do="Name it with --challenge (see `takehome list`)",
        )
    return manifest.challenge
