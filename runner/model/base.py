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


class IsolationLevel(StrEnum):
    """How much lies between a candidate's code and the machine, from little to much.

    `NONE`: nothing, the code runs as a process among others. `UNKNOWN`: nobody has looked; records
    from before there was a scale say so. `CONTAINER`: hardened containers on the machine's own
    kernel, whose engine is root. `USERNS`: containers in a user namespace, so that not even root
    inside is root outside (a rootless engine, or one that remaps users). `KERNEL`: a kernel of the
    container's own, so that a mistake in the machine's kernel is out of reach (gVisor, a small
    virtual machine).
    """

    NONE = "none"
    UNKNOWN = "unknown"
    CONTAINER = "container"
    USERNS = "userns"
    KERNEL = "kernel"

    @property
    def words(self) -> str:
        """For a reader of the report."""
        return _ISOLATION_WORDS[self]

    def reaches(self, wanted: IsolationLevel) -> bool:
        """Whether this is as much as `wanted`, or more."""
        order = tuple(IsolationLevel)
        return order.index(self) >= order.index(wanted)


_ISOLATION_WORDS = {
    IsolationLevel.NONE: "nothing kept the code apart",
    IsolationLevel.UNKNOWN: "it was not measured",
    IsolationLevel.CONTAINER: "hardened containers on the kernel of the machine",
    IsolationLevel.USERNS: "hardened containers in a user namespace, on the kernel of the machine",
    IsolationLevel.KERNEL: "hardened containers on a kernel of their own",
}


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
