"""Whose request is it? One user's request waits while another's is served."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

from runner.harness.errors import SubjectError

if TYPE_CHECKING:
    from runner.harness.probes.target import Record, Target

PAIRS = 20
SPARE = 5
ARRIVAL_SECONDS = 5.0
SETTLE_SECONDS = 0.5
"""How long to wait for notifications. Whether they are sent at all is not judged here."""


async def isolated(target: Target, record: Record) -> None:
    """Every order belongs to who placed it, though another user's request came in between."""
    wrong: list[str] = []
    buyers: dict[str, str] = {}
    for _ in range(PAIRS):
        wrong += await _pair(target, buyers)
    await asyncio.sleep(SETTLE_SECONDS)
    for item, user in buyers.items():
        notes = target.upstream.calls(target.notify_path, item)
        if notes and target.buyer_in(dict(notes[0].object().content)) != user:
            wrong.append("the notification names another user")
    record.measure("own identity", 2 * PAIRS - len(wrong), f"of {2 * PAIRS}")
    if wrong:
        message = f"{len(wrong)} of {2 * PAIRS} orders were mixed up: {wrong[0]}"
        raise SubjectError(message)


async def _pair(target: Target, buyers: dict[str, str]) -> list[str]:
    """What is wrong with two orders, of which the second is served while the first waits.

    Adds to `buyers` who bought which item.
    """
    items = [target.name(), target.name()]
    users = [target.user(), target.user()]
    for item in items:
        (await target.create(item, SPARE)).expect(201)
    gate = target.upstream.hold(target.pay_path, math.inf, timeout=1.5, token=items[0])
    suspended = asyncio.ensure_future(target.buy(items[0], user=users[0]))
    try:
        await gate.until(1, ARRIVAL_SECONDS, suspended)
        second = await target.buy(items[1], user=users[1])
    finally:
        gate.release()
        (first,) = await asyncio.gather(suspended, return_exceptions=True)
    if isinstance(first, BaseException):
        raise first
    wrong = []
    for mine, reply in enumerate((first, second)):
        placed = reply.expect(201).object().text("id")
        # Who else may see an order is judged elsewhere: a mix-up is one that its owner lost.
        own = await target.order(placed, user=users[mine])
        if own.status != 200:  # noqa: PLR2004
            other = await target.order(placed, user=users[1 - mine])
            wrong.append(f"its owner gets {own.status}, the other customer {other.status}")
        else:
            buyers[items[mine]] = users[mine]
    return wrong
