"""The candidate's own tests: run against services of ours, and against changed code of theirs.

The tests run in a container of the candidate's; what they say about themselves is its word. What
is told here is which service they stood before, and that is ours to know.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from runner.harness.errors import HarnessError, SubjectError
from runner.harness.messages import Progress, TestsReport, TurnResult
from runner.harness.own_documents import MalformedError, coverage_of, outcomes_of
from runner.harness.program import MARGIN_SECONDS, Budget, Program
from runner.harness.reply import shorten
from runner.harness.run import unpacked
from runner.harness.slots import Slots, fill
from runner.harness.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from runner.harness.channel import Channel
    from runner.harness.messages import TestOutcome, TestsJob, Turn
    from runner.harness.own_documents import Outcomes
    from runner.harness.program import Result

COMMAND = ("python", "-I", "/opt/takehome/pytests.py")

STOP = "takehome: a test has failed"
"""What that program prints when one has. Later turns are ended then; the tests are not told so."""

REPOSITORY = "src"
"""The folder of `/in` with the submission."""

TIMES_BASELINE = 3.0
SPARE_SECONDS = 5.0
"""A turn may take three times what the first one took, and 5 s: the usual limit for mutants."""

SLOW_SECONDS = 2.0
"""Tests that took longer come last in later turns, which end at the first failure."""

FEW = 0.2
"""Where no more than this share of the tests is slow, later turns leave them out altogether: the
time goes to more of those turns. Where most are, a service of its own for each, all are run."""

PROBLEM_CHARACTERS = 500
LATER_TESTS = 200
"""Outcomes of a later turn that are handed on: those that do not pass and did before come first."""


def run_tests(
    channel: Channel, job: TestsJob, sources: bytes, *, control_root: Path
) -> TestsReport:
    """Run the turns of `job` until its time is used up."""
    return asyncio.run(OwnTests(channel, job, sources, control_root).run())


class OwnTests:
    """The turns of one job."""

    def __init__(
        self,
        channel: Channel,
        job: TestsJob,
        sources: bytes,
        control: Path,
        *,
        slots: Slots | None = None,
    ) -> None:
        """Know the job, the folder for services of ours and the slots; nothing runs yet."""
        self._job = job
        self._channel = channel
        self._control = control
        self._files, self._executable = unpacked(sources)
        self._begun = time.monotonic()
        self._left_out: tuple[str, ...] = ()
        self._last: tuple[str, ...] = ()
        self._limit = job.turn_seconds
        self._needed = 0.0
        self._program = Program(
            channel,
            Waiting(),
            Budget(command_seconds=job.seconds, output_bytes=job.output_bytes, left=self._left),
            slots=slots,
        )

    def _left(self) -> float:
        return self._job.seconds - (time.monotonic() - self._begun)

    async def run(self) -> TestsReport:
        """One result for each turn that there was time for."""
        return TestsReport(turns=tuple([result async for result in self._results()]))

    async def _results(self) -> AsyncIterator[TurnResult]:
        first, *others = self._job.turns
        result = await self._turn(first, first=True)
        self._take_for_granted(result)
        yield result
        for number, turn in enumerate(others, 1):
            if result.problem or self._left() <= self._needed + MARGIN_SECONDS:
                return
            self._tell(turn, number)
            try:
                later = await self._turn(turn, first=False)
            except SubjectError:  # the service took so long to start that no time is left
                return
            if later.limit and self._left() <= MARGIN_SECONDS:
                return  # the end of all turns' time, not of this one's
            yield _briefly(later, result)

    def _tell(self, turn: Turn, done: int) -> None:
        detail = "beside a service" if turn.reference else "with changed code"
        total = len(self._job.turns)
        self._channel.send(Progress(check=detail, outcome="", done=done, total=total))

    def _take_for_granted(self, first: TurnResult) -> None:
        """The first turn says how long the tests take, and which of them to leave out."""
        self._limit = min(self._job.turn_seconds, TIMES_BASELINE * first.seconds + SPARE_SECONDS)
        self._left_out = tuple(
            name for name, outcome in first.outcomes.items() if outcome != "passed"
        )
        slow = tuple(name for name, took in first.test_seconds.items() if took > SLOW_SECONDS)
        if len(slow) <= FEW * len(first.test_seconds):
            self._left_out += slow
        else:
            self._last = slow
        omitted = sum(first.test_seconds.get(name, 0.0) for name in self._left_out)
        self._needed = max(first.seconds - omitted, 0.0)

    async def _turn(self, turn: Turn, *, first: bool) -> TurnResult:
        async with self._beside(turn.reference):
            return await self._run(turn, first=first)

    @asynccontextmanager
    async def _beside(self, reference: Mapping[str, str]) -> AsyncIterator[None]:
        """Inside, that service of ours serves, where there is one. The host waits until it does."""
        if not reference:
            yield
            return
        fill(self._control, {path: text.encode() for path, text in reference.items()})
        started = await self._call("start", kind="reference", workers=1)
        try:
            yield
        finally:
            await self._call("kill", subject=started["subject"])

    async def _call(self, verb: str, **arguments: object) -> dict[str, object]:
        return await asyncio.to_thread(self._channel.call, verb, arguments)

    async def _run(self, turn: Turn, *, first: bool) -> TurnResult:
        plan = {
            "own": self._job.own,
            "skip": self._left_out,
            "last": self._last,
            "coverage": turn.coverage,
        }
        begun = time.monotonic()
        result = await self._program.run(
            COMMAND,
            inputs={
                "plan.json": json.dumps(plan).encode(),
                **{f"{REPOSITORY}/{path}": data for path, data in self._changed(turn).items()},
            },
            executable={f"{REPOSITORY}/{path}" for path in self._executable},
            seconds=self._limit,
            joined=turn.joined or bool(turn.reference),
            stop="" if first else STOP,
        )
        return _told(turn, result, time.monotonic() - begun)

    def _changed(self, turn: Turn) -> dict[str, bytes]:
        """The submission, with the turn's texts in some of its files, in the same order."""
        unknown = turn.files.keys() - self._files.keys()
        if unknown:
            message = f"the submission has no file {min(unknown)!r} that could be changed"
            raise HarnessError(message)
        return {**self._files, **{path: text.encode() for path, text in turn.files.items()}}


