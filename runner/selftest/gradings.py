"""Grades what the corpus holds: first the honest submissions, then what attacks make of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.errors import TakehomeError
from runner.model import Level
from runner.pipeline import Job, assess
from runner.proof import plain_starter
from runner.selftest.guarantees import Guarantee, Tried, Verdict
from runner.selftest.outcomes import judged, percents, unmeasured
from runner.selftest.submissions import plain, received
from runner.tree import pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.catalog import LoadedRubric
    from runner.intake import Submission
    from runner.model import Record
    from runner.sandbox import Sandbox
    from runner.selftest.corpus import Base, Check, Corpus, Loaded, Target
    from runner.selftest.outcomes import Honest

FULL = 100.0
ORDER: tuple[Check, ...] = ("analysis", "suite", "tests")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grader:
    """Grades on one sandbox; `inspect` looks at every record that comes out."""

    corpus: Corpus
    sandbox: Sandbox
    images: dict[str, str]
    inspect: Callable[[Record], Iterator[str]]

    @property
    def rubric(self) -> LoadedRubric:
        """What judges all of it."""
        return self.corpus.rubric

    def record(
        self, submission: Submission, target: Target, checks: tuple[Check, ...], title: str
    ) -> Record:
        """Grade one submission, as an ordinary grading does."""
        challenge = self.corpus.challenges[target]
        job = Job(
            challenge=challenge,
            rubric=self.rubric,
            level=Level.SENIOR,
            submission=submission,
            starter=pack(plain_starter(challenge)),
            candidate=title,
            source=title,
            images=self.images,
            checks=tuple(one for one in ORDER if one in checks),
        )
        return assess(job, self.sandbox)

    def honest(self, target: Target, base: Base, checks: tuple[Check, ...]) -> Record:
        """Grade a submission that attacks are laid on."""
        submission = plain(self.corpus.base(target, base))
        return self.record(submission, target, checks, f"{target}-{base}")

    def tried(self, loaded: Loaded, honest: Honest) -> Tried:
        """Grade an attack and judge what came of it."""
        attack = loaded.attack
        begun = time.monotonic()
        verdict, problems = self._outcome(loaded, honest)
        return Tried(
            attack=attack.id,
            title=attack.title,
            guarantee=attack.guarantee,
            verdict=verdict,
            problems=problems,
            seconds=round(time.monotonic() - begun, 1),
        )

    def _outcome(self, loaded: Loaded, honest: Honest) -> tuple[Verdict, tuple[str, ...]]:
        attack = loaded.attack
        missing = unmeasured(honest.beneath(attack), attack.checks)
        if missing:
            return Verdict.UNKNOWN, missing
        try:
            submission = received(self.corpus, loaded)
            record = self.record(submission, attack.target, attack.checks, attack.id)
        except TakehomeError as error:
            return Verdict.UNKNOWN, (f"it could not be tried: {error}"[:1000],)
        problems = (*judged(attack, record, honest, self.rubric), *self.inspect(record))
        return Verdict.BROKEN if problems else Verdict.HELD, problems


def honest_work(
    target: Target, honest: Honest, rubric: LoadedRubric, checks: tuple[Check, ...]
) -> Iterator[Tried]:
    """The honest submissions as attacks on fairness: each has to come out as its worth is."""
    solution, ours = percents(honest.solution, rubric), percents(honest.honest, rubric)
    yield _fair(
        f"{target}-solution",
        "the reference solution earns everything",
        [f"{value:.2f} % at level {level}" for level, value in solution.items() if value < FULL],
        honest.solution,
        checks,
    )
    yield _fair(
        f"{target}-honest",
        "work with known weaknesses earns less than that, and more than nothing",
        [
            f"{value:.2f} % at level {level}"
            for level, value in ours.items()
            if not 0 < value < solution[level]
        ],
        honest.honest,
        checks,
    )


def _fair(
    name: str, title: str, problems: list[str], record: Record, checks: tuple[Check, ...]
) -> Tried:
    missing = unmeasured(record, checks)
    verdict = Verdict.UNKNOWN if missing else Verdict.BROKEN if problems else Verdict.HELD
    return Tried(
        attack=name,
        title=title,
        guarantee=Guarantee.HONEST,
        verdict=verdict,
        problems=(*problems, *missing),
        seconds=record.timings.get("total", 0.0),
    )
