"""The vocabulary: frozen values that pass between stages. No I/O, no decisions.

Three documents leave the process and are therefore pydantic models with a schema version:
`Challenge` and `Rubric` (written by authors, read by `catalog`) and `Record` (written by
`pipeline`, read by `render` and `store`). Everything else here is a part of one of them.

Points are numbers with two decimals; the scorer works in whole hundredths so that parts add
up to their total exactly.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

SCHEMA_VERSION: Final = 1

Finite = Annotated[float, Field(allow_inf_nan=False)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=80)]


class Document(BaseModel):
    """Base of all models: frozen, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Level(StrEnum):
    """What the role asks of a candidate; decides required parts, weights and gates."""

    JUNIOR = "junior"
    MID = "mid"
    SENIOR = "senior"


class Role(StrEnum):
    """Whether a requirement counts at a level, or is shown as a bonus."""

    REQUIRED = "required"
    BONUS = "bonus"


class Status(StrEnum):
    """The judgment on one criterion. `ERRORED` is our fault and never costs points."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    NOT_MEASURED = "not_measured"
    ERRORED = "errored"
    PENDING = "pending"


class Outcome(StrEnum):
    """What one check found. `MEASURED` brings numbers for the rubric to judge."""

    PASSED = "passed"
    FAILED = "failed"
    MEASURED = "measured"
    NOT_MEASURED = "not_measured"
    ERRORED = "errored"


class Fault(StrEnum):
    """Whose fault a non-pass is. `LIMIT`: the candidate's code hit a stated limit."""

    CANDIDATE = "candidate"
    LIMIT = "limit"
    CHALLENGE = "challenge"
    INFRASTRUCTURE = "infrastructure"


# --------------------------------------------------------------------------- evidence


class Location(Document):
    """A place in the submission, as the candidate knows it. `line` counts from 1."""

    path: str
    line: int | None = None
    note: str = ""


class Measure(Document):
    """One number with its unit, for instance `("stock_left", 0, "items")`."""

    name: str
    value: Finite
    unit: str = ""

    @property
    def label(self) -> str:
        """The name for a reader: `stock left`. What the unit says is not said twice."""
        name = self.name.replace("_", " ")
        if self.unit.startswith("per "):
            name = name.partition(" per ")[0].removeprefix("per ").removesuffix("kloc")
        return name.strip()

    @property
    def text(self) -> str:
        """Value and unit for a reader, at most two decimals: `0 items`, `12.5`."""
        size = abs(self.value)
        if size >= 1e12 or 0 < size < 0.01:
            number = f"{self.value:.3g}"
        else:
            number = f"{self.value:.2f}".rstrip("0").rstrip(".")
        return number if self.label.endswith(self.unit) else f"{number} {self.unit}"


class Evidence(Document):
    """What one check found, without any judgment.

    `check` is the id that the host expected (`hidden/test_orders.py::test_x`,
    `static.ruff`, …); `requirement` the requirement that it speaks for, if any. `cases` are
    k of n: how many parametrised cases or repetitions passed of how many ran.
    `summary` and `excerpt` may hold text of the candidate: renderers escape them.
    """

    check: str
    outcome: Outcome
    fault: Fault | None = None
    requirement: str | None = None
    summary: str
    cases_passed: int = 0
    cases: int = 0
    measures: tuple[Measure, ...] = ()
    locations: tuple[Location, ...] = ()
    excerpt: str = ""
    seconds: Finite = 0.0


class Alarm(Document):
    """A sign of tampering, shown on the first screen. It changes no score by itself."""

    id: str
    summary: str
    location: Location | None = None


# -------------------------------------------------------------------------- challenge


class Requirement(Document):
    """One graded behaviour, stated in the brief under its id.

    `category` names a category of the rubric, `weight` its share within that category,
    `levels` its role at each level. `why` tells a reader what it costs in production,
    `question` what to ask in the review call when it failed, and `route` (`POST /orders`)
    where to look in the code.
    """

    id: Identifier
    title: str
    category: Identifier
    weight: Annotated[int, Field(ge=1, le=10)] = 1
    levels: dict[Level, Role]
    why: str
    question: str
    route: str = ""


class Limits(Document):
    """Ceilings for one container. `wall_seconds` is enforced by the host's monotonic clock."""

    memory_mib: Annotated[int, Field(ge=16)] = 512
    pids: Annotated[int, Field(ge=8)] = 128
    cpus: Annotated[float, Field(gt=0)] = 1.0
    wall_seconds: Annotated[float, Field(gt=0)] = 180.0
    output_kib: Annotated[int, Field(ge=1)] = 4096
    scratch_mib: Annotated[int, Field(ge=1)] = 64
    scratch_inodes: Annotated[int, Field(ge=16)] = 4096
    open_files: Annotated[int, Field(ge=64)] = 1024


