"""What came of a graded attack, beside the honest work that it was laid on. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.model import Level, Outcome, Status
from runner.pipeline import rescore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.catalog import LoadedRubric
    from runner.model import Evidence, Record
    from runner.selftest.corpus import Attack, Check

NOTHING_PERCENT = 5.0
"""What a submission may earn that does nothing: as much as an untouched starter."""

MOST_SECONDS = 400.0
"""From here on a grading counts as hung. The challenges of the corpus state limits that add up to
less, each of them for a submission that does everything as slowly as it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Honest:
    """The records of the submissions that attacks are laid on, graded in the same self-test."""

    honest: Record
    solution: Record

    def beneath(self, attack: Attack) -> Record:
        """What an attack is compared with."""
        return self.solution if attack.base == "solution" else self.honest


def judged(attack: Attack, record: Record, honest: Honest, rubric: LoadedRubric) -> tuple[str, ...]:
    """Everything that the attack got away with; nothing when it held."""
    beneath = honest.beneath(attack)
    whole = merged(record, beneath, attack.checks)
    found = [
        *_void(whole, rubric),
        *_errored(record, beneath),
        *_gained(attack, whole, beneath, rubric),
        *_passed(attack, whole, rubric),
        *_silent(attack, record),
    ]
    seconds = record.timings.get("total", 0.0)
    if seconds > MOST_SECONDS:
        found.append(f"its grading took {seconds:.0f} s")
    return tuple(found)


def unmeasured(record: Record, checks: Iterable[Check]) -> tuple[str, ...]:
    """Criteria of honest work that these checks should have judged and did not.

    Nothing can be compared with them: the machine was too busy, or it is broken.
    """
    return tuple(
        f"{one.id} of the honest submission is {one.status}: {one.summary[:200]}"
        for one in record.criteria
        if one.status in {Status.ERRORED, Status.NOT_MEASURED}
        and {family(item) for item in one.evidence} & {*checks}
    )


def merged(record: Record, honest: Record, checks: tuple[Check, ...]) -> Record:
    """`record` with what the honest submission's has to say about checks that were not run."""
    kept = tuple(one for one in honest.evidence if family(one) not in checks)
    own = tuple(one for one in record.evidence if family(one) in checks)
    return record.model_copy(update={"evidence": own + kept})


def family(evidence: Evidence) -> Check:
    """Which check a piece of evidence is from."""
    if evidence.requirement is not None:
        return "suite"
    return "tests" if evidence.check.startswith("tests.") else "analysis"


def at_level(record: Record, level: Level, rubric: LoadedRubric) -> Record:
    """The record judged for a level."""
    return rescore(record.model_copy(update={"level": level}), rubric)


def percents(record: Record, rubric: LoadedRubric) -> dict[Level, float]:
    """Percent of the automatic points at every level."""
    return {level: at_level(record, level, rubric).score.automatic.percent for level in Level}


def rank(record: Record, rubric: LoadedRubric) -> int:
    """The place of a record's advice among those that the rubric gives, 0 for the best.

    No advice at all, where too little could be judged, is behind all of them.
    """
    titles = [one.title for one in rubric.rubric.recommendations]
    return titles.index(record.advice.title) if record.advice.title in titles else len(titles)


def _void(record: Record, rubric: LoadedRubric) -> Iterator[str]:
    if at_level(record, Level.SENIOR, rubric).outcome == "void":
        errored = (one.summary for one in record.evidence if one.outcome is Outcome.ERRORED)
        yield f"the run is void: {next(errored, 'nobody says why')[:300]}"


def _errored(record: Record, honest: Record) -> Iterator[str]:
    """A stage that breaks on this submission and on no honest one, and is called our fault."""
    fine = {one.check for one in honest.evidence if one.outcome is not Outcome.ERRORED}
    for one in record.evidence:
        ours = one.fault is not None and one.fault in {"infrastructure", "challenge"}
        if one.outcome is Outcome.ERRORED and ours and one.check in fine:
            yield f"{one.check} is called our error: {one.summary[:300]}"
            return


def _gained(attack: Attack, record: Record, honest: Record, rubric: LoadedRubric) -> Iterator[str]:
    for level in Level:
        ours, theirs = at_level(record, level, rubric), at_level(honest, level, rubric)
        percent, most = ours.score.automatic.percent, theirs.score.automatic.percent
        if attack.expect.at_most == "nothing":
            most = NOTHING_PERCENT
        if percent > most:
            yield f"it earns {percent:.2f} % at level {level}, at most {most:.2f} % are right"
        if rank(ours, rubric) < rank(theirs, rubric):
            wrong, right = ours.advice.title, theirs.advice.title
            yield f"at level {level} it is advised {wrong!r}, not {right!r}"


def _passed(attack: Attack, record: Record, rubric: LoadedRubric) -> Iterator[str]:
    graded = at_level(record, Level.SENIOR, rubric)
    passed = {one.id for one in graded.criteria if one.status is Status.PASSED}
    known = {one.id for one in graded.criteria}
    for name in attack.expect.not_passed:
        if name in passed:
            yield f"it passes {name}"
        if name not in known:
            yield f"there is no criterion {name}"


def _silent(attack: Attack, record: Record) -> Iterator[str]:
    raised = {alarm.id for alarm in record.alarms}
    for name in attack.expect.alarms:
        if name not in raised:
            yield f"it does not raise the alarm {name}"
    if attack.expect.alarmed and not raised:
        yield "it raises no alarm"
