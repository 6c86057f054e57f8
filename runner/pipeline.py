"""From a submission to its record: run the checks, then judge what they found.

`assess` never raises for what a submission does. What breaks on our side becomes errored
evidence, which voids the record and names the stage; what breaks on this submission and not on
the reference is withheld (`runner.checks.blame`). Only an engine that cannot be used at all
raises `InfrastructureError`.
"""

from __future__ import annotations

import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from runner import __version__, grading
from runner.alarms import few_of_each
from runner.catalog import control, references, solution
from runner.checks import (
    CheckContext,
    CheckResult,
    Event,
    Reference,
    analysis,
    hidden_tests,
    ignore,
    own_tests,
)
from runner.checks.blame import BREAKS, settled
from runner.checks.unread import UNREAD_CODE, contradicted
from runner.model import (
    Alarm,
    ChallengeReference,
    Evidence,
    Location,
    Outcome,
    Provenance,
    Record,
    SubmissionReference,
)
from runner.tree import pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.catalog import LoadedChallenge, LoadedRubric
    from runner.checks import OnEvent
    from runner.checks.blame import Check
    from runner.intake import Submission
    from runner.model import Isolation, Level, Scorecard
    from runner.sandbox import Sandbox

TTL_SECONDS = 3600.0
"""After this, `takehome gc` removes what a run left even if its owner seems alive."""

UNREAD_CHECK = "static.ruff"
"""Not measured when the analyser found too little changed code to judge."""

UNSEEN_SHARE = 0.25
"""Share of the hidden checks that a submission passes at most without writing code. The
untouched starter passes one or two of them."""


CHECKS: dict[str, Check] = {"analysis": analysis, "suite": hidden_tests, "tests": own_tests}

ALONE = "suite"
"""Its probes have the machine to themselves, then the other checks share it with what is left."""

TESTS = "tests"
"""The only check that needs services of ours to hold a submission's tests against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One grading, as values. `starter` is the tar of what the candidate was given.

    `issued_seed` is what the manifest that came back says their own data were made from: a hint.
    """

    challenge: LoadedChallenge
    rubric: LoadedRubric
    level: Level
    submission: Submission
    starter: bytes
    candidate: str
    source: str
    images: dict[str, str]
    issued_seed: int = 0
    checks: tuple[str, ...] = tuple(CHECKS)

    @property
    def seed(self) -> int:
        """The same submission gets the same seed, so that grading it again repeats the run.

        It depends on the hidden suite as well, hence no candidate can know it.
        """
        material = f"{self.submission.digest}/{self.challenge.suite_digest}"
        return int.from_bytes(hashlib.sha256(material.encode()).digest()[:6])


def assess(job: Job, sandbox: Sandbox, on_event: OnEvent = ignore) -> Record:
    """Grade one submission. Leaves nothing behind in the sandbox, however it ends."""
    begun = time.monotonic()
    isolation = sandbox.isolation()
    with sandbox.open(ttl_seconds=TTL_SECONDS) as run:
        context = CheckContext(
            run=run,
            challenge=job.challenge.challenge,
            images=job.images,
            sources=job.submission.to_tar(),
            starter=job.starter,
            suite=job.challenge.suite,
            expected=job.challenge.expected,
            seed=job.seed,
            probes=job.challenge.probes,
            control=control(job.challenge),
            issued_seed=job.issued_seed,
            references=_references(job) if TESTS in job.checks else (),
            solution=pack(solution(job.challenge)),
            on_event=on_event,
            packed=job.submission.packed,
            disguised=job.submission.disguised,
        )
        results = contradicted(_results(job.checks, context))
        closing = time.monotonic()
        name = run.id
    timings = {key: value for result in results for key, value in result.timings.items()}
    timings |= {"clean-up": time.monotonic() - closing, "total": time.monotonic() - begun}
    on_event(Event(stage="done"))
    return _record(job, results, timings, isolation, name)


def _references(job: Job) -> tuple[Reference, ...]:
    return tuple(
        Reference(
            name=one.title,
            defect=one.expects.defect,
            files={file.path: file.data.decode() for file in one.files},
        )
        for one in references(job.challenge, job.level)
    )


def _results(checks: Sequence[str], context: CheckContext) -> list[CheckResult]:
    """What the checks found. Probes count what overlaps: the others begin when they are over.

    However it ends, nothing of it goes on afterwards.
    """
    due = [name for name in checks if CHECKS[name].expected(context)]
    others = [name for name in due if name != ALONE]
    quiet = threading.Event()
    with ThreadPoolExecutor(max_workers=2) as pool:
        try:
            alone = pool.submit(_probed, context, quiet) if ALONE in due else None
            beside = pool.submit(_later, others, context, quiet if alone else None)
            found = dict(zip(others, beside.result(), strict=True))
            if alone is not None:
                found[ALONE] = alone.result()
            return [found[name] for name in due]
        except BaseException:
            # Whoever waits for a box would be waited for; what is left of boxes goes with the run.
            context.run.stop()
            raise
        finally:
            quiet.set()


def _later(
    names: Sequence[str], context: CheckContext, quiet: threading.Event | None
) -> list[CheckResult]:
    """The other checks, one after the other."""
    if quiet is not None:
        quiet.wait()
    return [settled(name, CHECKS[name], context) for name in names]


