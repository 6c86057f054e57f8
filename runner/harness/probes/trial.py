"""A probe on trial: what is recorded, and whether a failure stands.

An exact probe counts what cannot be explained by a slow machine: its failure stands. A timed one
rests on a deadline, however generous. It fails only when it fails twice, and a service known to
be good passes it in between, on the same machine and at the same limits; otherwise the machine
is too busy to tell, which costs nobody anything.

Where an exact probe got a 5xx, or no answer in time, and found nothing else wrong, it rests on
deadlines as well: on those of the service, for a lock or an upstream call.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol

from runner.harness.errors import Inconclusive, SubjectError, UnservedError
from runner.harness.notes import Notes
from runner.harness.probes.overlap import overlap, responsive

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    from runner.harness.messages import SuitePlace
    from runner.harness.probes.target import Target

    Probe = Callable[..., Awaitable[None]]


AGAIN = 2
"""How often an exact probe that found requests unserved is run once more. Races are won by chance
too, and a service that is locked out in most runs shall not come through in the next one."""

BLOCKABLE = (overlap, responsive)
"""Probes whose failure a stack may explain: one blocking call on the event loop fails both."""


class Stage(Protocol):
    """What a trial needs beside its target."""

    def control(self) -> AbstractAsyncContextManager[Target]:
        """The good service in the place of the candidate's for a while."""

    async def stack(self, target: Target) -> list[SuitePlace]:
        """Where the candidate's event loop is while a request waits; ends its service."""


class Trial:
    """Runs probes on a target; `notes` is the evidence of the attempt that counts."""

    def __init__(self, notes: Notes, stage: Stage) -> None:
        """`stage` is where the probes are run."""
        self._notes = notes
        self._stage = stage

    async def exact(self, probe: Probe, target: Target, **options: float | None) -> None:
        """Run a probe whose failure stands, unless all that is wrong is requests unserved."""
        told = partial(probe, **options)
        before = self._notes.copy()
        failure = await self._attempt(told, target, before)
        if failure is None:
            return
        if not _unserved(failure):
            raise failure
        await self._confirmed(told, target, before, failure, AGAIN)

    async def timed(self, probe: Probe, target: Target) -> None:
        """Run a probe that rests on a deadline; `Inconclusive` when the machine cannot tell."""
        before = self._notes.copy()
        failure = await self._attempt(probe, target, before)
        if failure is not None:
            await self._confirmed(probe, target, before, failure, 1)

    async def _confirmed(
        self, probe: Probe, target: Target, before: Notes, failure: Exception, attempts: int
    ) -> None:
        """Return when a failure does not come again in so many attempts."""
        async with self._stage.control() as good:
            spoiled = await _tried(probe, good, Notes())
        if spoiled is not None:
            message = (
                "inconclusive: on this machine a service that is known to be good fails as well "
                f"({spoiled}); found was: {failure}"
            )
            raise Inconclusive(message, control_failed=True) from failure
        for _ in range(attempts):
            again = await self._attempt(probe, target, before)
            if again is None:
                continue
            if probe in BLOCKABLE:
                # The failure stands without a hint too.
                with suppress(SubjectError):
                    self._notes.places += await self._stage.stack(target)
            raise again
        self._notes.note(f"passed when tried again; at the first attempt: {failure}")

    async def _attempt(self, probe: Probe, target: Target, before: Notes) -> Exception | None:
        notes = Notes()
        failure = await _tried(probe, target, notes)
        self._notes.replace(before, notes)
        return failure


def _unserved(failure: Exception) -> bool:
    return isinstance(failure, UnservedError) or (
        isinstance(failure, SubjectError) and failure.limit
    )


async def _tried(probe: Probe, target: Target, notes: Notes) -> Exception | None:
    try:
        await probe(target, notes)
    except (AssertionError, SubjectError) as failure:
        return failure
    return None
