"""Many requests at once, none of which may be turned away: locks, pools, stale reads."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from runner.harness.client import together
from runner.harness.errors import SubjectError
from runner.harness.probes.races import PAUSE_SECONDS
from runner.harness.probes.volley import HOLD_SECONDS, after_lock, failure, told, volley

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from runner.harness.probes.target import Record, Target
    from runner.harness.reply import Reply

WRITERS, READERS = 20, 10
TURNS = 12
"""Writers meet by chance, on a busy machine in about half of the turns: so often they are sent for
one verdict."""

CUSTOMERS = 60
"""Four times what the default pool of SQLAlchemy holds (5 and 10 on top)."""

QUEUE_SECONDS = 1.0
AFTERWARDS = 60
TIMES = 200
"""An answer that leaves before its commit was overtaken by the next read once in some fifty."""


async def locked(target: Target, record: Record) -> None:
    """Simultaneous writers and readers of different items are all served."""
    known = target.name()
    (await target.create(known, 1)).expect(201)

    def request(number: int) -> Coroutine[object, object, Reply]:
        return target.create(target.name(), 1) if number < WRITERS else target.read(known)

    for _ in range(TURNS):
        replies = await volley(request, WRITERS + READERS, pause=PAUSE_SECONDS)
        statuses = Counter(reply.status for reply in replies)
        # Whether the other worker knows the item that is read is judged elsewhere.
        if statuses[201] != WRITERS or statuses[200] + statuses[404] != READERS:
            message = (
                f"{WRITERS} writers and {READERS} readers at once: {told(statuses)} where "
                f"{WRITERS} × 201 and {READERS} × 200 are due"
            )
            raise failure(message, statuses)
    record.measure("served", TURNS * (WRITERS + READERS), "requests")


async def pool(target: Target, record: Record) -> None:
    """More orders than a pool has connections wait for their payment, and all are served."""
    item = target.name()
    (await target.create(item, 2 * CUSTOMERS)).expect(201)
    gate = target.upstream.hold(target.pay_path, CUSTOMERS, timeout=QUEUE_SECONDS, token=item)
    replies = await together(*(target.buy(item, user=target.user()) for _ in range(CUSTOMERS)))
    statuses = Counter(reply.status for reply in replies)
    record.measure("payments under way at once", gate.peak, f"of {CUSTOMERS}")
    record.plot("payments under way", gate.steps, x="seconds", y="payments")
    if statuses != {201: CUSTOMERS}:
        message = f"{CUSTOMERS} orders at once, payments held: {told(statuses)}"
        raise failure(message, statuses)
    after = Counter([(await target.read(item)).status for _ in range(AFTERWARDS)])
    if after != {200: AFTERWARDS}:
        message = f"after {CUSTOMERS} orders at once reads get {told(after)}"
        raise SubjectError(message)


async def writes_go_on(target: Target, record: Record) -> None:
    """While one payment takes its time, others write: no transaction is open meanwhile."""
    item = target.name()
    (await target.create(item, 5)).expect(201)
    gate = target.upstream.hold(target.pay_path, math.inf, timeout=1.5, token=item)
    order = asyncio.ensure_future(target.buy(item, user=target.user()))
    try:
        arrived = await gate.until(1, 5.0, order)
        reply = await target.create(target.name(), 1)
        waited = gate.open
    finally:
        gate.release()
        (outcome,) = await asyncio.gather(order, return_exceptions=True)
    if not arrived:
        message = "the order asked for no payment"
        raise SubjectError(message)
    record.measure("write while a payment is under way", 1000 * reply.seconds, "ms")
    if waited or reply.status != 201:  # noqa: PLR2004
        message = (
            f"while a payment was under way another item was answered {reply.status} after "
            f"{1000 * reply.seconds:.0f} ms: the database was locked until the payment came"
        )
        raise SubjectError(message)
    if isinstance(outcome, BaseException):
        raise outcome
    outcome.expect(201)


async def fresh(target: Target, record: Record) -> None:
    """What has been answered is there for the next request, on whatever connection."""
    missed = 0
    for _ in range(TIMES):
        name = target.name()
        (await target.create(name, 1)).expect(201)
        missed += (await target.read(name)).expect(200, 404).status == 404  # noqa: PLR2004
    record.measure("missed", missed, f"of {TIMES}")
    if missed:
        message = (
            f"{missed} of {TIMES} times an item was not there right after its 201: the answer "
            "left before the commit"
        )
        raise SubjectError(message)
    if await _answered_too_early(target):
        message = (
            "an item was answered with 201 while the database was locked and nobody could write; "
            "it was not there: the answer left before the commit"
        )
        raise SubjectError(message)


async def _answered_too_early(target: Target) -> bool:
    """Whether an item that nobody could write was answered with 201, and was not there."""
    known, name = target.name(), target.name()
    (await target.create(known, 1)).expect(201)
    async with target.service.database_locked(partial(target.read, known)) as locked:
        request = asyncio.ensure_future(target.create(name, 1))
        # A database that could not be locked is read at once, and tells no more than before.
        done, _ = await asyncio.wait([request], timeout=HOLD_SECONDS * locked)
        early = bool(done) and request.exception() is None and request.result().status == 201  # noqa: PLR2004
        missing = early and (await target.read(name)).status == 404  # noqa: PLR2004
    await after_lock(target, [request])
    return missing
