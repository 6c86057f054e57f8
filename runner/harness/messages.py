"""The words that host and harness exchange, one JSON document a line.

Host to harness, once:   `Job` or `TestsJob`, then `sources_bytes` raw bytes (an uncompressed tar).
Harness to host, many:   `Call` (answered by one `Answer` with the same number) or `Progress`.
Harness to host, once:   `SuiteReport` or `TestsReport`, the last line.

The harness is trusted, yet its lines are parsed strictly: unknown keys, NaN and missing
fields are our own fault (`errored`) and never anybody's points.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Finite = Annotated[float, Field(allow_inf_nan=False)]


class Message(BaseModel):
    """Base of all messages: frozen, strict, unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ServiceJob(Message):
    """Where the subject and the stub of its upstream listen, and when it counts as started.

    It can be given files of so many bytes together; with 0 there is no place for them.
    """

    port: int
    upstream_port: int
    ready_path: str
    start_seconds: Finite
    given_bytes: Annotated[int, Field(ge=0)] = 0


class Control(Message):
    """What is known to be good: `files`, path → text.

    `tiny` where that is a tiny service, as probes talk to: it is configured by variables of its own
    and runs no command. Otherwise it is the challenge's solution, in the environment of a
    submission.
    """

    files: dict[str, str] = {}
    tiny: bool = False


class Job(Message):
    """What the harness is to do: run `suite` (file name → text) against the subject.

    `seed` is the only source of randomness. `settings` are the environment values that the
    subject gets (the suite needs the same secret to make tokens). `sources_bytes` bytes follow.
    """

    kind: Literal["job"] = "job"
    suite: dict[str, str]
    seed: int
    issued_seed: Annotated[int, Field(ge=0)] = 0
    """What the candidate's own data were made from, by the word of the manifest that came back."""
    settings: dict[str, str]
    service: ServiceJob | None
    """How to reach the subject where it is a service; None where only commands are run."""
    command_seconds: Finite
    """The longest that one command may take."""
    output_bytes: int
    """How much of what a command wrote is read."""
    request_seconds: Finite
    test_seconds: Finite
    suite_seconds: Finite
    sources_bytes: int
    control: Control = Control()
    select: tuple[str, ...] = ()
    """Check ids to run; empty runs all."""
    rounds: Annotated[int, Field(ge=1)] = 1
    """How often to run each test."""


class Turn(Message):
    """One run of the candidate's own tests.

    With a `reference` (its files: path → text) the tests run beside that service of ours, on its
    loopback, and are told where it is; `joined` alone tells them the same where nobody listens.
    Otherwise they are by themselves. `files` take the place of files of the submission.
    """

    name: str
    reference: dict[str, str] = {}
    joined: bool = False
    files: dict[str, str] = {}
    coverage: bool = False


class TestsJob(Message):
    """What the harness is to do with the candidate's own tests: the `turns`, one after another.

    `own` are the tests that count: (path, function name). The first turn runs all of them; what
    does not pass there is left out of the others, which end at the first failure. The first turn
    gets `turn_seconds`, each other one three times what the first took and 5 s, all of them
    together `seconds`. `sources_bytes` bytes follow.
    """

    __test__ = False  # not a test of ours, whatever its name says

    kind: Literal["tests"] = "tests"
    own: tuple[tuple[str, str], ...]
    turns: tuple[Turn, ...]
    turn_seconds: Finite
    seconds: Finite
    output_bytes: int
    sources_bytes: int


class Call(Message):
    """A request about the harness's own subject: what `runner.checks.subjects` serves."""

    kind: Literal["call"] = "call"
    number: int
    verb: Literal[
        "start",
        "signal",
        "kill",
        "wait",
        "output",
        "usage",
        "run",
        "keep",
        "lock",
        "unlock",
        "forget",
    ]
    arguments: dict[str, Any] = {}


class Answer(Message):
    """The host's answer: a `result`, or the `error` that makes the whole run void."""

    kind: Literal["answer"] = "answer"
    number: int
    result: dict[str, Any] = {}
    error: str = ""


