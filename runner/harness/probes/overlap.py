"""Do slow requests wait side by side, and does the service stay awake meanwhile?

Upstream holds the calls at a gate, so that overlap is a count and waking a matter of before and
after: a request that is answered while the gate is closed did not wait for it. The gate opens
by itself after `HOLD_SECONDS`, which is the only time in these probes; it stays below the two
seconds that a service has to wait for upstream, and is some hundred times what a service that
passes needs.
"""

from __future__ import annotations

import asyncio
import math
import time
from typing import TYPE_CHECKING

from runner.harness.errors import SubjectError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.harness.probes.target import Record, Target
    from runner.harness.reply import Reply

HOLD_SECONDS = 1.5
ARRIVAL_SECONDS = 5.0
"""How long a first upstream call may take to arrive."""

TOGETHER = 8
SERIAL = 2
"""So many in flight at most: the service works one after the other. One would be plain; two is
what a client with one spare connection reaches. From three on, overlap has only been bounded."""

SLEEPERS = 3
BEATS = 12
BEAT_SECONDS = 0.03

CROWD = 45
"""More than the 40 threads that ASGI frameworks give to plain functions."""


async def overlap(target: Target, record: Record) -> None:
    """Slow requests at the same time are under way at the same time."""
    names = tuple(target.name() for _ in range(TOGETHER))
    gate = target.upstream.hold(target.ask_path, TOGETHER, timeout=HOLD_SECONDS, tokens=names)
    replies = await asyncio.gather(*map(target.ask, names), return_exceptions=True)
    record.measure("in flight at once", gate.peak, f"of {TOGETHER}")
    record.plot("upstream calls in flight", gate.steps, x="seconds", y="calls", limit=TOGETHER)
    if gate.peak <= SERIAL:
        message = (
            f"of {TOGETHER} slow requests at the same time {gate.peak} reached upstream while it "
            "kept them waiting; the others were not started before"
        )
        raise SubjectError(message)
    _answered(replies)
    if gate.peak < TOGETHER:
        record.note(f"overlap is bounded at {gate.peak} of {TOGETHER}")


async def responsive(target: Target, record: Record) -> None:
    """A request that needs nothing is answered while others wait for upstream."""
    names = tuple(target.name() for _ in range(SLEEPERS))
    gate = target.upstream.hold(target.ask_path, math.inf, timeout=HOLD_SECONDS, tokens=names)
    waiting = [asyncio.ensure_future(target.ask(name)) for name in names]
    beats: list[tuple[float, float]] = []
    answered = 0
    try:
        if not await gate.until(1, ARRIVAL_SECONDS, *waiting):
            message = f"none of {SLEEPERS} slow requests reached upstream"
            raise SubjectError(message)
        while len(beats) < BEATS and not gate.open:
            begun = time.monotonic()
            # Any answer shows that somebody is awake; which one it should be is judged elsewhere.
            await target.health()
            beats.append((begun - gate.begun, 1000 * (time.monotonic() - begun)))
            answered += not gate.open
            await asyncio.sleep(BEAT_SECONDS)
    finally:
        gate.release()
        replies = await asyncio.gather(*waiting, return_exceptions=True)
    if not beats:
        message = f"upstream let go after {HOLD_SECONDS:g} s before a health check could be sent"
        raise SubjectError(message)
    record.measure("answered while upstream kept others waiting", answered, f"of {BEATS}")
    record.measure("slowest answer", max(late for _, late in beats), "ms")
    record.plot("health checks", beats, x="seconds", y="ms", limit=1000 * HOLD_SECONDS)
    if answered < BEATS // 2:
        message = (
            f"{answered} of {BEATS} health checks were answered while upstream kept {SLEEPERS} "
            f"other requests waiting; the next one took {beats[-1][1]:.0f} ms, until upstream "
            "let go: something blocks the event loop"
        )
        raise SubjectError(message)
    _answered(replies)


async def fan_out(target: Target, record: Record) -> None:
    """Upstream calls of one request that do not depend on each other overlap."""
    name = target.name()
    paths = target.fan_paths(name)
    gate = target.upstream.hold("", len(paths), timeout=HOLD_SECONDS / 2, tokens=paths)
    replies = await asyncio.gather(target.ask_all(name), return_exceptions=True)
    record.measure("in flight at once", gate.peak, f"of {len(paths)}")
    record.plot("upstream calls in flight", gate.steps, x="seconds", y="calls", limit=len(paths))
    if gate.peak < 2:  # noqa: PLR2004 - two are an overlap
        message = (
            f"one request makes {len(paths)} upstream calls, and no two were under way at the "
            "same time: each waits for the one before"
        )
        raise SubjectError(message)
    _answered(replies)
    if gate.peak < len(paths):
        record.note(f"overlap is bounded at {gate.peak} of {len(paths)}")


async def crowd(target: Target, record: Record) -> None:
    """How a health check fares among more slow requests than there are threads: an observation."""
    names = tuple(target.name() for _ in range(CROWD))
    gate = target.upstream.hold(target.ask_path, math.inf, timeout=HOLD_SECONDS, tokens=names)
    waiting = [asyncio.ensure_future(target.ask(name)) for name in names]
    try:
        await gate.until(CROWD, HOLD_SECONDS / 2, *waiting)
        peak = gate.peak
        begun = time.monotonic()
        # Whether it is answered at all is seen, not judged: that is what `responsive` does.
        (reply,) = await asyncio.gather(target.health(), return_exceptions=True)
        late = 1000 * (time.monotonic() - begun)
    finally:
        gate.release()
        await asyncio.gather(*waiting, return_exceptions=True)
    if isinstance(reply, BaseException) and not isinstance(reply, SubjectError):
        raise reply
    record.measure("in flight at once", peak, f"of {CROWD}")
    record.measure("health check meanwhile", late, "ms")
    ended = "not answered within" if isinstance(reply, SubjectError) else "answered after"
    record.note(f"{peak} of {CROWD} slow requests in flight, health check {ended} {late:.0f} ms")


def _answered(replies: Sequence[Reply | BaseException]) -> None:
    """Every reply came and is a 200."""
    for reply in replies:
        if isinstance(reply, BaseException):
            raise reply
        reply.expect(200)