def _told(turn: Turn, result: Result, seconds: float) -> TurnResult:
    """The candidate's documents, as far as they are documents."""
    ended = TurnResult(name=turn.name, seconds=seconds, how=result.how, limit=result.limit)
    try:
        found = outcomes_of(result)
        coverage = coverage_of(result) if turn.coverage and not result.limit else {}
    except SubjectError as error:
        return ended.model_copy(update={"problem": str(error)})
    except MalformedError as error:
        problem = shorten(f"what the tests wrote is malformed: {error}", PROBLEM_CHARACTERS)
        return ended.model_copy(update={"problem": problem, "malformed": True})
    problem = "" if found.outcomes else _why_nothing(found, result)
    return ended.model_copy(
        update={
            "outcomes": found.outcomes,
            "test_seconds": found.seconds,
            "coverage": coverage,
            "problem": problem,
            "malformed": found.forged,
        }
    )


def _briefly(later: TurnResult, first: TurnResult) -> TurnResult:
    """A later turn with few outcomes, so that all turns of a job are one line."""

    def rank(item: tuple[str, TestOutcome]) -> int:
        name, outcome = item
        return 2 if outcome == "passed" else int(first.outcomes.get(name) != "passed")

    kept = dict(sorted(later.outcomes.items(), key=rank)[:LATER_TESTS])
    return later.model_copy(update={"outcomes": kept, "test_seconds": {}})


def _why_nothing(outcomes: Outcomes, result: Result) -> str:
    said = "; ".join(outcomes.problems) or result.output.strip()[-300:]
    how = result.how if outcomes.exit is None else f"pytest ended with {outcomes.exit}"
    return shorten(f"no test ran ({how}){': ' if said else ''}{said}", 2 * PROBLEM_CHARACTERS)
