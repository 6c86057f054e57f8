"""SIGTERM: what is under way is answered, then the process ends."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

from runner.harness.errors import SubjectError

if TYPE_CHECKING:
    from runner.harness.probes.target import Record, Target

REQUESTS = 3
ARRIVAL_SECONDS = 5.0
HOLD_SECONDS = 0.5


async def graceful(target: Target, record: Record) -> None:
    """Requests that wait for upstream when SIGTERM comes are answered."""
    names = [target.name() for _ in range(REQUESTS)]
    gate = target.upstream.hold(
        target.ask_path, math.inf, timeout=ARRIVAL_SECONDS + HOLD_SECONDS, tokens=tuple(names)
    )
    waiting = [asyncio.ensure_future(target.ask(name)) for name in names]
    await gate.until(REQUESTS, HOLD_SECONDS, *waiting)
    if not await gate.until(1, ARRIVAL_SECONDS, *waiting):
        gate.release()
        await asyncio.gather(*waiting, return_exceptions=True)
        message = f"none of {REQUESTS} requests reached upstream"
        raise SubjectError(message)
    # What has not reached upstream was not under way: a server may refuse it now.
    begun = [name for name in names if target.upstream.calls(target.ask_path, name)]
    ending = asyncio.ensure_future(target.service.terminate())
    await asyncio.sleep(HOLD_SECONDS)
    gate.release()
    replies = await asyncio.gather(*waiting, return_exceptions=True)
    (seconds,) = await asyncio.gather(ending, return_exceptions=True)
    answered = sum(
        not isinstance(reply, BaseException) and reply.status == 200  # noqa: PLR2004
        for name, reply in zip(names, replies, strict=True)
        if name in begun
    )
    record.measure("answered after SIGTERM", answered, f"of {len(begun)}")
    if isinstance(seconds, BaseException):
        raise seconds
    record.measure("end after SIGTERM", seconds, "s")
    if answered < len(begun):
        message = (
            f"{len(begun)} requests were under way when SIGTERM came, {answered} of them were "
            "answered"
        )
        raise SubjectError(message)
