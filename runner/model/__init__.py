"""The vocabulary: frozen values that pass between stages. No I/O, no decisions.

Three documents leave the process and are therefore pydantic models with a schema version:
`Challenge` and `Rubric` (written by authors, read by `catalog`) and `Record` (written by
`pipeline`, read by `render` and `store`). Everything else here is a part of one of them.

Points are numbers with two decimals; the scorer works in whole hundredths so that parts add
up to their total exactly.
"""

from runner.model.base import Document, Fault, Finite, Identifier, Level, Outcome, Role, Status
from runner.model.challenge import (
    ENOUGH_FAULTS,
    Challenge,
    GeneratedData,
    Limits,
    ProgramSubject,
    Requirement,
    ServiceSubject,
    SuiteLimits,
    TestRuns,
)
from runner.model.evidence import Alarm, Evidence, Location, Measure, Picture, Series, Table
from runner.model.record import (
    SCHEMA_VERSION,
    Advice,
    CategoryScore,
    ChallengeReference,
    CriterionResult,
    Flag,
    Flags,
    GateResult,
    HumanMark,
    Isolation,
    ManualPoints,
    Points,
    Provenance,
    Question,
    Record,
    Score,
    Scorecard,
    SubmissionReference,
)
from runner.model.rubric import (
    Anchor,
    Band,
    BankQuestion,
    Category,
    FlagRule,
    Gate,
    Recommendation,
    Rubric,
    RubricCriterion,
)

__all__ = [
    "ENOUGH_FAULTS",
    "SCHEMA_VERSION",
    "Advice",
    "Alarm",
    "Anchor",
    "Band",
    "BankQuestion",
    "Category",
    "CategoryScore",
    "Challenge",
    "ChallengeReference",
    "CriterionResult",
    "Document",
    "Evidence",
    "Fault",
    "Finite",
    "Flag",
    "FlagRule",
    "Flags",
    "Gate",
    "GateResult",
    "GeneratedData",
    "HumanMark",
    "Identifier",
    "Isolation",
    "Level",
    "Limits",
    "Location",
    "ManualPoints",
    "Measure",
    "Outcome",
    "Picture",
    "Points",
    "ProgramSubject",
    "Provenance",
    "Question",
    "Recommendation",
    "Record",
    "Requirement",
    "Role",
    "Rubric",
    "RubricCriterion",
    "Score",
    "Scorecard",
    "Series",
    "ServiceSubject",
    "Status",
    "SubmissionReference",
    "SuiteLimits",
    "Table",
    "TestRuns",
]
