"""What a request leaves behind that did not end as it should: everything, or nothing."""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from runner.harness.errors import SubjectError

if TYPE_CHECKING:
    from runner.harness.gate import Gate
    from runner.harness.probes.target import Record, Target
    from runner.harness.reply import Reply

ARRIVAL_SECONDS = 5.0
HELD_SECONDS = 20.0
SETTLED_SECONDS = 10.0
"""How long an order whose customer hung up may be in progress afterwards."""

STOCK = 5


async def hang_up(target: Target, record: Record) -> None:
    """A customer who hangs up during the payment has bought one piece, or none."""
    item, user, key = target.name(), target.user(), target.name()
    (await target.create(item, STOCK)).expect(201)
    gate = target.upstream.hold(target.pay_path, math.inf, timeout=HELD_SECONDS, token=item)
    request = asyncio.ensure_future(target.buy(item, user=user, key=key))
    arrived = await gate.until(1, ARRIVAL_SECONDS, request)
    request.cancel()
    with suppress(asyncio.CancelledError, SubjectError):
        await request
    await _let_go(gate)
    if not arrived:
        message = f"the order asked for no payment within {ARRIVAL_SECONDS:g} s"
        raise SubjectError(message)
    again = await _settled(target, item, user, key)
    left = target.stock_in((await target.read(item)).expect(200))
    record.measure("stock left", left, f"of {STOCK}")
    record.measure("payments", len(target.upstream.calls(target.pay_path, item)), "calls")
    bought = again.status in (200, 201) or await _confirmed(target, item, user)
    if left != STOCK - bought:
        what = "one order" if bought else f"no order, and {again.status} for the key"
        message = (
            "the customer hung up during the payment and asked again with the same key: there is "
            f"{what}, and {STOCK - left} pieces were taken from the stock"
        )
        raise SubjectError(message)


async def killed_while_paying(target: Target, record: Record) -> None:
    """`kill -9` during the payment leaves one piece sold, or none, and the key usable."""
    item, user, key = target.name(), target.user(), target.name()
    (await target.create(item, STOCK)).expect(201)
    gate = target.upstream.hold(target.pay_path, math.inf, timeout=HELD_SECONDS, token=item)
    request = asyncio.ensure_future(target.buy(item, user=user, key=key))
    arrived = await gate.until(1, ARRIVAL_SECONDS, request)
    await target.service.kill()
    with suppress(SubjectError):
        await request
    gate.release()
    if not arrived:
        message = f"the order asked for no payment within {ARRIVAL_SECONDS:g} s"
        raise SubjectError(message)
    await target.service.start()
    deadline = time.monotonic() + 2 * SETTLED_SECONDS
    left = -1
    while time.monotonic() < deadline:
        left = target.stock_in((await target.read(item)).expect(200))
        if left == STOCK or await _confirmed(target, item, user):
            break
        await asyncio.sleep(0.25)
    else:
        message = (
            f"{2 * SETTLED_SECONDS:g} s after a crash during the payment the piece is still "
            f"reserved: {left} of {STOCK} left, and no confirmed order"
        )
        raise SubjectError(message)
    record.measure("stock left", left, f"of {STOCK}")


async def _confirmed(target: Target, item: str, user: str) -> bool:
    placed = target.upstream.calls(target.pay_path, item)[0].object().text("order_id")
    reply = await target.order(placed, user=user)
    return reply.status == 200 and reply.object().text("status") == "confirmed"  # noqa: PLR2004


async def _let_go(gate: Gate) -> None:
    """Open the gate once the service has had the time to notice that its client is gone."""
    await asyncio.sleep(0.1)
    gate.release()


async def _settled(target: Target, item: str, user: str, key: str) -> Reply:
    """What the key answers once its order is no longer in progress.

    What it means after an order that was undone is the service's choice, 409 included.
    """
    deadline = time.monotonic() + SETTLED_SECONDS
    while True:
        reply = await target.buy(item, user=user, key=key)
        if reply.status != 409 or time.monotonic() > deadline:  # noqa: PLR2004 - in progress
            return reply
        if target.stock_in((await target.read(item)).expect(200)) == STOCK:
            return reply
        await asyncio.sleep(0.1)
