"""Do the candidate's tests reach their code, and do they notice when it is changed?

Everything here comes from processes of the candidate's: it is shown, weighs little and decides
nothing by itself. Equivalent mutants stand between the others; tests that notice one are flaky or
look at the code itself, and then the result is inconclusive.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from runner.checks.static_text import plural, reasons, share
from runner.checks.turns import Baseline
from runner.harness.messages import Turn
from runner.model import Evidence, Fault, Location, Measure, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.analyser.document import Change
    from runner.harness.messages import TurnResult

COVERAGE, MUTANTS = "tests.coverage", "tests.mutants"

AS_IS = "as it is"

LANES = 2
"""So many containers with tests at a time; the first measures what the tests reach."""

EVERY = 5
"""One of five changes in a row is neutral, so that each lane gets some early; which one it is only
the seed knows: a test can find out the number of its turn."""

ENOUGH = 8
"""With fewer mutants tried than this a share says little."""

SHOWN = 20


def turns(changes: Sequence[Change], seed: int) -> tuple[tuple[Turn, ...], ...]:
    """The turns of each lane: the code as it is, then one change at a time.

    A turn is called by its change's number.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable, and unknown to the candidate
    numbers = [number for number, change in enumerate(changes) if not change.neutral]
    neutral = [number for number, change in enumerate(changes) if change.neutral]
    for place, number in enumerate(neutral):
        numbers.insert(place * EVERY + rng.randrange(EVERY), number)
    return tuple(
        (
            Turn(name=AS_IS, coverage=not lane),
            *(
                Turn(name=str(number), files={changes[number].path: changes[number].text})
                for number in numbers[lane::LANES]
            ),
        )
        for lane in range(LANES)
    )


def coverage(found: Sequence[TurnResult], lines: Mapping[str, Sequence[int]]) -> Evidence:
    """Share of the candidate's statements that their own tests reach."""
    base = Baseline.of(found)
    broken = _broken(COVERAGE, base)
    if broken:
        return broken
    seen = {path: file for path, file in found[0].coverage.items() if path in lines}
    missing = {path: sorted({*lines[path]} & {*file.missing}) for path, file in seen.items()}
    reached = sum(len({*lines[path]} & {*file.executed}) for path, file in seen.items())
    statements = reached + sum(map(len, missing.values()))
    if not reached:
        return inconclusive(COVERAGE, "no line of the application was seen to run")
    return Evidence(
        check=COVERAGE,
        outcome=Outcome.MEASURED,
        summary=reasons(
            f"{len(base.passing)} tests pass and reach {reached} of "
            f"{plural(statements, 'statement')}",
            f"{plural(len(base.failing), 'test')} failing: {base.failing[0]}"
            if base.failing
            else "",
        ),
        measures=(
            Measure(name="covered_share", value=share(reached, statements)),
            Measure(name="statements", value=statements),
            Measure(name="tests_failing", value=len(base.failing)),
        ),
        locations=tuple(_unreached(missing))[:SHOWN],
        seconds=found[0].seconds,
    )


def mutants(lanes: Sequence[Sequence[TurnResult]], changes: Sequence[Change]) -> Evidence:
    """Share of changes to their code that the candidate's tests notice."""
    broken = _broken(MUTANTS, Baseline.of(lanes[0]))
    if broken:
        return broken
    noticed = {
        int(turn.name): base.noticed_by(turn)
        for lane in lanes
        for base in [Baseline.of(lane)]
        for turn in lane[1:]
    }
    controls = {n: by for n, by in noticed.items() if changes[n].neutral}
    alarmed = [(n, by) for n, by in controls.items() if by]
    tried = {n: by for n, by in noticed.items() if not changes[n].neutral}
    survived = [changes[n] for n, by in tried.items() if not by]
    if alarmed:
        number, by = alarmed[0]
        return inconclusive(
            MUTANTS,
            f"{len(alarmed)} of {len(controls)} changes without a meaning were noticed ({by}, "
            f"{changes[number].path}:{changes[number].line}): the tests are flaky, or they look at "
            "the text of the code",
        )
    if len(tried) < ENOUGH:
        return inconclusive(MUTANTS, f"only {plural(len(tried), 'change')} could be tried")
    killed = len(tried) - len(survived)
    return Evidence(
        check=MUTANTS,
        outcome=Outcome.MEASURED,
        summary=f"{killed} of {plural(len(tried), 'change')} to the code noticed, "
        f"none of {len(controls)} without a meaning",
        measures=(
            Measure(name="noticed_share", value=share(killed, len(tried))),
            Measure(name="noticed", value=killed, unit=f"of {len(tried)}"),
        ),
        locations=tuple(map(_place, survived))[:SHOWN],
        seconds=sum(turn.seconds for lane in lanes for turn in lane),
    )


def _place(change: Change) -> Location:
    note = f"unnoticed: {change.before} became {change.after or 'nothing'}"
    return Location(path=change.path, line=change.line, note=note)


def _unreached(missing: Mapping[str, Sequence[int]]) -> Iterator[Location]:
    """One place a file, those with most unreached lines first."""
    for path, lines in sorted(missing.items(), key=lambda item: -len(item[1])):
        if lines:
            note = f"{plural(len(lines), 'statement')} not reached by the tests"
            yield Location(path=path, line=lines[0], note=note)


def _broken(check: str, base: Baseline) -> Evidence | None:
    """Tests that do not run, or of which none passes, on their own code."""
    if base.problem:
        return inconclusive(check, base.problem)
    if base.passing:
        return None
    return Evidence(
        check=check,
        outcome=Outcome.FAILED,
        fault=Fault.CANDIDATE,
        summary=f"none of the candidate's own tests passes on their own code: "
        f"{len(base.failing)} fail, {len(base.skipped)} are skipped",
    )


def inconclusive(check: str, why: str) -> Evidence:
    """The tests gave no usable answer, through the submission until a control shows otherwise."""
    return Evidence(
        check=check,
        outcome=Outcome.NOT_MEASURED,
        fault=Fault.CANDIDATE,
        summary=f"inconclusive: {why}"[:2000],
    )
