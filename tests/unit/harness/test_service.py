"""The life of a service, with a host that plays along."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from runner.harness import service as module
from runner.harness.client import Client
from runner.harness.errors import SubjectError
from runner.harness.messages import ServiceJob
from runner.harness.service import MOST_STARTS, Service
from runner.harness.waiting import Waiting

if TYPE_CHECKING:
    from runner.harness.channel import Channel


class Host:
    """Starts subjects that end, or stay silent, as told."""

    def __init__(self, *, ends: bool) -> None:
        self.ends = ends
        self.starts = 0

    def call(self, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
        del arguments
        self.starts += verb == "start"
        return {"subject": str(self.starts), "ended": self.ends, "how": "gone", "limit": False}


async def made(host: Host, *, start_seconds: float = 0.3) -> tuple[Service, Waiting]:
    waiting = Waiting()
    client = Client(1, deadline=1.0, agent="test", waiting=waiting)
    job = ServiceJob(port=1, upstream_port=1, ready_path="/", start_seconds=start_seconds)
    return Service(cast("Channel", host), job, client, waiting), waiting


def test_a_service_that_ends_all_the_time_is_not_started_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def ready(*_: object) -> None:
        return None

    monkeypatch.setattr(module.Service, "_until_ready", ready)

    async def go() -> int:
        host = Host(ends=True)
        service, _ = await made(host)
        for _ in range(MOST_STARTS):
            await service.restart()
        with pytest.raises(SubjectError, match="so often") as caught:
            await service.restart()
        assert caught.value.limit
        await service.client.close()
        return host.starts

    assert asyncio.run(go()) == MOST_STARTS


def test_waiting_for_a_slow_start_is_waiting_for_the_subject() -> None:
    async def go() -> float:
        service, waiting = await made(Host(ends=False))
        begun = time.monotonic()
        with pytest.raises(SubjectError, match="did not answer within"):
            await service.start()
        await service.client.close()
        return waiting.seconds / (time.monotonic() - begun)

    assert asyncio.run(go()) > 0.8
