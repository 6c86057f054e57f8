"""What serving costs: processor time by the engine's account, and answers that are counted."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from files import features
from runner.harness.errors import Inconclusive, SubjectError
from serving import ask, ask_batch

if TYPE_CHECKING:
    from files import Row
    from runner.harness.notes import Notes
    from runner.harness.service import Service
    from serving import Serving
    from works import Case

ASKED = 200
"""Requests of one measurement: a second of work, so that the engine's account is exact enough."""

WARM = 20
DEARER = 30.0
"""Times the reference's processor time that the brief allows: a forest of 200 trees costs 12 times."""

ROOM = 1.25
"""How far two measurements of one service are apart on a busy machine."""

TOGETHER, TIMES = 100, 10
THIRD = 3.0

BURST, EACH = 24, 1000
"""Batches that are sent at once, and their rows."""

BURST_SECONDS = 120.0
"""What a batch may take among the others."""

SILENT, LONGER = 0.8, 4.0
"""Share of a burst, and times the reference's silence, from which on a service counts as blocked.
Services with a quick model that block were silent for 0.8 to 0.9 of a burst, and for twice as long
as the reference; one that predicts row by row in its loop for 0.95, and many times as long."""


@pytest.mark.requirement("serve.effort")
async def test_a_prediction_costs_what_it_has_to(
    serving: Serving, usual: Case, notes: Notes
) -> None:
    """What is seen once may be the machine: only what is seen twice is a failure."""
    rows = [features(one) for one in usual.held[:ASKED]]
    found: list[float] = []
    for turn in (1, 2):
        ours = await _each(await serving.ready(), rows)
        async with serving.server.replaced(files=await serving.files(reference=True)):
            theirs = await _each(serving.server, rows)
        found.append(ours / theirs)
        notes.measure(f"measurement {turn}: a request", 1000 * ours, "ms")
        notes.measure(f"measurement {turn}: against the reference", found[-1], "times")
        if found[-1] <= DEARER * ROOM:
            break
    if len(found) > 1 and found[-1] <= DEARER * ROOM:
        message = f"{found[0]:.1f} times the reference's cost, and measured again {found[1]:.1f}"
        raise Inconclusive(message)
    if found[-1] > DEARER * ROOM:
        message = f"a prediction costs {min(found):.1f} times what it costs the reference"
        raise SubjectError(message, limit=True)


async def _each(service: Service, rows: list[Row]) -> float:
    """CPU seconds of one request."""
    for row in rows[:WARM]:
        (await ask(service, row)).expect(200)
    before = await service.cpu_seconds()
    for row in rows:
        (await ask(service, row)).expect(200)
    return (await service.cpu_seconds() - before) / len(rows)


@pytest.mark.requirement("serve.vectorised")
async def test_a_batch_is_one_prediction(serving: Serving, usual: Case, notes: Notes) -> None:
    rows = [features(one) for one in usual.held[:TOGETHER]]
    for turn in (1, 2):
        service = await serving.ready()
        alone = await _each(service, rows * 2) * TOGETHER
        before = await service.cpu_seconds()
        for _ in range(TIMES):
            (await ask_batch(service, rows)).expect(200)
        batch = (await service.cpu_seconds() - before) / TIMES
        gain = alone / max(batch, 1e-4)
        notes.measure(f"measurement {turn}: {TOGETHER} requests against a batch", gain, "times")
        if gain >= THIRD / ROOM:
            return
    message = f"{TOGETHER} rows in a batch cost as much as {TOGETHER / gain:.0f} requests"
    raise SubjectError(message, limit=True)


@pytest.mark.requirement("serve.responsive")
async def test_health_is_answered_meanwhile(serving: Serving, usual: Case, notes: Notes) -> None:
    """How long /health is silent while batches are predicted, against the reference's silence.

    A quick model that blocks the loop is silent for hardly longer than one that does not: checking
    what was sent takes most of the time, in either. Nobody loses anything by that.
    """
    rows = [features(one) for one in usual.held[:EACH]]
    found: list[str] = []
    for turn in (1, 2):
        ours = await _silence(await serving.ready(), rows)
        async with serving.server.replaced(files=await serving.files(reference=True)):
            theirs = await _silence(serving.server, rows)
        notes.measure(f"measurement {turn}: longest silence", ours.longest, "s")
        notes.measure(f"measurement {turn}: of", ours.whole, "s")
        notes.measure(f"measurement {turn}: longest silence of the reference", theirs.longest, "s")
        if ours.longest < SILENT * ours.whole or ours.longest < LONGER * theirs.longest:
            break
        found.append(
            f"while {BURST} batches were predicted /health was silent for {ours.longest:.1f} s of "
            f"{ours.whole:.1f} s, the reference for {theirs.longest:.1f} s"
        )
    if len(found) == 1:
        message = f"{found[0]}, and measured again it was not"
        raise Inconclusive(message)
    assert not found, found[-1]


@dataclass(frozen=True, slots=True)
class Silence:
    """Seconds of the longest wait for an answer of /health, and of the whole burst."""

    longest: float
    whole: float


async def _silence(service: Service, rows: list[Row]) -> Silence:
    (await ask_batch(service, rows)).expect(200)
    # Written once: it is the service that shall be busy, not the harness.
    body = json.dumps({"rows": rows}).encode()
    headers = {"content-type": "application/json"}
    loop = asyncio.get_running_loop()
    begun = loop.time()
    batches = [
        asyncio.ensure_future(
            service.post("/predict/batch", body=body, headers=headers, deadline=BURST_SECONDS)
        )
        for _ in range(BURST)
    ]
    longest = 0.0
    try:
        while not all(batch.done() for batch in batches):
            asked = loop.time()
            (await service.get("/health", deadline=BURST_SECONDS)).expect(200)
            longest = max(longest, loop.time() - asked)
        for reply in await asyncio.gather(*batches):
            reply.expect(200)
    finally:
        for batch in batches:
            batch.cancel()
        await asyncio.gather(*batches, return_exceptions=True)
    return Silence(longest, loop.time() - begun)
