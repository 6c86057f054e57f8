"""The candidate's own tests as evidence: what they reach, and what they notice.

They run in containers of the candidate's: beside trusted services, good and faulty, and by
themselves on their own code, as it is and changed. Where they give no usable answer, the tests of
the reference solution run in their place: that tells a busy machine from tests that are flaky, slow
or break the recording on purpose.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from threading import Lock
from typing import TYPE_CHECKING

from runner.analyser.document import OwnTests
from runner.checks import CheckContext, CheckResult, Event, faults, mutation
from runner.checks.boxes import GRACE_SECONDS, harness_spec, reference, tests_spec
from runner.checks.control import controlled
from runner.checks.conversation import converse
from runner.checks.reading import UnreadableError, read
from runner.checks.subjects import Subjects
from runner.checks.volumes import MIB, Shelf, Volumes, make
from runner.harness.messages import TestsJob, TestsReport
from runner.model import Evidence, Fault, Outcome, TestRuns

if TYPE_CHECKING:
    from runner.harness.messages import Turn, TurnResult

    Results = tuple[TurnResult, ...]


def expected(context: CheckContext) -> tuple[tuple[str, str | None], ...]:
    """The evidence that `run` returns: nothing where the challenge does not try tests."""
    if context.challenge.tests is None:
        return ()
    by_themselves = (mutation.COVERAGE, mutation.MUTANTS)
    checks = (faults.CHECK, *by_themselves) if context.references else by_themselves
    return tuple((check, None) for check in checks)


def run(context: CheckContext) -> CheckResult:
    """Run the candidate's own tests; what they say decides nothing by itself."""
    runs = context.challenge.tests
    if runs is None:
        return CheckResult(evidence=())
    first, control, again = (_Tries(context, runs, prefix) for prefix in ("", "control-", "again-"))
    found = first.tried(context, frozenset(check for check, _ in expected(context)))
    if context.solution:
        found = controlled(
            found,
            _inconclusive,
            lambda checks: control.tried(context.on_reference(checks), checks),
            lambda checks: again.tried(context, checks),
        )
    elsewhere = first.elsewhere or again.elsewhere
    if elsewhere:
        found[faults.CHECK] = faults.stand_in(found[mutation.MUTANTS], elsewhere)
    return CheckResult(
        evidence=tuple(found[check] for check, _ in expected(context)),
        timings=first.timings | control.timings | again.timings,
    )


def _inconclusive(evidence: Evidence) -> bool:
    return evidence.outcome is Outcome.NOT_MEASURED


class _Tries:
    """One try of some checks. `elsewhere` says why services show nothing of these tests."""

    def __init__(self, context: CheckContext, runs: TestRuns, prefix: str) -> None:
        self._runs = runs
        self._prefix = f"{context.attempt}{prefix}"
        self.elsewhere = ""
        self.timings: dict[str, float] = {}

    def tried(self, context: CheckContext, wanted: frozenset[str]) -> dict[str, Evidence]:
        """What the tests of the sources in `context` say about the `wanted` checks."""
        try:
            own = read(context, "tests", OwnTests)
        except UnreadableError as error:
            return {check: error.evidence(check) for check in wanted}
        if not own.tests:
            return {check: _no_tests(check) for check in wanted}
        lanes = _Lanes(context, self._runs, own, self._prefix)
        found: dict[str, Evidence] = {}
        # Tests wait a good part of their time: more of them than there are cores are done sooner.
        with ThreadPoolExecutor(max_workers=2) as pool:
            by_themselves = pool.submit(lanes.mutants) if wanted - {faults.CHECK} else None
            if faults.CHECK in wanted:
                found[faults.CHECK], self.elsewhere = lanes.faults()
            if by_themselves is not None:
                found |= {one.check: one for one in by_themselves.result() if one.check in wanted}
        self.timings = lanes.timings
        return found


def _no_tests(check: str) -> Evidence:
    return Evidence(
        check=check,
        outcome=Outcome.FAILED,
        fault=Fault.CANDIDATE,
        summary="there is no test of the candidate's own",
    )


class _Lanes:
    """The runs of one submission's tests, each lane in a harness of its own."""

    def __init__(self, context: CheckContext, runs: TestRuns, own: OwnTests, prefix: str) -> None:
        self._context = context
        self._runs = runs
        self._own = own
        self._prefix = prefix
        self._lock = Lock()
        self._due = 0
        self._done = 0
        self.timings: dict[str, float] = {}

    def faults(self) -> tuple[Evidence, str]:
        """Beside trusted services, and why that shows nothing, if it does not.

        Tests that notice nothing may not be talking to the services at all.
        """
        services = self._context.references
        turns = faults.turns(services, self._context.seed)
        found = self._run("faults", turns, self._runs.seconds)
        evidence = faults.evidence(found, services, len(self._own.tests))
        elsewhere = faults.nothing_passes(found[0])
        caught = [measure.value for measure in evidence.measures if measure.name == "caught"]
        if caught == [0] and not elsewhere:
            (alone,) = self._run("nobody", (faults.NOBODY,), self._runs.seconds)
            if faults.blind(found[0], alone):
                elsewhere = "the tests do not talk to the service at BASE_URL"
        return evidence, elsewhere

    def mutants(self) -> tuple[Evidence, Evidence]:
        """On their own code, as it is and changed."""
        changes = self._own.mutants
        turns = mutation.turns(changes, self._context.seed)
        found = self._run("mutants", turns, self._runs.changed_seconds)
        return mutation.coverage(found[0], self._own.lines), mutation.mutants(found, changes)

    def _run(
        self, name: str, lanes: tuple[tuple[Turn, ...], ...], seconds: float
    ) -> tuple[Results, ...]:
        begun = time.monotonic()
        with self._lock:
            self._due += sum(map(len, lanes))
        with ThreadPoolExecutor(max_workers=len(lanes)) as pool:
            found = tuple(pool.map(self._turns, lanes, repeat(seconds)))
        self.timings[f"tests.{self._prefix}{name}"] = time.monotonic() - begun
        return found

    def _turns(self, turns: tuple[Turn, ...], seconds: float) -> Results:
        context, runs = self._context, self._runs
        volumes = Volumes.of_tests(context, len(turns))
        make(context.run, volumes)
        shelf = Shelf(volumes)
        harness = context.run.start(harness_spec(context, volumes, seconds))
        subjects = Subjects(
            lambda _kind, _workers: reference(context, volumes),
            lambda command, beside: context.run.start(
                tests_spec(
                    context, volumes.of_command(shelf.slot(command.slot)), command, runs, beside
                )
            ),
        )
        report = converse(
            harness,
            self._job(turns, seconds),
            context.sources,
            subjects,
            seconds=seconds + GRACE_SECONDS,
            on_event=self._advance,
            report=TestsReport,
        )
        return report.turns

    def _advance(self, event: Event) -> None:
        """One turn more, of all lanes together."""
        with self._lock:
            self._done += 1
            merged = Event(stage="tests", detail=event.detail, done=self._done, total=self._due)
        self._context.on_event(merged)

    def _job(self, turns: tuple[Turn, ...], seconds: float) -> TestsJob:
        return TestsJob(
            own=tuple((test.path, test.name) for test in self._own.tests),
            turns=turns,
            turn_seconds=self._runs.run_seconds,
            seconds=seconds,
            output_bytes=self._context.challenge.subject.out_mib * MIB,
            sources_bytes=len(self._context.sources),
        )
