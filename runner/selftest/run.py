"""One self-test from its beginning to its report."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from runner import __version__
from runner.checks import Event
from runner.errors import TakehomeError
from runner.sandbox.together import lanes
from runner.selftest.door import at_the_door
from runner.selftest.engine import looked_at
from runner.selftest.gradings import ORDER, Grader, honest_work
from runner.selftest.guarantees import Guarantee, Report, Tried, Verdict, kept
from runner.selftest.outcomes import Honest
from runner.selftest.probes import PROBES
from runner.selftest.promises import PROMISES_PROBE, broken_promises
from runner.selftest.records import Inspection
from runner.selftest.rendering import rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor

    from runner.checks import OnEvent
    from runner.model import Isolation, Record
    from runner.selftest.corpus import Base, Check, Corpus, Loaded, Target
    from runner.selftest.engine import Engine

LANES = 2
"""Gradings at a time."""

HIDDEN = "hidden-canary-"
"""How a text begins that the hidden suites of the corpus hold and nobody else may."""

CANARY = "takehome-canary*"
"""What the attacks call the files that they make wherever they can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be tried, on what, and what a terminal gets of a record."""

    corpus: Corpus
    chosen: tuple[Loaded, ...]
    engine: Engine
    show: Callable[[Record], str]
    on_event: OnEvent
    quick: bool


def run(plan: Plan) -> Report:
    """Try everything; `SandboxError` for an engine that cannot be used at all."""
    begun = time.monotonic()
    isolation = plan.engine.sandbox.isolation()
    before = _canaries()
    tried = tuple(_everything(plan, isolation))
    left = sorted(_canaries() - before)
    tried += (_outside(left),)
    return Report(
        takehome=__version__,
        quick=plan.quick,
        isolation=isolation,
        seconds=round(time.monotonic() - begun, 1),
        guarantees=kept(tried),
        tried=tried,
    )


def _everything(plan: Plan, isolation: Isolation) -> Iterator[Tried]:
    due = len(plan.chosen)
    parts = (_engine(plan, isolation), _door(plan), _graded(plan))
    for number, done in enumerate(chain(*parts), 1):
        event = Event.tried(done.attack, min(number, due), due, good=done.verdict is Verdict.HELD)
        plan.on_event(replace(event, stage="selftest"))
        yield done


def _of_kind(plan: Plan, *kinds: str) -> tuple[Loaded, ...]:
    return tuple(one for one in plan.chosen if one.attack.kind in kinds)


def _engine(plan: Plan, isolation: Isolation) -> Iterator[Tried]:
    attacks = _of_kind(plan, "engine")
    names = {name for one in attacks for name in one.attack.probes}
    parts = frozenset(PROBES[name][0] for name in names & PROBES.keys())
    begun = time.monotonic()
    found = looked_at(plan.engine, parts)
    seconds = round((time.monotonic() - begun) / max(1, len(attacks)), 1)
    for one in attacks:
        if PROMISES_PROBE in one.attack.probes:
            yield _timed(one, partial(broken_promises, plan.engine))
            continue
        problems: list[str] = []
        unknown: list[str] = []
        for name in one.attack.probes:
            part, judge = PROBES[name]
            if part in found.facts:
                problems += judge(found.facts[part], isolation.level)
            else:
                unknown.append(f"it could not be tried: {found.broken[part]}"[:1000])
        yield _tried(one, problems, unknown, seconds)


def _door(plan: Plan) -> Iterator[Tried]:
    for one in _of_kind(plan, "intake"):
        yield _timed(one, partial(at_the_door, plan.corpus, one))


def _timed(loaded: Loaded, look: Callable[[], Iterable[str]]) -> Tried:
    begun = time.monotonic()
    problems: list[str] = []
    unknown: list[str] = []
    try:
        problems += look()
    except TakehomeError as error:
        unknown.append(f"it could not be tried: {error}"[:1000])
    return _tried(loaded, problems, unknown, round(time.monotonic() - begun, 1))


def _tried(loaded: Loaded, problems: list[str], unknown: list[str], seconds: float) -> Tried:
    verdict = Verdict.BROKEN if problems else Verdict.UNKNOWN if unknown else Verdict.HELD
    return Tried(
        attack=loaded.attack.id,
        title=loaded.attack.title,
        guarantee=loaded.attack.guarantee,
        verdict=verdict,
        problems=(*problems, *unknown),
        seconds=seconds,
    )


def _graded(plan: Plan) -> Iterator[Tried]:
    """The honest submissions first: what everything else is compared with."""
    attacks = _of_kind(plan, "analysis", "grading")
    rendering = _of_kind(plan, "render")
    if not attacks and not rendering:
        return
    engine = plan.engine
    inspection = Inspection(show=plan.show, leftovers=engine.leftovers, secret=HIDDEN)
    due = _due(attacks, rendering)
    with lanes(engine.sandbox, LANES) as (pool, together):
        grader = Grader(
            corpus=plan.corpus, sandbox=together, images=engine.images, inspect=inspection
        )
        honest = _honest(grader, pool, due)
        for target, both in honest.items():
            yield from honest_work(target, both, grader.rubric, due[target])
        for one in rendering:
            record = honest[one.attack.target].honest
            yield _timed(one, partial(rendered, one.attack, record, inspection))
        yield from pool.map(lambda one: grader.tried(one, honest[one.attack.target]), attacks)


def _honest(
    grader: Grader, pool: Executor, due: dict[Target, tuple[Check, ...]]
) -> dict[Target, Honest]:
    """What attacks are laid on, graded by everything that is going to be compared."""
    bases: list[tuple[Target, Base]] = [
        (target, base) for target in due for base in ("honest", "solution")
    ]
    records = pool.map(lambda one: grader.honest(one[0], one[1], due[one[0]]), bases)
    graded = dict(zip(bases, records, strict=True))
    return {
        target: Honest(honest=graded[target, "honest"], solution=graded[target, "solution"])
        for target in due
    }


def _due(
    attacks: tuple[Loaded, ...], rendering: tuple[Loaded, ...]
) -> dict[Target, tuple[Check, ...]]:
    """What the honest submissions have to be graded by, for everything that is compared."""
    wanted: dict[Target, set[Check]] = {}
    for one in (*attacks, *rendering):
        # Without these two nothing can be scored at all.
        of_target = wanted.setdefault(one.attack.target, {"analysis", "suite"})
        of_target.update(one.attack.checks if one.attack.kind != "render" else ())
    return {
        target: tuple(check for check in ORDER if check in checks)
        for target, checks in wanted.items()
    }


def _canaries() -> set[str]:
    """Files on this host that only an attack makes, where one could land."""
    places = {Path(tempfile.gettempdir()), Path.cwd(), Path.home(), Path("/dev/shm"), Path("/")}  # noqa: S108
    return {str(path) for place in places if place.is_dir() for path in place.glob(CANARY)}


def _outside(left: list[str]) -> Tried:
    return Tried(
        attack="canaries",
        title="none of the files that attacks make appears on the host",
        guarantee=Guarantee.HOST,
        verdict=Verdict.BROKEN if left else Verdict.HELD,
        problems=tuple(f"{path} is on the host" for path in left),
    )
