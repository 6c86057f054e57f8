"""What may become of a grading that was disturbed, and what may not. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Record = dict[str, Any]

STAGES = ("suite", "analysis", "tests", "harness", "analyser")
THEIRS = ("candidate", "limit")
OURS = ("errored", "not_measured")
BY_SIGNAL = {-9, -15, -2, 130, 137, 143}
"""Exit codes of a process that was killed, by the signal or as the command says it."""

REFUSED = 2
"""Exit code where the output folder could not be used from the beginning."""

INFRASTRUCTURE = 4

SCORE = re.compile(
    r"^automatic\b|^ +\S \S+ [\d.]+/[\d.]+ |\"(?:percent|earned)\": (?!0(?:\.0)?[,\s}])",
    re.MULTILINE,
)
"""The line of totals, a criterion with its points, points in JSON; text of a trace is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """A disturbed grading: how it ended, what it said, what it kept and what it left.

    `code` is None when it had to be ended. `hidden` are names of unfinished reports, `temporary`
    those of temporary files; `left` is what it left on the engine, `kept_back` what remained of
    all that after `takehome gc`. A grading may leave something where it was `cut`, by SIGKILL or
    from its engine.
    """

    code: int | None
    out: str
    error: str
    reports: tuple[Record, ...]
    hidden: tuple[str, ...] = ()
    temporary: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    kept_back: tuple[str, ...] = ()
    cut: bool = False


def outcome(after: Aftermath, good: Record) -> str:
    """In a word: `graded` as ever, `errored` in parts, `void`, `no record`, `killed`, `hung`."""
    if after.code is None:
        return "hung"
    if not after.reports:
        return "killed" if after.code in BY_SIGNAL else "no record"
    if after.reports[0]["outcome"] == "void":
        return "void"
    return "graded" if judged(after.reports[0]) == judged(good) else "errored"


def violations(after: Aftermath, good: Record, *, strict: bool) -> tuple[str, ...]:
    """What must not have happened. A `strict` look takes no parts that are errored either."""
    found = [*_of_the_end(after), *_of_the_rest(after), *_of_what_was_said(after)]
    for report in after.reports:
        found += _void(report, after) if report["outcome"] == "void" else _graded(report, after)
        if report["outcome"] != "void":
            found += _compared(report, good, strict=strict)
    return tuple(dict.fromkeys(found))


def judged(record: Record) -> list[tuple[Any, ...]]:
    """What a record decides: each criterion with its points, and the percentage."""
    keys = ("id", "status", "earned", "possible", "fault")
    criteria = [tuple(one[key] for key in keys) for one in record["criteria"]]
    return [*criteria, (record["score"]["automatic"]["percent"],)]


def _of_the_end(after: Aftermath) -> Iterator[str]:
    if after.code is None:
        yield "it hung"
    elif after.code not in {0, REFUSED, INFRASTRUCTURE, *BY_SIGNAL}:
        yield f"exit code {after.code}"
    if "Traceback" in after.error or "an error of ours" in after.error:
        yield "it crashed"
    if after.code in {REFUSED, INFRASTRUCTURE} and not re.search(
        r"^ +why: .", after.error, re.MULTILINE
    ):
        yield "the reason is not said"
    if after.code == 0 and len(after.reports) != 1:
        yield f"exit code 0 with {len(after.reports)} reports"
    if len(after.reports) > 1:
        yield "more than one report"


def _of_the_rest(after: Aftermath) -> Iterator[str]:
    if after.left and not after.cut:
        yield "containers or volumes were left"
    if after.hidden and not after.cut:
        yield "a half-written report was left"
    if after.temporary:
        yield "temporary files were left"
    if after.kept_back:
        yield "gc left something"


def _of_what_was_said(after: Aftermath) -> Iterator[str]:
    """Without a graded report no score is printed, not as text and not as JSON."""
    graded = any(report["outcome"] == "graded" for report in after.reports)
    if not graded and SCORE.search(after.out):
        yield "a score was printed"


def _void(report: Record, after: Aftermath) -> Iterator[str]:
    if after.code not in {INFRASTRUCTURE, *BY_SIGNAL}:
        yield f"void with exit code {after.code}"
    if not any(stage in report["advice"]["text"] for stage in STAGES):
        yield "void without the name of a stage"
    if any(one["earned"] for one in report["criteria"]):
        yield "void with points"


def _graded(report: Record, after: Aftermath) -> Iterator[str]:
    if after.code not in {0, *BY_SIGNAL}:
        yield f"a report says {report['outcome']}, the exit code {after.code}"


def _compared(report: Record, good: Record, *, strict: bool) -> Iterator[str]:
    if report["score"]["automatic"]["percent"] > good["score"]["automatic"]["percent"]:
        yield "a better score"
    before = {one["id"]: one for one in good["criteria"]}
    if [one["id"] for one in report["criteria"]] != list(before):
        yield "other criteria"
        return
    for one in report["criteria"]:
        same = all(one[key] == before[one["id"]][key] for key in ("status", "earned", "fault"))
        if not same:
            yield from _changed(one, strict=strict)


def _changed(one: dict[str, Any], *, strict: bool) -> Iterator[str]:
    name = one["id"]
    if strict:
        yield f"{name} was not judged"
    if one["status"] not in OURS or one["fault"] in THEIRS or one["earned"]:
        yield f"our fault is the candidate's: {name} {one['status']} ({one['summary'][:80]})"
    if not any(stage in one["summary"] for stage in STAGES):
        yield f"{name} does not name the stage that broke"
