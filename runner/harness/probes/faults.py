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

ARRIVAL_SECONDS = 5.0
HELD_SECONDS = 20.0
SETTLED_SECONDS = 10.0
"""How long an order whose customer hung up may be in progress afterwards."""

STOCK = 5


async def hang_up(target: Target, record: Record) -> None:
    """A customer who hangs up while paying leaves one order and one piece less, or neither."""
    item, user = target.name(), target.user()
    (await target.create(item, STOCK)).expect(201)
    gate = target.upstream.hold(target.pay_path, math.inf, timeout=HELD_SECONDS, token=item)
    request = asyncio.ensure_future(target.buy(item, user=user))
    arrived = await gate.until(1, ARRIVAL_SECONDS, request)
    request.cancel()
    with suppress(asyncio.CancelledError, SubjectError):
        await request
    await _let_go(gate)
    if not arrived:
        message = f"the order asked for no payment within {ARRIVAL_SECONDS:g} s"
        raise SubjectError(message)
    left = await _settled(target, item, user, SETTLED_SECONDS)
    record.measure("stock left", left, f"of {STOCK}")


async def killed_while_paying(target: Target, record: Record) -> None:
    """`kill -9` during the payment leaves one order and one piece less, or neither."""
    item, user = target.name(), target.user()
    (await target.create(item, STOCK)).expect(201)
    gate = target.upstream.hold(target.pay_path, math.inf, timeout=HELD_SECONDS, token=item)
    request = asyncio.ensure_future(target.buy(item, user=user))
    arrived = await gate.until(1, ARRIVAL_SECONDS, request)
    await target.service.kill()
    with suppress(SubjectError):
        await request
    gate.release()
    if not arrived:
        message = f"the order asked for no payment within {ARRIVAL_SECONDS:g} s"
        raise SubjectError(message)
    await target.service.start()
    left = await _settled(target, item, user, 2 * SETTLED_SECONDS)
    record.measure("stock left", left, f"of {STOCK}")


async def _settled(target: Target, item: str, user: str, seconds: float) -> int:
    """The stock, once there is an order and one piece less, or no order and no piece less."""
    deadline = time.monotonic() + seconds
    while True:
        left = target.stock_in((await target.read(item)).expect(200))
        confirmed = await _confirmed(target, item, user)
        if left == STOCK - confirmed:
            return left
        if time.monotonic() > deadline:
            order = "a confirmed order" if confirmed else "no confirmed order"
            message = (
                f"{seconds:g} s after the payment was interrupted there is {order}, and "
                f"{STOCK - left} pieces are gone from the stock"
            )
            raise SubjectError(message)
        await asyncio.sleep(0.2)


async def _confirmed(target: Target, item: str, user: str) -> bool:
    placed = target.upstream.calls(target.pay_path, item)[0].object().text("order_id")
    reply = await target.order(placed, user=user)
    return reply.status == 200 and reply.object().text("status") == "confirmed"  # noqa: PLR2004


async def _let_go(gate: Gate) -> None:
    """Open the gate once the service has had the time to notice that its client is gone."""
    await asyncio.sleep(0.1)
    gate.release()
