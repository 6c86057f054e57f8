"""A probe on trial: what is recorded, and whether a failure stands.

An exact probe counts what cannot be explained by a slow machine: its failure stands. A timed one
rests on a deadline, however generous. It fails only when it fails twice, and a service known to
be good passes it in between, on the same machine and at the same limits; otherwise the machine
is too busy to tell, which costs nobody anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.harness.errors import Inconclusive, SubjectError
from runner.harness.notes import Notes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    from runner.harness.probes.target import Target

    Probe = Callable[..., Awaitable[None]]


class Trial:
    """Runs probes on a target; `notes` is the evidence of the attempt that counts."""

    def __init__(
        self, notes: Notes, control: Callable[[], AbstractAsyncContextManager[Target]]
    ) -> None:
        """`control` puts the good service in the place of the candidate's for a while."""
        self._notes = notes
        self._control = control

    async def exact(self, probe: Probe, target: Target, **options: float) -> None:
        """Run a probe whose failure stands."""
        await probe(target, self._notes, **options)

    async def timed(self, probe: Probe, target: Target) -> None:
        """Run a probe that rests on a deadline; `Inconclusive` when the machine cannot tell."""
        failure = await self._attempt(probe, target)
        if failure is None:
            return
        async with self._control() as good:
            spoiled = await _tried(probe, good, Notes())
        if spoiled is not None:
            message = (
                "not told: on this machine a service that is known to be good fails as well "
                f"({spoiled}); found was: {failure}"
            )
            raise Inconclusive(message) from failure
        again = await self._attempt(probe, target)
        if again is None:
            self._notes.note(f"passed at the second attempt; at the first: {failure}")
            return
        raise again

    async def _attempt(self, probe: Probe, target: Target) -> Exception | None:
        notes = Notes()
        failure = await _tried(probe, target, notes)
        self._notes.replace(notes)
        return failure


async def _tried(probe: Probe, target: Target, notes: Notes) -> Exception | None:
    try:
        await probe(target, notes)
    except (AssertionError, SubjectError) as failure:
        return failure
    return None
