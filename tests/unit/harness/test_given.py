"""What a service finds in /given, and who is started with it, with a host that plays along."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

from runner.harness.errors import HarnessError, Inconclusive, SubjectError
from runner.harness.given import Given
from runner.harness.messages import ServiceJob
from runner.harness.service import START_FAILURES, Service
from runner.harness.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from runner.harness.channel import Channel
    from runner.harness.client import Client

MODEL = {"model/x.json": b"1", "model/deep/y.bin": b"\xff"}
OTHER = {"model/x.json": b"2"}
MOST = 10


def found(folder: Path) -> dict[str, bytes]:
    """The files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


class World:
    """Host, service and client at once.

    `told` are the calls, each start with its kind, its workers and what was to be found then.
    What is in `broken` ends when it finds that.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self.told: list[tuple[Any, ...]] = []
        self.broken: list[dict[str, bytes]] = []
        self.usage: dict[str, Any] = {"cpu_seconds": 1.5, "peak_memory_bytes": 7}
        self.alive = False
        self.silent = False

    def call(self, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if verb == "start":
            files = found(self.place)
            self.told.append((arguments["kind"], arguments["workers"], files))
            self.alive, self.silent = files not in self.broken, False
            return {"subject": "s"}
        if verb == "wait":
            return {"ended": not self.alive, "how": "gone" * (not self.alive), "limit": True}
        self.told.append((verb,))
        self.alive = self.alive and verb != "kill"
        return self.usage if verb == "usage" else {}

    async def request(self, *_: object, **__: object) -> None:
        if not self.alive or self.silent:
            message = "nobody answers"
            raise SubjectError(message)


@pytest.fixture
def world(tmp_path: Path) -> World:
    place = tmp_path / "given"
    place.mkdir()
    return World(place)


def played(
    world: World, act: Callable[[Service], Awaitable[object]], *, most: int = MOST
) -> list[tuple[Any, ...]]:
    """What the host was told while `act` had the service."""
    job = ServiceJob(port=1, upstream_port=1, ready_path="/", start_seconds=0.2, given_bytes=most)
    service = Service(
        cast("Channel", world),
        job,
        cast("Client", world),
        Waiting(),
        given=Given(job.given_bytes, world.place),
    )

    async def go() -> None:
        await act(service)

    asyncio.run(go())
    return world.told


def test_a_service_starts_with_the_files_that_it_is_given(world: World) -> None:
    async def act(service: Service) -> None:
        await service.serve(MODEL)
        await service.serve(OTHER, workers=2)

    assert played(world, act) == [("service", 1, MODEL), ("kill",), ("service", 2, OTHER)]


def test_one_that_has_the_same_files_is_left_alone(world: World) -> None:
    async def act(service: Service) -> None:
        for _ in range(3):
            await service.serve({name: bytes(bytearray(body)) for name, body in MODEL.items()})

    assert played(world, act) == [("service", 1, MODEL)]


def test_one_without_files_is_started_as_well(world: World) -> None:
    assert played(world, lambda service: service.serve({})) == [("service", 1, {})]


@pytest.mark.parametrize(("change", "workers"), [("silent", 1), ("dead", 1), ("none", 2)], ids=str)
def test_one_that_is_not_what_was_asked_for_is_started_anew(
    world: World, change: str, workers: int
) -> None:
    async def act(service: Service) -> None:
        await service.serve(MODEL)
        world.silent = change == "silent"
        world.alive = change != "dead"
        await service.serve(MODEL, workers=workers)

    again = [("kill",), ("service", workers, MODEL)]
    assert played(world, act) == [("service", 1, MODEL), *again]


@pytest.mark.parametrize(
    "act",
    [
        lambda service: service.restart(),
        lambda service: service.renew(),
        lambda service: service.ensure(workers=2),
    ],
    ids=["restart", "renew", "ensure"],
)
def test_files_stay_over_restarts(
    world: World, act: Callable[[Service], Awaitable[object]]
) -> None:
    async def both(service: Service) -> None:
        await service.serve(MODEL)
        await act(service)

    assert played(world, both)[-1][2] == MODEL


def test_files_stay_when_the_data_are_given_up(world: World) -> None:
    async def act(service: Service) -> None:
        await service.serve(MODEL)
        await service.forget()
        await service.serve(MODEL)

    assert played(world, act)[1:] == [("kill",), ("forget",), ("service", 1, MODEL)]


def test_who_does_not_start_with_some_files_may_start_with_others(world: World) -> None:
    world.broken = [OTHER]

    async def act(service: Service) -> None:
        for _ in range(START_FAILURES):
            with pytest.raises(SubjectError, match="ended while starting"):
                await service.serve(OTHER)
        with pytest.raises(SubjectError, match="does not start"):
            await service.serve(OTHER)
        await service.serve(MODEL)

    starts = [told for told in played(world, act) if told[0] == "service"]
    assert starts == [*[("service", 1, OTHER)] * START_FAILURES, ("service", 1, MODEL)]


def test_files_that_do_not_fit_are_told_and_change_nothing(world: World) -> None:
    async def act(service: Service) -> None:
        await service.serve(MODEL)
        with pytest.raises(SubjectError, match="have 11 bytes, over 10") as caught:
            await service.serve({"a": b"x" * 6, "b": b"x" * 5})
        assert caught.value.limit
        await service.serve(MODEL)

    assert played(world, act) == [("service", 1, MODEL)]


def test_a_challenge_without_a_place_for_files_gives_none(world: World) -> None:
    async def act(service: Service) -> None:
        with pytest.raises(HarnessError, match="given_mib"):
            await service.serve({})
        with pytest.raises(HarnessError, match="given_mib"):
            async with service.replaced(MODEL):
                pytest.fail("stood in")

    assert played(world, act, most=0) == []


def test_too_much_for_the_control_is_our_fault(world: World) -> None:
    async def act(service: Service) -> None:
        with pytest.raises(HarnessError, match=r"for the control: .* have 11 bytes, over 10"):
            async with service.replaced({"a": b"x" * 11}):
                pytest.fail("stood in")

    assert played(world, act) == []


def test_a_control_needs_no_place_for_files(world: World) -> None:
    world.place.rmdir()

    async def act(service: Service) -> None:
        async with service.replaced():
            world.told.append(("asked",))

    assert [told[0] for told in played(world, act, most=0)] == [
        "control",
        "asked",
        "kill",
        "service",
    ]


@pytest.mark.parametrize("files", [None, OTHER], ids=["none", "its-own"])
def test_a_control_finds_its_own_files_only(world: World, files: dict[str, bytes] | None) -> None:
    async def act(service: Service) -> None:
        await service.serve(MODEL, workers=2)
        async with service.replaced(files):
            world.told.append(("asked",))
        await service.serve(MODEL, workers=2)

    assert played(world, act) == [
        ("service", 2, MODEL),
        ("kill",),
        ("control", 2, files or {}),
        ("asked",),
        ("kill",),
        ("service", 2, MODEL),
    ]


def test_files_are_put_back_though_the_control_does_not_start(world: World) -> None:
    world.broken = [OTHER]

    async def act(service: Service) -> None:
        await service.serve(MODEL)
        with pytest.raises(Inconclusive, match="not even a service that is known to be good"):
            async with service.replaced(OTHER):
                pytest.fail("stood in")

    played(world, act)
    assert found(world.place) == MODEL


def test_files_that_were_never_all_there_are_put_again(tmp_path: Path) -> None:
    given = Given(MOST, tmp_path)
    given.put(MODEL)
    assert given.holds(MODEL)
    with pytest.raises(FileExistsError):
        given.put({"x.json": b"1", "x.json/y": b"2"})

    assert not given.holds(MODEL)
    assert not given.holds({})
    given.put(OTHER)
    assert (given.holds(OTHER), found(tmp_path)) == (True, OTHER)


def test_the_engine_says_what_a_running_service_used(world: World) -> None:
    used: list[float] = []

    async def act(service: Service) -> None:
        await service.serve(MODEL)
        used.append(await service.cpu_seconds())

    assert played(world, act)[-1] == ("usage",)
    assert used == [1.5]


def test_nothing_is_said_that_nobody_knows(world: World) -> None:
    world.usage = {}

    async def act(service: Service) -> None:
        with pytest.raises(HarnessError, match="no service"):
            await service.cpu_seconds()
        await service.serve(MODEL)
        with pytest.raises(HarnessError, match="engine does not know"):
            await service.cpu_seconds()

    played(world, act)


def test_what_a_service_used_last_is_not_known_once_it_has_ended(world: World) -> None:
    async def act(service: Service) -> None:
        await service.serve(MODEL)
        world.alive = False
        with pytest.raises(SubjectError, match="had ended: gone, before its CPU") as caught:
            await service.cpu_seconds()
        assert caught.value.limit

    played(world, act)
