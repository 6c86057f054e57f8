"""The candidate's own tests: run against services of ours, and against changed code of theirs.

The tests run in a container of the candidate's; what they say about themselves is its word. What
is told here is which service they stood before, and that is ours to know.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, TypeAdapter, ValidationError

from runner.harness.client import AGENTS, Client
from runner.harness.errors import HarnessError, SubjectError
from runner.harness.messages import (
    FileCoverage,
    Finite,
    Message,
    Progress,
    TestOutcome,
    TestsReport,
    TurnResult,
)
from runner.harness.program import INPUTS, MARGIN_SECONDS, OUTPUTS, Budget, Program, fill
from runner.harness.run import unpack
from runner.harness.service import Service
from runner.harness.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from runner.harness.channel import Channel
    from runner.harness.messages import TestsJob, Turn
    from runner.harness.program import Result

COMMAND = ("python", "-I", "/opt/takehome/pytests.py")

TIMES_BASELINE = 3.0
SPARE_SECONDS = 5.0
"""A turn may take three times what the first one took, and 5 s: the usual limit for mutants."""

SLOW_SECONDS = 2.0
"""Tests that took longer come last in later turns, which end at the first failure."""

FEW = 0.2
"""Where no more than this share of the tests is slow, later turns leave them out altogether: the
time goes to more of those turns. Where most are, a service of its own for each, all are run."""

PROBLEM_CHARACTERS = 500

Name = Annotated[str, Field(max_length=300)]


class Outcomes(Message):
    """`outcomes.json`, as the runner of the tests writes it."""

    exit: int | None
    without_addopts: bool
    collected: int
    selected: int
    left_out: int
    shortened: int
    outcomes: Annotated[dict[Name, TestOutcome], Field(max_length=1000)]
    seconds: Annotated[dict[Name, Finite], Field(max_length=1000)]
    problems: Annotated[tuple[Name, ...], Field(max_length=20)]


COVERAGE: TypeAdapter[dict[str, FileCoverage]] = TypeAdapter(
    Annotated[dict[Name, FileCoverage], Field(max_length=2000)]
)


def run_tests(
    channel: Channel, job: TestsJob, sources: bytes, *, source_root: Path, control_root: Path
) -> TestsReport:
    """Run the turns of `job` until its time is used up."""
    unpack(sources, source_root)
    return asyncio.run(OwnTests(channel, job, Places(source_root, control_root)).run())


@dataclass(frozen=True, slots=True)
class Places:
    """Folders that are shared with subjects: the submission's, and that of services of ours."""

    source: Path
    control: Path
    inputs: Path = INPUTS
    outputs: Path = OUTPUTS


