"""Work after the answer: all of it is done, once."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from typing import TYPE_CHECKING

from runner.harness.errors import SubjectError

if TYPE_CHECKING:
    from runner.harness.probes.target import Record, Target

ORDERS = 30
HOLD_SECONDS = 0.5
SENT_SECONDS = 10.0
SETTLE_SECONDS = 0.4


async def nothing_lost(target: Target, record: Record) -> None:
    """Every order of a burst is notified exactly once, though notifications are slow."""
    item = target.name()
    (await target.create(item, 2 * ORDERS)).expect(201)
    gate = target.upstream.hold(target.notify_path, math.inf, timeout=HOLD_SECONDS, token=item)
    orders = [target.buy(item, user=target.user()) for _ in range(ORDERS)]
    replies = await target.service.gather(*orders)
    placed = {reply.expect(201).object().text("id") for reply in replies}
    # The gate opens by itself: who sends again what takes half a second has sent it twice.
    await asyncio.sleep(HOLD_SECONDS)
    gate.release()
    await target.upstream.wait_for(target.notify_path, ORDERS, timeout=SENT_SECONDS, token=item)
    await asyncio.sleep(SETTLE_SECONDS)
    calls = target.upstream.calls(target.notify_path, item)
    sent = Counter(call.object().text("order_id") for call in calls)
    missing, doubled = placed - set(sent), [one for one, count in sent.items() if count > 1]
    record.measure("notified", len(placed & set(sent)), f"of {ORDERS}")
    record.measure("notified twice", len(doubled), "orders")
    if missing or doubled:
        message = (
            f"{ORDERS} orders at once: {len(missing)} were never notified, {len(doubled)} more "
            "than once"
        )
        raise SubjectError(message)
