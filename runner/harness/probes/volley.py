"""Requests that are complete at the same moment, and the lock that makes them meet."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from runner.harness.client import LAST_BYTE, together
from runner.harness.errors import SubjectError, UnservedError
from runner.harness.reply import SERVER_ERROR

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Coroutine

    from runner.harness.probes.target import Target
    from runner.harness.reply import Reply

    Request = Callable[[int], Coroutine[object, object, Reply]]

OPENING_SECONDS = 0.02

HOLD_SECONDS = 0.4
"""How long the lock is held: time to look for two requests on two workers of a busy machine, and
less than the patience of any service that can live with writers of its own."""


async def volley(request: Request, count: int, *, pause: float = 0.0) -> list[Reply]:
    """`request(n)` for n below `count`, all of them complete at the same moment."""
    return await together(*await _sent(request, count, pause))


async def volley_under_lock(
    target: Target,
    item: str,
    request: Request,
    count: int,
    *,
    pause: float,
    holds: int = 1,
) -> list[Reply] | None:
    """As `volley`, but nobody can write until several have had the time to look at `item`.

    The replies that came; None where nothing could be locked, and nothing was asked then. The
    lock is held `holds` times as long as is enough.
    """
    requests: list[asyncio.Future[Reply]] = []
    try:
        async with target.service.database_locked(partial(target.read, item)) as locked:
            if not locked:
                return None
            requests = await _sent(request, count, pause)
            await asyncio.sleep(holds * HOLD_SECONDS)
        return await after_lock(target, requests)
    finally:
        for one in requests:
            one.cancel()


async def after_lock(target: Target, requests: list[asyncio.Future[Reply]]) -> list[Reply]:
    """The replies that came to requests that were sent while the database was locked.

    What a service does about a foreign lock is its own affair: one that did not cope is started
    anew, so that later checks do not pay for it.
    """
    outcomes = await asyncio.gather(*requests, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, SubjectError):
            raise outcome
    replies = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
    if len(replies) < len(requests) or any(reply.status >= SERVER_ERROR for reply in replies):
        await target.service.renew()
    return replies


async def _sent(request: Request, count: int, pause: float) -> list[asyncio.Future[Reply]]:
    """Requests whose last bytes have just been sent.

    The connections are opened `pause` seconds apart, so that several workers get some; the last
    bytes are sent together, so that nobody is done before the others begin.
    """
    event = asyncio.Event()
    before = LAST_BYTE.set(event)
    try:
        requests: list[asyncio.Future[Reply]] = []
        for number in range(count):
            requests.append(asyncio.ensure_future(request(number)))
            await asyncio.sleep(pause)
        # The requests that were started last get the time to open their connections.
        await asyncio.sleep(OPENING_SECONDS)
        return requests
    finally:
        event.set()
        LAST_BYTE.reset(before)


def failure(message: str, statuses: Counter[int], *, broken: bool = False) -> SubjectError:
    """The error for such answers: `UnservedError` where some are a 5xx and nothing is `broken`."""
    unserved = not broken and any(status >= SERVER_ERROR for status in statuses)
    return UnservedError(message) if unserved else SubjectError(message)


def told(statuses: Counter[int]) -> str:
    """`5 × 201, 7 × 409`."""
    return ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
