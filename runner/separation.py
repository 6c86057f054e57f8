"""Do the probes separate good services from bad ones, in every round, idle and under load?

Good services (the solution and the alternatives of a challenge) have to pass every probe in every
round. A flawed one has to fail the probes of the requirements that its `expect.toml` names under
`probes`, in every round. Whatever was not told counts as neither.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.catalog import control
from runner.checks import SUBJECT_USER, CheckContext, Event, hidden_tests, ignore
from runner.intake import submission_from_files
from runner.model import Limits
from runner.rounds import Tally, tried_digest
from runner.sandbox import BoxSpec
from runner.sandbox.together import lanes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.catalog import LoadedChallenge, Variant
    from runner.checks import OnEvent
    from runner.harness.messages import SuiteReport
    from runner.sandbox import Run, Sandbox

ROUND_SECONDS = 90.0
"""What one round of all probes may take, several times what it does take."""

BURN = ("python3", "-I", "-c", "while True: pass")
BURNERS = 2

SPARE_SECONDS = 600.0
"""After the latest end of a run, until `takehome gc` may remove what it left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What to try: the variants of a challenge, how often, how many at a time, on busy cores?"""

    challenge: LoadedChallenge
    images: dict[str, str]
    rounds: int
    load: bool
    jobs: int = 1
    requirements: tuple[str, ...] = ()
    """Whose probes to run; of all that have some, where none is named."""


def chosen(variants: Sequence[Variant], requirements: Sequence[str] = ()) -> tuple[Variant, ...]:
    """The variants that say something about probes, or about those of these requirements."""
    good = ("solution", "alternative")
    return tuple(
        one
        for one in variants
        if one.kind in good
        or (set(one.expects.probes) & set(requirements) if requirements else one.expects.probes)
    )


def separate(
    trial: Trial,
    variants: Sequence[Variant],
    sandbox: Sandbox,
    on_event: OnEvent = ignore,
) -> Iterator[Tally]:
    """Run the probes of every variant; a tally for each requirement that is tried on it.

    Tallies come as the variants are done.
    """
    total = len(variants)
    with _busy(trial, total, sandbox), lanes(sandbox, trial.jobs) as (pool, together):
        due = {pool.submit(_tried, trial, variant, together): variant for variant in variants}
        for number, done in enumerate(as_completed(due), 1):
            found = done.result()
            good = all(tally.separated for tally in found)
            on_event(Event.tried(due[done].title, number, total, good=good))
            yield from found


@contextmanager
def _busy(trial: Trial, variants: int, sandbox: Sandbox) -> Iterator[None]:
    """Keep both cores busy with something else meanwhile, where that is asked for."""
    seconds = _seconds(trial) * variants
    with sandbox.open(ttl_seconds=seconds + SPARE_SECONDS) as run:
        for _ in range(BURNERS if trial.load else 0):
            run.start(
                BoxSpec(
                    role="burner",
                    image=trial.images["subject"],
                    argv=BURN,
                    uid=SUBJECT_USER,
                    gid=SUBJECT_USER,
                    limits=Limits(wall_seconds=seconds),
                )
            )
        yield


def _seconds(trial: Trial) -> float:
    """What one variant may take."""
    return ROUND_SECONDS * (trial.rounds + 1)


def _tried(trial: Trial, variant: Variant, sandbox: Sandbox) -> list[Tally]:
    """The tallies of one variant."""
    good = variant.kind != "flawed"
    probes = trial.challenge.probes
    wanted = {
        check: requirement
        for check, requirement in trial.challenge.expected
        if check in probes
        and (good or requirement in variant.expects.probes)
        and (not trial.requirements or requirement in trial.requirements)
    }
    seconds = _seconds(trial)
    with sandbox.open(ttl_seconds=seconds + SPARE_SECONDS) as run:
        context = _context(run, trial, variant, seconds)
        job = hidden_tests.job_for(context).model_copy(
            update={"select": tuple(wanted), "rounds": trial.rounds}
        )
        report = hidden_tests.report_on(context, job)
    return [
        _tally(trial, variant, report, requirement)
        for requirement in dict.fromkeys(wanted.values())
    ]


def _context(run: Run, trial: Trial, variant: Variant, seconds: float) -> CheckContext:
    challenge = trial.challenge.challenge
    suite = challenge.suite.model_copy(update={"suite_seconds": seconds})
    return CheckContext(
        run=run,
        challenge=challenge.model_copy(update={"suite": suite}),
        images=trial.images,
        sources=submission_from_files(variant.files).to_tar(),
        starter=b"",
        suite=trial.challenge.suite,
        expected=trial.challenge.expected,
        seed=trial.rounds,
        control=control(trial.challenge),
    )


def _tally(trial: Trial, variant: Variant, report: SuiteReport, requirement: str) -> Tally:
    """A round fails when one of the requirement's checks fails in it."""
    rounds: dict[str, list[str]] = {}
    reason = ""
    for check in report.checks:
        for case in check.cases if check.requirement == requirement else ():
            rounds.setdefault(case.name, []).append(case.outcome)
            if case.outcome != "passed" and not reason:
                reason = f"{check.id.partition('::')[2]}, {case.name}: {case.reason}"
    ends = Counter(_end(outcomes) for outcomes in rounds.values())
    return Tally(
        variant=variant.title,
        good=variant.kind != "flawed",
        requirement=requirement,
        load=trial.load,
        jobs=trial.jobs,
        digest=tried_digest(trial.challenge, variant),
        passed=ends["passed"],
        failed=ends["failed"],
        not_measured=ends["not_measured"],
        reason=reason,
    )


def _end(outcomes: Sequence[str]) -> str:
    if "failed" in outcomes:
        return "failed"
    return "passed" if set(outcomes) == {"passed"} else "not_measured"