class OwnTests:
    """The turns of one job."""

    def __init__(self, channel: Channel, job: TestsJob, places: Places) -> None:
        """Know the job and the folders; nothing runs yet."""
        self._job = job
        self._channel = channel
        self._places = places
        self._begun = time.monotonic()
        self._left_out: tuple[str, ...] = ()
        self._last: tuple[str, ...] = ()
        self._limit = job.turn_seconds
        self._needed = 0.0
        self._waiting = Waiting()
        self._program = Program(
            channel,
            self._waiting,
            Budget(command_seconds=job.seconds, output_bytes=job.output_bytes, left=self._left),
            inputs=places.inputs,
            outputs=places.outputs,
        )

    def _left(self) -> float:
        return self._job.seconds - (time.monotonic() - self._begun)

    async def run(self) -> TestsReport:
        """One result for each turn that there was time for."""
        service = self._service()
        try:
            return TestsReport(turns=tuple([result async for result in self._results(service)]))
        finally:
            if service is not None:
                await service.client.close()

    async def _results(self, service: Service | None) -> AsyncIterator[TurnResult]:
        first, *others = self._job.turns
        result = await self._turn(first, service, first=True)
        self._take_for_granted(result)
        yield result
        for number, turn in enumerate(others, 1):
            if result.problem or self._left() <= self._needed + MARGIN_SECONDS:
                return
            self._tell(turn, number)
            try:
                later = await self._turn(turn, service, first=False)
            except SubjectError:  # the service took so long to start that no time is left
                return
            if later.limit and self._left() <= MARGIN_SECONDS:
                return  # the end of all turns' time, not of this one's
            yield later

    def _tell(self, turn: Turn, done: int) -> None:
        detail = "beside a service" if turn.reference else "with changed code"
        total = len(self._job.turns)
        self._channel.send(Progress(check=detail, outcome="", done=done, total=total))

    def _service(self) -> Service | None:
        job = self._job.service
        if job is None:
            return None
        client = Client(job.port, deadline=5.0, agent=AGENTS[0], waiting=self._waiting)
        return Service(self._channel, job, client, self._waiting, rounds=2)

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

    async def _turn(self, turn: Turn, service: Service | None, *, first: bool) -> TurnResult:
        if not turn.reference:
            return await self._run(turn, first=first)
        if service is None:
            message = f"{turn.name} needs a service where there is none"
            raise HarnessError(message)
        fill(self._places.control, {path: text.encode() for path, text in turn.reference.items()})
        try:
            await service.start(kind="reference")
        except SubjectError as error:
            message = f"the reference {turn.name} does not start: {error}"
            raise HarnessError(message) from error
        try:
            return await self._run(turn, first=first)
        finally:
            await service.kill()

    async def _run(self, turn: Turn, *, first: bool) -> TurnResult:
        plan = {
            "own": self._job.own,
            "skip": self._left_out,
            "last": self._last,
            "coverage": turn.coverage,
            "stop": not first,
        }
        begun = time.monotonic()
        with changed(self._places.source, turn.files):
            result = await self._program.run(
                COMMAND,
                inputs={"plan.json": json.dumps(plan).encode()},
                seconds=self._limit,
                joined=turn.joined or bool(turn.reference),
            )
        return _told(turn, result, time.monotonic() - begun)


@contextmanager
def changed(root: Path, files: Mapping[str, str]) -> Iterator[None]:
    """The submission with other texts in some of its files; the old ones are not beside them.

    `HarnessError` for a file that the submission does not have.
    """
    for name in files:
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts or not (root / place).is_file():
            message = f"the submission has no file {name!r} that could be changed"
            raise HarnessError(message)
    before = {name: (root / name).read_bytes() for name in files}
    try:
        for name, text in files.items():
            (root / name).write_bytes(text.encode())
        yield
    finally:
        for name, data in before.items():
            (root / name).write_bytes(data)


def _told(turn: Turn, result: Result, seconds: float) -> TurnResult:
    """The candidate's documents, as far as they are documents."""
    ended = TurnResult(name=turn.name, seconds=seconds, how=result.how, limit=result.limit)
    try:
        found = Outcomes.model_validate_json(result.document("outcomes.json"))
        coverage = _coverage(result) if turn.coverage and not result.limit else {}
    except SubjectError as error:
        return ended.model_copy(update={"problem": str(error)})
    except ValidationError as error:
        problem = f"what the tests wrote is malformed: {error}"[:PROBLEM_CHARACTERS]
        return ended.model_copy(update={"problem": problem})
    problem = "" if found.outcomes else _why_nothing(found, result)
    return ended.model_copy(
        update={
            "outcomes": found.outcomes,
            "test_seconds": found.seconds,
            "coverage": coverage,
            "problem": problem,
        }
    )


def _coverage(result: Result) -> dict[str, FileCoverage]:
    return COVERAGE.validate_json(result.document("coverage.json"))


def _why_nothing(outcomes: Outcomes, result: Result) -> str:
    said = "; ".join(outcomes.problems) or result.output.strip()[-300:]
    how = result.how if outcomes.exit is None else f"pytest ended with {outcomes.exit}"
    return f"no test ran ({how}){': ' if said else ''}{said}"
