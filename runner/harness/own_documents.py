"""The documents that the runner of the candidate's tests leaves, read as strictly as it writes.

The runner is ours, but it runs among the candidate's processes, which write to the same places.
Every text, number and list of its documents has a ceiling that the runner keeps. What is over one
was therefore written by a process of the candidate's.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import AfterValidator, FailFast, Field, TypeAdapter, ValidationError

from runner.harness.messages import FileCoverage, Message, TestOutcome

if TYPE_CHECKING:
    from runner.harness.program import Result

T = TypeVar("T")

FEW_ERRORS = 10
"""With more of them than this a malformed document is not described."""

NAME_BYTES = 300
"""Of a test's name or a problem, as JSON in ASCII."""

PATH_BYTES = 600
"""Of a path: what the intake lets through has no more."""

TESTS, PROBLEMS = 1000, 20
FILES, LINES = 2000, 250_000
"""What the runner of the tests lists at most (`runner/images`); lines are those of all files."""

OUTCOMES_BYTES = 1024 * 1024
COVERAGE_BYTES = 4 * 1024 * 1024
"""Above the largest documents that the runner can write. Tests of ours hold that."""


def _sized(most: int) -> AfterValidator:
    def check(text: str) -> str:
        if len(json.dumps(text)) > most + 2:
            message = f"over {most} bytes"
            raise ValueError(message)
        return text

    return AfterValidator(check)


Name = Annotated[str, Field(max_length=NAME_BYTES), _sized(NAME_BYTES)]
PathName = Annotated[str, Field(max_length=PATH_BYTES), _sized(PATH_BYTES)]
Number = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
Duration = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Line = Annotated[int, Field(ge=1, le=10_000_000)]
Lines = Annotated[tuple[Line, ...], Field(max_length=LINES), FailFast()]


class Outcomes(Message):
    """`outcomes.json`, as the runner of the tests writes it."""

    exit: Number | None
    without_addopts: bool
    collected: Number
    selected: Number
    left_out: Number
    shortened: Number
    forged: bool
    outcomes: Annotated[dict[Name, TestOutcome], Field(max_length=TESTS)]
    seconds: Annotated[dict[Name, Duration], Field(max_length=TESTS)]
    problems: Annotated[tuple[Name, ...], Field(max_length=PROBLEMS), FailFast()]


class Reached(Message):
    """One file of `coverage.json`."""

    executed: Lines
    missing: Lines


def _listed(files: dict[str, Reached]) -> dict[str, Reached]:
    if sum(len(one.executed) + len(one.missing) for one in files.values()) > LINES:
        message = f"over {LINES} lines"
        raise ValueError(message)
    return files


COVERAGE: TypeAdapter[dict[str, Reached]] = TypeAdapter(
    Annotated[dict[PathName, Reached], Field(max_length=FILES), AfterValidator(_listed)]
)


OUTCOMES: TypeAdapter[Outcomes] = TypeAdapter(Outcomes)


class MalformedError(Exception):
    """A document is none that the runner of the tests writes; the message says why."""


def outcomes_of(result: Result) -> Outcomes:
    """`outcomes.json`; `SubjectError` when there is none, `MalformedError` when it is not ours."""
    return _document(result, "outcomes.json", OUTCOMES_BYTES, OUTCOMES)


def coverage_of(result: Result) -> dict[str, FileCoverage]:
    """`coverage.json`; raises as `outcomes_of` does."""
    found = _document(result, "coverage.json", COVERAGE_BYTES, COVERAGE)
    return {
        path: FileCoverage(executed=one.executed, missing=one.missing)
        for path, one in found.items()
    }


def _document(result: Result, name: str, most: int, form: TypeAdapter[T]) -> T:
    """A document that is there, plain, small enough and of its form."""
    if name in result.left_out:
        message = f"{name} {result.left_out[name]}"
        raise MalformedError(message)
    content = result.file(name)
    if len(content) > most:
        message = f"{name} has {len(content)} bytes, over {most}"
        raise MalformedError(message)
    try:
        return form.validate_json(content)
    except ValidationError as error:
        # Whoever makes a million errors does not get a description of each.
        count = error.error_count()
        message = str(error) if count <= FEW_ERRORS else f"{name} has {count} errors"
        raise MalformedError(message) from error
