"""The proof of a challenge: every variant it ships is graded and has to come out as stated.

`solution` earns everything at every level, the untouched `starter` next to nothing, every
alternative passes all requirements, every flawed variant loses exactly what its `expect.toml`
names, and every cheat is graded, earns no more than the starter and raises its alarms. What
does not hold is a problem with a sentence; no problem is a proof.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner import grading
from runner.catalog import variants
from runner.certificate import OWN_TESTS, Proof, Row, renewed, row_digest
from runner.checks import Event, ignore
from runner.intake import submission_from_files
from runner.model import Level, Outcome, Status
from runner.pipeline import CHECKS, Job, assess
from runner.sandbox.together import lanes
from runner.scaffold import render_starter
from runner.tree import pack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runner.catalog import LoadedChallenge, LoadedRubric, Variant
    from runner.checks import OnEvent
    from runner.model import Record
    from runner.sandbox import Sandbox
    from runner.tree import SourceFile

STARTER_CEILING = 5.0
"""Percent of the automatic points that the untouched starter may earn at most."""

FULL = 100.0


def prove(  # noqa: PLR0913 - what, by what, where, and how many at a time
    challenge: LoadedChallenge,
    rubric: LoadedRubric,
    chosen: Sequence[Variant],
    sandbox: Sandbox,
    images: dict[str, str],
    on_event: OnEvent = ignore,
    *,
    jobs: int = 1,
    keep: Callable[[Row], None] = lambda _: None,
) -> Proof:
    """Grade the `chosen` variants, `jobs` at a time, and hold them against what they claim.

    `keep` gets each row when it and those before it are done: a proof can take an hour.
    """
    rows = []
    with lanes(sandbox, jobs) as (pool, together):

        def row(variant: Variant) -> Row:
            record = assess(_job(challenge, rubric, variant, images), together)
            return judge(variant, record, challenge, rubric)

        for number, done in enumerate(pool.map(row, chosen), 1):
            on_event(Event.tried(done.variant, number, len(chosen), good=not done.problems))
            rows.append(done)
            keep(done)
    return renewed(Proof(challenge=challenge.challenge.id), rows, challenge, chosen)


def plain_starter(challenge: LoadedChallenge) -> tuple[SourceFile, ...]:
    """The starter of nobody in particular, against which a variant's changes are counted."""
    return render_starter(challenge, candidate="", level=Level.SENIOR, seed=0)


def all_variants(challenge: LoadedChallenge) -> tuple[Variant, ...]:
    """Every variant that the challenge ships, the untouched starter among them."""
    return variants(challenge, plain_starter(challenge))


def _job(
    challenge: LoadedChallenge, rubric: LoadedRubric, variant: Variant, images: dict[str, str]
) -> Job:
    return Job(
        challenge=challenge,
        rubric=rubric,
        level=Level.SENIOR,
        submission=submission_from_files(variant.files),
        starter=pack(plain_starter(challenge)),
        candidate=variant.title,
        source=variant.title,
        images=images,
        checks=tuple(CHECKS) if variant.kind in OWN_TESTS else ("suite",),
    )


def judge(
    variant: Variant, record: Record, challenge: LoadedChallenge, rubric: LoadedRubric
) -> Row:
    """One row of the matrix."""
    statuses = {item.id: item.status for item in record.criteria if item.requirements}
    percents = {level: _percent(record, challenge, rubric, level) for level in Level}
    return Row(
        variant=variant.title,
        kind=variant.kind,
        digest=row_digest(challenge, rubric, variant),
        statuses=statuses,
        percents=percents,
        failed_checks=tuple(
            item.check for item in record.evidence if item.outcome is Outcome.FAILED
        ),
        problems=tuple(_problems(variant, record, statuses, percents)),
        seconds=record.timings.get("total", 0.0),
    )


def _percent(
    record: Record, challenge: LoadedChallenge, rubric: LoadedRubric, level: Level
) -> float:
    scorecard = grading.grade(
        rubric.rubric,
        challenge.challenge.requirements,
        level,
        record.evidence,
        expected=challenge.expected,
    )
    return scorecard.score.automatic.percent


def _problems(
    variant: Variant,
    record: Record,
    statuses: dict[str, Status],
    percents: dict[Level, float],
) -> list[str]:
    summaries = {item.id: item.summary for item in record.criteria}
    broken = [f"{name} errored: {summaries[name]}" for name in _with(statuses, Status.ERRORED)]
    if variant.kind == "starter":
        return broken + _above_ceiling(percents)
    if variant.kind == "cheat":
        return broken + _unmasked(variant, record, percents)
    lost = {name for name, status in statuses.items() if status is not Status.PASSED}
    known = {*variant.loses, *variant.expects.may_lose}
    broken += [f"loses {name}: {summaries[name]}" for name in sorted(lost - known)]
    broken += [f"should lose {name} and does not" for name in sorted(set(variant.loses) - lost)]
    if variant.kind == "solution":
        broken += _short_of_full(record, percents)
    return broken


def _above_ceiling(percents: dict[Level, float]) -> list[str]:
    return [
        f"earns {value:.1f} % at level {level}, more than {STARTER_CEILING:g} %"
        for level, value in percents.items()
        if value > STARTER_CEILING
    ]


def _unmasked(variant: Variant, record: Record, percents: dict[Level, float]) -> list[str]:
    """What a cheat got away with: a void run, points, belief, an alarm that stayed silent.

    One that is laid on the solution keeps what the solution earned.
    """
    found = [] if record.outcome == "graded" else [f"the run is {record.outcome}"]
    if variant.expects.base != "solution":
        found += _above_ceiling(percents)
    outcomes = {item.check: item.outcome for item in record.evidence}
    found += [
        f"{name} should tell nothing, and is {outcomes.get(name, 'not there')}"
        for name in variant.expects.not_told
        if outcomes.get(name) is not Outcome.NOT_MEASURED
    ]
    raised = {alarm.id for alarm in record.alarms}
    return found + [
        f"should raise the alarm {name} and does not"
        for name in variant.expects.alarms
        if name not in raised
    ]


def _short_of_full(record: Record, percents: dict[Level, float]) -> list[str]:
    short = [
        f"earns {value:.2f} % at level {level}, not 100 %"
        for level, value in percents.items()
        if value < FULL
    ]
    if not short:
        return []
    return short + [
        f"{item.id} {item.status}: {item.summary}"
        for item in record.criteria
        if item.status in (Status.PARTIAL, Status.FAILED, Status.NOT_MEASURED)
    ]


def _with(statuses: dict[str, Status], wanted: Status) -> list[str]:
    return [name for name, status in statuses.items() if status is wanted]
