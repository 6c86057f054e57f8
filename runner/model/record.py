"""The record of a grading: evidence, judgment, provenance."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from runner.model.base import Document, Fault, Finite, IsolationLevel, Level, Role, Status
from runner.model.challenge import Requirement
from runner.model.evidence import Alarm, Evidence, Location
from runner.model.rubric import Anchor

SCHEMA_VERSION: Final = 1
"""Of the record."""


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
    """The totals.

    What a fault of ours kept from being judged is in no `possible`. What the submission may have
    caused is: it is `withheld` until a person marks it.
    """

    automatic: Points
    withheld: Finite = 0.0
    manual: ManualPoints
    bonus: Points
    categories: tuple[CategoryScore, ...]


class CriterionResult(Document):
    """The judgment on one criterion with the evidence it rests on.

    `points` is its worth; `possible` the part of it that counts in the totals: all of it, nothing,
    or the share of the checks that gave a verdict, and what is `withheld`: points that could not be
    judged for a reason that the submission may have caused. They are not earned until a person
    marks the criterion.
    """

    id: str
    title: str
    category: str
    role: Role
    scale: Literal["requirement", "bands", "ratio", "manual"]
    points: Finite
    possible: Finite = 0.0
    withheld: Finite = 0.0
    earned: Finite
    status: Status
    fault: Fault | None = None
    summary: str
    why: str = ""
    requirements: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class GateResult(Document):
    """Whether a must-have holds; `not_measured` when a criterion of it was not judged.

    `withheld` are those of its criteria that the submission may have kept from being judged.
    """

    id: str
    title: str
    status: Literal["passed", "failed", "not_measured"]
    criteria: tuple[str, ...]
    withheld: tuple[str, ...] = ()


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
    """The recommendation band; advice to a human, never a decision.

    `person_first`: criteria are withheld that could change the band, so a person has to look at
    them before anybody goes by this advice.
    """

    title: str
    text: str
    gates_failed: tuple[str, ...] = ()
    person_first: bool = False


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
    level: IsolationLevel = IsolationLevel.UNKNOWN
    facts: dict[str, str] = Field(default_factory=dict)


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
    limits: dict[str, Any] = Field(default_factory=dict)


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
    timings: dict[str, Finite] = Field(default_factory=dict)