def _probed(context: CheckContext, quiet: threading.Event) -> CheckResult:
    """The suite; `quiet` is set when its probes are over, whatever becomes of it."""

    def watch(event: Event) -> None:
        # A suite runs its probes first: the end of any other check is the end of all of them.
        if event.detail and event.detail not in context.probes:
            quiet.set()
        context.on_event(event)

    try:
        return settled(ALONE, CHECKS[ALONE], replace(context, on_event=watch))
    finally:
        quiet.set()


def _record(
    job: Job,
    results: list[CheckResult],
    timings: dict[str, float],
    isolation: Isolation,
    run: str,
) -> Record:
    routes = {key: place for result in results for key, place in result.routes.items()}
    evidence = tuple(
        _located(item, job.challenge, routes) for result in results for item in result.evidence
    )
    challenge = job.challenge.challenge
    scorecard = grading.grade(
        job.rubric.rubric,
        challenge.requirements,
        job.level,
        evidence,
        expected=job.challenge.expected,
    )
    return _compose(
        scorecard,
        challenge=ChallengeReference(
            id=challenge.id,
            version=challenge.version,
            digest=job.challenge.digest,
            title=challenge.title,
            specialization=challenge.specialization,
            time_box_minutes=challenge.time_box_minutes,
            requirements=challenge.requirements,
        ),
        level=job.level,
        submission=_submission(job, results),
        alarms=_alarms(job, results),
        evidence=evidence,
        isolation=isolation,
        provenance=_provenance(job, results, run),
        timings={name: round(value, 3) for name, value in timings.items()},
    )


def _compose(scorecard: Scorecard, **parts: object) -> Record:
    return Record.model_validate(_judgment(scorecard) | parts)


def _judgment(scorecard: Scorecard) -> dict[str, object]:
    """The fields of a record that the scorer makes."""
    return {name: getattr(scorecard, name) for name in type(scorecard).model_fields}


def _located(
    evidence: Evidence, challenge: LoadedChallenge, routes: dict[str, Location]
) -> Evidence:
    """Point a failed check at the code that answers its route, where that is known."""
    if evidence.outcome is not Outcome.FAILED or evidence.requirement is None:
        return evidence
    wanted = {
        requirement.route
        for requirement in challenge.challenge.requirements
        if requirement.id == evidence.requirement
    }
    places = tuple(place for route, place in routes.items() if route in wanted)
    return evidence.model_copy(update={"locations": evidence.locations + places})


def _submission(job: Job, results: list[CheckResult]) -> SubmissionReference:
    return SubmissionReference(
        digest=job.submission.digest,
        candidate=job.candidate,
        source=job.source,
        files=len(job.submission.files),
        bytes=job.submission.total_bytes,
        changed_lines=sum(result.changed_lines for result in results),
    )


def _alarms(job: Job, results: list[CheckResult]) -> tuple[Alarm, ...]:
    found = tuple(alarm for result in results for alarm in result.alarms)
    return few_of_each((*job.submission.alarms, *found, *_unseen(results)))


def _unseen(results: list[CheckResult]) -> Iterator[Alarm]:
    """A service that does more than the code that was read explains: the rest is elsewhere."""
    evidence = [item for result in results for item in result.evidence]
    judged = [item for item in evidence if item.requirement is not None]
    passed = sum(item.outcome is Outcome.PASSED for item in judged)
    said = any(alarm.id in {BREAKS, UNREAD_CODE} for one in results for alarm in one.alarms)
    unread = not said and any(
        item.check == UNREAD_CHECK and item.outcome is Outcome.NOT_MEASURED for item in evidence
    )
    if unread and passed > UNSEEN_SHARE * len(judged):
        lines = sum(result.changed_lines for result in results)
        yield Alarm(
            id="suite.unseen-code",
            summary=f"{passed} of {len(judged)} hidden checks pass with {lines} changed lines of "
            "Python: look for code in other files",
        )


def _provenance(job: Job, results: Iterable[CheckResult], run: str) -> Provenance:
    challenge = job.challenge.challenge
    return Provenance(
        takehome=__version__,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        run=run,
        seed=job.seed,
        images=job.images,
        tools={name: value for result in results for name, value in result.tools.items()},
        rubric=f"{job.rubric.rubric.id} {job.rubric.rubric.version}",
        rubric_digest=job.rubric.digest,
        suite_digest=job.challenge.suite_digest,
        limits={
            "subject": challenge.subject.limits.model_dump(),
            "suite": challenge.suite.model_dump(),
        },
    )


def rescore(record: Record, rubric: LoadedRubric) -> Record:
    """The record judged anew by `rubric`, with the marks it holds. Runs nothing."""
    scorecard = grading.grade(
        rubric.rubric,
        record.challenge.requirements,
        record.level,
        record.evidence,
        record.marks,
        expected=tuple(
            (item.check, item.requirement)
            for item in record.evidence
            if item.requirement is not None
        ),
    )
    provenance = record.provenance.model_copy(
        update={
            "rubric": f"{rubric.rubric.id} {rubric.rubric.version}",
            "rubric_digest": rubric.digest,
        }
    )
    return record.model_copy(update=_judgment(scorecard) | {"provenance": provenance})
