"""What every document is made of: frozen models, levels, statuses, faults."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

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