class Locked(Message):
    """The locker's answer to `keep`, `lock` or `unlock`: how many databases it concerns."""

    files: int


class Progress(Message):
    """A check ended; for the live display only, never for a verdict."""

    kind: Literal["progress"] = "progress"
    check: str
    outcome: str
    done: int
    total: int


class SuiteMeasure(Message):
    """One number that a hidden test recorded with `measure`."""

    name: str
    value: Finite
    unit: str = ""


class SuitePlace(Message):
    """A place in the submission, as far as its own process can be believed."""

    path: str
    line: int
    note: str


class SuiteTable(Message):
    """A small table: bounded text, one cell for each column in every row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class SuitePicture(Message):
    """An SVG file as it was found, in base64: whoever made it, nobody has looked inside."""

    name: str
    svg: str


class SuiteAlarm(Message):
    """A sign of tampering, without a verdict."""

    id: str
    summary: str


class SuiteSeries(Message):
    """A small line chart: `points` in order, what the axes count, a line at `limit`."""

    name: str
    x: str
    y: str
    points: tuple[tuple[Finite, Finite], ...]
    limit: Finite | None = None


CaseOutcome = Literal["passed", "failed", "errored", "not_measured"]


class Case(Message):
    """One run of one hidden test: a parametrised case or a repetition.

    `failed` is the subject's doing (an assertion, a `SubjectError`), `errored` is ours
    (anything else that was raised). `reason` is bounded text.
    """

    name: str
    outcome: CaseOutcome
    reason: str = ""
    limit: bool = False
    """The subject hit a stated limit (time, memory, size)."""
    control_failed: bool = False
    """A service that is known to be good failed in the same place: the machine is the reason."""
    seconds: Finite = 0.0
    measures: tuple[SuiteMeasure, ...] = ()
    series: tuple[SuiteSeries, ...] = ()
    tables: tuple[SuiteTable, ...] = ()
    pictures: tuple[SuitePicture, ...] = ()
    alarms: tuple[SuiteAlarm, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences about a case that passed."""
    places: tuple[SuitePlace, ...] = ()
    """Hints where to look."""


class SuiteCheck(Message):
    """All cases of one hidden test function; its id is `file.py::function`."""

    id: str
    requirement: str
    cases: tuple[Case, ...]


class SuiteReport(Message):
    """The verdict of the hidden suite. `checks` has each collected id exactly once."""

    kind: Literal["report"] = "report"
    checks: tuple[SuiteCheck, ...]
    tools: dict[str, str]
    suite_seconds: Finite
    subject_seconds: Finite
    """Time spent waiting for answers of the subject."""
    starts: int
    start_seconds: tuple[Finite, ...]
    subject_output: str
    """Tail of what the subject wrote, bounded; candidate text."""
    internal_error: str = ""
    """Set when the harness itself broke: the run is void."""


TestOutcome = Literal["passed", "failed", "skipped", "error"]


class FileCoverage(Message):
    """Lines of one file that carry statements, by the word of the candidate's process."""

    executed: tuple[int, ...]
    missing: tuple[int, ...]


class TurnResult(Message):
    """What one turn came to. All of it but the time is the word of the candidate's process.

    `problem` says why there is nothing more to tell; `how` the tests' process ended, `limit`
    whether at a stated limit. The word is `malformed` where a document, or a line of the tests'
    journal, is none that our programs write: largest and longest are bounded, so that processes
    of the candidate's wrote it. The first turn lists every test that counts and how long it took,
    a later one the outcomes of few, those that tell something first.
    """

    name: str
    seconds: Finite
    how: str
    limit: bool
    outcomes: dict[str, TestOutcome] = {}
    test_seconds: dict[str, Finite] = {}
    coverage: dict[str, FileCoverage] = {}
    problem: str = ""
    malformed: bool = False


class TestsReport(Message):
    """The turns that were run, in order; those that time did not allow are missing."""

    __test__ = False  # not a test of ours, whatever its name says

    kind: Literal["tests-report"] = "tests-report"
    turns: tuple[TurnResult, ...]