class ServiceSubject(Document):
    """A submission that is started as a web service.

    `app` is `module:attribute` of an ASGI or WSGI application; `ready_path` answers 200 once
    it serves; `environment` is passed as it stands; `files` must exist in a submission for it
    to be one.
    """

    kind: Literal["service"]
    app: str
    port: Annotated[int, Field(ge=1024, le=65535)]
    upstream_port: Annotated[int, Field(ge=1024, le=65535)]
    ready_path: str
    start_seconds: Annotated[float, Field(gt=0)] = 60.0
    environment: dict[str, str]
    files: tuple[str, ...]
    data_mib: Annotated[int, Field(ge=1)] = 64
    limits: Limits = Limits()


class SuiteLimits(Document):
    """Time that the hidden suite may take: one request, one test, all of it (seconds)."""

    request_seconds: Annotated[float, Field(gt=0)] = 10.0
    test_seconds: Annotated[float, Field(gt=0)] = 60.0
    suite_seconds: Annotated[float, Field(gt=0)] = 240.0


class Challenge(Document):
    """A challenge as its `challenge.toml` states it."""

    schema_version: Literal[1]
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$", max_length=80)]
    version: str
    title: str
    summary: str
    specialization: Literal["backend", "datasci", "mle"]
    rubric: str
    time_box_minutes: Annotated[int, Field(ge=10, le=480)]
    allowed_packages: tuple[str, ...]
    subject: ServiceSubject
    suite: SuiteLimits = SuiteLimits()
    requirements: tuple[Requirement, ...]


# ----------------------------------------------------------------------------- rubric


class Category(Document):
    """A part of the scorecard and its points at each level."""

    id: Identifier
    title: str
    points: dict[Level, Annotated[int, Field(ge=0, le=100)]]


class Band(Document):
    """One step of a scale: a measure within the stated bound earns `share` of the points.

    `at_most` where less is better (findings), `at_least` where more is better (tests).
    """

    at_most: Finite | None = None
    at_least: Finite | None = None
    share: Annotated[float, Field(ge=0, le=1)]

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_most is None) == (self.at_least is None):
            message = "a band has exactly one of at_most and at_least"
            raise ValueError(message)
        return self


class Anchor(Document):
    """What a mark of a manual criterion looks like, so that two graders agree."""

    mark: Annotated[int, Field(ge=0, le=4)]
    text: str


