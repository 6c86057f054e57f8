"""Do the candidate's tests notice a service with a seeded fault? They run beside trusted services.

A good service stands between the faulty ones, several times, in random order. Tests that call it
faulty are flaky or guess: the result is inconclusive. Nobody earns a caught fault without telling
good from bad. Tests that talk to no service but their own are judged by mutants of their code.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from runner.checks.static_text import listed, plural, reasons, share
from runner.checks.turns import Baseline
from runner.harness.messages import Turn
from runner.model import ENOUGH_FAULTS, Evidence, Fault, Measure, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.checks import Reference
    from runner.harness.messages import TurnResult

CHECK = "tests.faults"

LANES = 2
"""So many containers with tests at a time. In each the good service comes first, and once more
somewhere between the others."""

UNTRIED = 2
"""Of the least number of faults so many may remain untried for want of time."""

NOBODY = (Turn(name="nobody", joined=True),)
"""Where nobody serves: tests that pass there do not talk to the service at `BASE_URL`."""


def turns(references: Sequence[Reference], seed: int) -> tuple[tuple[Turn, ...], ...]:
    """The turns of each lane, in an order that only the seed knows."""
    good, *faulty = references
    rng = random.Random(seed)  # noqa: S311 - repeatable, and unknown to the candidate
    drawn = rng.sample(faulty, len(faulty))
    lanes = ([good, *drawn[number::LANES]] for number in range(LANES))
    return tuple(
        tuple(
            Turn(name=one.name, reference=one.files) for one in (good, *rng.sample(lane, len(lane)))
        )
        for lane in lanes
    )


def evidence(
    lanes: Sequence[Sequence[TurnResult]], references: Sequence[Reference], own: int
) -> Evidence:
    """What the `own` tests of the candidate made of the services."""
    base, good = Baseline.of(lanes[0]), references[0].name
    alarmed, tried, controls = [], {}, 0
    for lane in lanes:
        here = Baseline.of(lane)
        for turn in lane[1:]:
            noticed = here.noticed_by(turn)
            if turn.name != good:
                tried[turn.name] = noticed
                continue
            controls += 1
            alarmed += [noticed] * bool(noticed)
    left_out = base.failing + base.skipped
    doubt = (
        base.problem
        or _calls_good_faulty(alarmed, controls)
        or _too_few(len(tried), len(references) - 1)
    )
    if doubt:
        return inconclusive(doubt)
    caught = [name for name, by in tried.items() if by]
    missed = [one.defect.rstrip(".") for one in references if tried.get(one.name) == ""]
    return Evidence(
        check=CHECK,
        outcome=Outcome.MEASURED,
        summary=reasons(
            f"{len(caught)} of {plural(len(tried), 'faulty service')} noticed by "
            f"{plural(len(base.passing), 'test')}",
            listed("not noticed: ", missed),
            f"{plural(len(left_out), 'test')} left out that do not pass beside a good service"
            if left_out
            else "",
        ),
        measures=(
            Measure(name="caught_share", value=share(len(caught), len(tried))),
            Measure(name="caught", value=len(caught), unit=f"of {len(tried)}"),
            Measure(name="tests_used", value=len(base.passing), unit=f"of {own}"),
        ),
        seconds=sum(turn.seconds for lane in lanes for turn in lane),
    )


def blind(found: Sequence[TurnResult], alone: Sequence[TurnResult]) -> bool:
    """Whether every test that counts passes where nobody serves as well."""
    return Baseline.of(found).passing <= Baseline.of(alone).passing


def inconclusive(why: str) -> Evidence:
    """The tests gave no usable answer, through the submission until a control shows otherwise."""
    return Evidence(
        check=CHECK,
        outcome=Outcome.NOT_MEASURED,
        fault=Fault.CANDIDATE,
        summary=f"whether the tests notice faults is inconclusive: {why}"[:2000],
    )


def stand_in(mutants: Evidence, why: str) -> Evidence:
    """The result of the mutants in the place of the services, as the brief says.

    Otherwise tests could avoid the services that would show how little they notice.
    """
    shares = tuple(
        Measure(name="caught_share", value=one.value)
        for one in mutants.measures
        if one.name == "noticed_share"
    )
    summary = f"{why}, so changes of the candidate's own code stand in: {mutants.summary}"
    return mutants.model_copy(
        update={"check": CHECK, "measures": shares, "summary": summary[:2000], "locations": ()}
    )


def nothing_passes(found: Sequence[TurnResult]) -> str:
    """Why no test can be used beside services, in words; empty when one can.

    A run that ended at a limit, and documents that nobody can read, show nothing of that kind.
    """
    base = Baseline.of(found)
    if base.passing or not found or found[0].limit or found[0].malformed:
        return ""
    if base.problem:
        return f"beside a good service the tests do not run: {base.problem}"
    return (
        f"beside a good service {len(base.failing)} tests fail, {len(base.skipped)} are "
        "skipped and none passes"
    )


def _calls_good_faulty(alarmed: Sequence[str], controls: int) -> str:
    if not alarmed:
        return ""
    return f"{len(alarmed)} of {controls} good services were called faulty ({alarmed[0]})"


def _too_few(tried: int, there: int) -> str:
    if tried >= min(ENOUGH_FAULTS, there) - UNTRIED:
        return ""
    return f"the tests take so long that there was time for {tried} of {there} services only"
