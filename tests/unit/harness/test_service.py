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


def test_a_renewed_service_has_as_many_workers_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Any]] = []

    async def ready(*_: object) -> None:
        return None

    class Remembers(Host):
        def call(self, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
            asked.append((verb, arguments.get("workers")))
            return super().call(verb, arguments)

    async def go() -> None:
        service, _ = await made(Remembers(ends=False))
        await service.start(workers=2)
        await service.renew()
        await service.client.close()

    monkeypatch.setattr(module.Service, "_until_ready", ready)
    asyncio.run(go())

    assert asked == [("start", 2), ("kill", None), ("start", 2)]


def test_waiting_for_a_slow_start_is_waiting_for_the_subject() -> None:
    async def go() -> float:
        service, waiting = await made(Host(ends=False))
        begun = time.monotonic()
        with pytest.raises(SubjectError, match="did not answer within"):
            await service.start()
        await service.client.close()
        return waiting.seconds / (time.monotonic() - begun)

    assert asyncio.run(go()) > 0.8


class Databases:
    """A host whose locker finds some databases, and what it was asked for."""

    def __init__(self, *, kept: int, locked: int) -> None:
        self.files = {"keep": kept, "lock": locked, "unlock": 0}
        self.asked: list[str] = []

    def call(self, verb: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(verb)
        if verb == "lock":
            time.sleep(0.1)
        return {"files": self.files[verb]}


async def locking(host: Databases, *, ends: BaseException | None = None) -> bool:
    """Whether the database is said to be locked; the look is among what was asked for."""
    service, _ = await made(cast("Host", host))

    async def look() -> None:
        host.asked.append("look")
        message = "whatever it says"
        raise SubjectError(message)

    try:
        async with service.database_locked(look) as locked:
            if ends is not None:
                raise ends
            return locked
    finally:
        await service.client.close()


@pytest.mark.parametrize(
    ("kept", "locked", "asked"),
    [
        (1, 1, ["keep", "look", "lock", "unlock"]),
        (0, 1, ["keep", "lock", "unlock"]),
        (0, 0, ["keep", "lock", "unlock"]),
    ],
)
def test_an_index_is_made_before_it_is_locked(kept: int, locked: int, asked: list[str]) -> None:
    host = Databases(kept=kept, locked=locked)

    assert asyncio.run(locking(host)) == bool(locked)
    assert host.asked == asked


def test_a_probe_that_raises_leaves_nothing_locked() -> None:
    host = Databases(kept=0, locked=1)
    with pytest.raises(KeyError):
        asyncio.run(locking(host, ends=KeyError("x")))

    assert host.asked == ["keep", "lock", "unlock"]


def test_a_deadline_in_the_middle_of_locking_leaves_nothing_locked() -> None:
    host = Databases(kept=0, locked=1)

    async def go() -> None:
        work = asyncio.ensure_future(locking(host))
        await asyncio.sleep(0.05)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(go())

    assert host.asked == ["keep", "lock", "unlock"]