class RubricCriterion(Document):
    """A criterion that every challenge of the specialization shares.

    `scale`: `bands` judges `measure` of the evidence `check` (the first band that holds wins,
    none earns nothing); `ratio` takes the measure itself, 0 to 1, as the
    share; `manual` waits for a human, who marks one of the `anchors`.
    `levels` lists the levels at which it counts.
    """

    id: Identifier
    title: str
    category: Identifier
    weight: Annotated[int, Field(ge=1, le=10)] = 1
    levels: tuple[Level, ...] = (Level.JUNIOR, Level.MID, Level.SENIOR)
    scale: Literal["bands", "ratio", "manual"]
    check: str = ""
    measure: str = ""
    bands: tuple[Band, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    why: str
    question: str = ""


class Gate(Document):
    """A must-have: all named criteria have to pass at the named levels."""

    id: Identifier
    title: str
    levels: tuple[Level, ...]
    criteria: tuple[str, ...]


class FlagRule(Document):
    """A green or red flag, raised when everything that it states holds.

    It states the `status` of a `criterion`, or of all required criteria of a `category`
    (at least one), or the bounds of a `measure` of the evidence `check`.
    """

    id: Identifier
    kind: Literal["green", "red"]
    title: str
    criterion: str = ""
    category: str = ""
    status: Status | None = None
    check: str = ""
    measure: str = ""
    at_least: Finite | None = None
    at_most: Finite | None = None


class BankQuestion(Document):
    """A standing question for the review call, with what a good answer contains."""

    id: Identifier
    levels: tuple[Level, ...] = (Level.JUNIOR, Level.MID, Level.SENIOR)
    text: str
    listen_for: str = ""


class Recommendation(Document):
    """A band of the automatic percentage, as advice: the first whose bound holds is shown.

    One that `needs_gates` is passed over while a gate has failed: score and must-haves are
    different things, and a high score does not make up for a missing must-have.
    """

    at_least: Annotated[float, Field(ge=0, le=100)]
    needs_gates: bool = False
    title: str
    advice: str


class Rubric(Document):
    """How evidence becomes points for one specialization."""

    schema_version: Literal[1]
    id: Identifier
    version: str
    title: str
    categories: tuple[Category, ...]
    criteria: tuple[RubricCriterion, ...]
    gates: tuple[Gate, ...] = ()
    flags: tuple[FlagRule, ...] = ()
    questions: tuple[BankQuestion, ...] = ()
    recommendations: tuple[Recommendation, ...]


# ----------------------------------------------------------------------------- record


class HumanMark(Document):
    """A human's mark on a manual criterion; appended, never edited."""

    criterion: str
    mark: Annotated[int, Field(ge=0, le=4)]
    author: str
    reason: str
    at: str


class ChallengeReference(Document):
    """Which challenge a record belongs to, with all that scoring it again needs."""

    id: str
    version: str
    digest: str
    title: str
    specialization: str
    time_box_minutes: int
    requirements: tuple[Requirement, ...]


class SubmissionReference(Document):
    """What was graded: content digest (sha256 of the manifest), name as given, size."""

    digest: str
    candidate: str
    source: str
    files: int
    bytes: int
    changed_lines: int = 0


class Points(Document):
    """Earned of possible points; `percent` of the possible ones, 0 when nothing counted."""

    earned: Finite
    possible: Finite
    percent: Finite


class ManualPoints(Document):
    """Points that wait for a human, and those that humans have given."""

    pending: int
    possible: Finite
    earned: Finite = 0.0


class CategoryScore(Document):
    """One line of the score table."""

    id: str
    title: str
    earned: Finite
    possible: Finite
    pending: Finite = 0.0


class Score(Document):
    """The totals. Criteria that were not measured or errored are in no `possible`."""

    automatic: Points
    manual: ManualPoints
    bonus: Points
    categories: tuple[CategoryScore, ...]


class CriterionResult(Document):
    """The judgment on one criterion with the evidence it rests on.

    `points` is its worth; `possible` the part of it that was judged (all, nothing, or the
    share of the checks that gave a verdict), which is what counts in the totals.
    """

    id: str
    title: str
    category: str
    role: Role
    scale: Literal["requirement", "bands", "ratio", "manual"]
    points: Finite
    possible: Finite = 0.0
    earned: Finite
    status: Status
    fault: Fault | None = None
    summary: str
    why: str = ""
    requirements: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class GateResult(Document):
    """Whether a must-have holds; `not_measured` when a criterion of it was not judged."""

    id: str
    title: str
    status: Literal["passed", "failed", "not_measured"]
    criteria: tuple[str, ...]


class Flag(Document):
    """A raised flag with the evidence beside it."""

    id: str
    title: str
    detail: str = ""
    locations: tuple[Location, ...] = ()


class Flags(Document):
    """Green and red flags of one submission."""

    green: tuple[Flag, ...] = ()
    red: tuple[Flag, ...] = ()


class Question(Document):
    """A question for the review call and what made the tool ask it."""

    id: str
    text: str
    reason: str = ""
    listen_for: str = ""
    locations: tuple[Location, ...] = ()


class Advice(Document):
    """The recommendation band; advice to a human, never a decision."""

    title: str
    text: str
    gates_failed: tuple[str, ...] = ()


class Scorecard(Document):
    """All that the rubric makes of the evidence. A pure function of its inputs."""

    outcome: Literal["graded", "void"]
    advice: Advice
    score: Score
    criteria: tuple[CriterionResult, ...]
    gates: tuple[GateResult, ...]
    flags: Flags
    questions: tuple[Question, ...]


class Isolation(Document):
    """What kept the candidate's code apart, as measured on the running engine."""

    engine: str
    version: str
    runtime: str
    facts: dict[str, str] = {}


class Provenance(Document):
    """Enough to repeat the run: images, tools, digests, seed, limits, times."""

    takehome: str
    created_at: str
    run: str
    seed: int
    images: dict[str, str]
    tools: dict[str, str]
    rubric: str
    rubric_digest: str
    suite_digest: str
    limits: dict[str, Any] = {}


class Record(Document):
    """The one document that all reports are rendered from (`report.json`).

    Evidence is never edited: a new rubric or a human mark makes a new record from the same
    evidence.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    outcome: Literal["graded", "void"]
    challenge: ChallengeReference
    level: Level
    submission: SubmissionReference
    advice: Advice
    score: Score
    criteria: tuple[CriterionResult, ...]
    gates: tuple[GateResult, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    flags: Flags = Flags()
    questions: tuple[Question, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    marks: tuple[HumanMark, ...] = ()
    isolation: Isolation
    provenance: Provenance
    timings: dict[str, Finite] = {}
