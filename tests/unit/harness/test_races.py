"""Races under the lock of the database: what they find, and what they leave to others."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal, cast

import pytest

from runner.harness.errors import SubjectError, UnservedError
from runner.harness.gate import Call, Gate
from runner.harness.notes import Notes
from runner.harness.probes import races, volley
from runner.harness.reply import Reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from runner.harness.probes.target import Target

Manner = Literal["good", "late", "crash", "busy", "moody", "silent", "gone"]
"""Of a shop whose database is locked. It waits and looks; looks and waits; does so, and its table
refuses with a 500; answers 503; does so once; answers nothing; answers nothing from then on."""


def reply(status: int, body: str = "{}", **headers: str) -> Reply:
    return Reply(where="x", status=status, headers=headers, body=body.encode(), seconds=0.0, at=0.0)


class Shop:
    """A target, its service and its upstream in one, on a database that can be locked."""

    pay_path = "/payments"

    def __init__(self, manner: Manner = "good", *, lockable: bool = True) -> None:
        self.service = self
        self.upstream = self
        self.manner = manner
        self.lockable = lockable
        self.free = asyncio.Event()
        self.free.set()
        self.numbers = itertools.count()
        self.stocks: dict[str, int] = {}
        self.versions: dict[str, int] = {}
        self.orders: dict[str, str] = {}
        self.paid: list[str] = []
        self.broken = False
        self.renewed = 0
        self.turns = 0

    # ------------------------------------------------------------- service and upstream

    @asynccontextmanager
    async def database_locked(self, look: Callable[[], Awaitable[Any]]) -> AsyncIterator[bool]:
        await look()
        self.turns += 1
        if self.lockable:
            self.free.clear()
        try:
            yield self.lockable
        finally:
            self.free.set()

    async def renew(self) -> None:
        self.renewed += 1
        self.broken = False

    def hold(self, path: str, need: float, *, timeout: float, token: str) -> Gate:
        return Gate(path, need, timeout, (token,))

    def calls(self, path: str, token: str) -> list[Call]:
        return [
            Call(method="POST", path=path, query="", headers={}, body=b"")
            for name in self.paid
            if name == token
        ]

    # --------------------------------------------------------------------------- target

    def name(self) -> str:
        return f"item-{next(self.numbers)}"

    def user(self) -> str:
        return "somebody"

    def stock_in(self, reply: Reply) -> int:
        return reply.object().integer("stock")

    async def read(self, name: str) -> Reply:
        if self.broken:
            message = "nobody answers"
            raise SubjectError(message)
        if name not in self.stocks:
            return reply(404)
        etag = str(self.versions[name])
        return reply(200, f'{{"stock": {self.stocks[name]}}}', etag=etag)

    async def create(self, name: str, stock: int) -> Reply:
        def make(known: object) -> Reply:
            if known:
                return reply(409)
            self.stocks[name], self.versions[name] = stock, 1
            return reply(201)

        return await self.written(lambda: name in self.stocks, make)

    async def edit(self, name: str, etag: str, stock: int) -> Reply:
        def change(version: int) -> Reply:
            if str(version) != etag:
                return reply(412)
            self.stocks[name], self.versions[name] = stock, version + 1
            return reply(200)

        return await self.written(lambda: self.versions[name], change)

    async def buy(self, name: str, *, user: str, key: str | None = None) -> Reply:
        def sell(looked: tuple[str | None, int]) -> Reply:
            placed, stock = looked
            if placed or not stock:
                return reply(200 if placed else 409, f'{{"id": "{placed}"}}')
            self.stocks[name] = stock - 1
            self.paid.append(name)
            placed = self.orders[key or f"{user}-{len(self.paid)}"] = str(len(self.paid))
            return reply(201, f'{{"id": "{placed}"}}')

        return await self.written(lambda: (self.orders.get(key or ""), self.stocks[name]), sell)

    async def written(self, look: Callable[[], Any], write: Callable[[Any], Reply]) -> Reply:
        """As each manner goes about a write."""
        locked = not self.free.is_set()
        if locked and (self.manner == "busy" or (self.manner == "moody" and self.turns == 1)):
            return reply(503)
        if locked and self.manner in ("silent", "gone"):
            self.broken = self.manner == "gone"
            message = "no answer"
            raise SubjectError(message)
        if locked and self.manner in ("late", "crash"):
            looked = look()
            await self.free.wait()
            return write(looked) if self.manner == "late" or looked == look() else reply(500)
        await self.free.wait()
        return write(look())


PROBES: dict[str, Callable[[Target, Notes], Awaitable[None]]] = {
    "oversell": races.oversell,
    "key": races.one_order_per_key,
    "unique": races.unique,
    "edit": races.one_edit_per_version,
}


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volley, "HOLD_SECONDS", 0.02)


def raced(probe: str, manner: Manner, *, lockable: bool = True) -> Notes:
    async def go() -> Notes:
        notes, shop = Notes(), Shop(manner, lockable=lockable)
        await PROBES[probe](cast("Target", shop), notes)
        assert bool(shop.renewed) == (manner in ("busy", "moody", "silent", "gone"))
        return notes

    return asyncio.run(go())


def turns(notes: Notes) -> dict[str, float]:
    return {one.name: one.value for one in notes.measures if one.unit == "turns"}


@pytest.mark.parametrize("probe", PROBES)
@pytest.mark.parametrize("manner", ["good", "busy", "moody", "silent", "gone"])
def test_what_a_service_does_about_a_foreign_lock_is_its_own_affair(
    probe: str, manner: Manner
) -> None:
    notes = raced(probe, manner)

    assert turns(notes)["raced with the database locked"] == 1
    assert turns(notes)["raced"] >= 1
    assert notes.notes == []


@pytest.mark.parametrize(
    ("probe", "message"),
    [
        ("oversell", "12 are sold and 4 are left"),
        ("key", "10 orders, 10 payments"),
        ("unique", "20 × 201 where one is due"),
        ("edit", "10 × 200 where one is due"),
    ],
)
def test_who_writes_on_an_old_look_is_found(probe: str, message: str) -> None:
    with pytest.raises(SubjectError, match=message):
        raced(probe, "late")


@pytest.mark.parametrize(
    ("probe", "message"),
    [
        ("unique", "1 × 201, 19 × 500 where one 201 is due, and 409 for the others"),
        ("edit", "1 × 200, 9 × 500 where one 200 is due, and 412 for the others"),
    ],
)
def test_who_copes_with_the_lock_answers_the_losers_under_it(probe: str, message: str) -> None:
    with pytest.raises(SubjectError, match=message):
        raced(probe, "crash")


class Tired(Shop):
    """Every third writer gets a 500 and nothing else, or, if it `doubles`, a piece for nothing."""

    doubles = False

    async def written(self, look: Callable[[], Any], write: Callable[[Any], Reply]) -> Reply:
        self.turns += 1
        if self.turns % 3:
            return await super().written(look, write)
        if self.doubles:
            for name in self.stocks:
                self.stocks[name] += 1
        return reply(500)


class Doubling(Tired):
    doubles = True


class Forgetful(Tired):
    """Takes no notice of keys."""

    async def buy(self, name: str, *, user: str, key: str | None = None) -> Reply:
        del key
        return await super().buy(name, user=user)


def on(shop: Shop, probe: str) -> None:
    async def go() -> None:
        await PROBES[probe](cast("Target", shop), Notes())

    asyncio.run(go())


@pytest.mark.parametrize("probe", ["oversell", "unique", "edit"])
def test_who_answers_a_5xx_has_violated_nothing_yet(probe: str) -> None:
    with pytest.raises(UnservedError, match=r"\d+ × 500"):
        on(Tired(), probe)


def test_an_order_that_gets_a_5xx_has_violated_nothing_yet() -> None:
    with pytest.raises(UnservedError, match="answered 500, expected"):
        on(Tired(), "key")


def test_a_piece_too_many_is_a_fact_whatever_else_was_answered() -> None:
    with pytest.raises(SubjectError, match=r"4 × 500, \d pieces left") as raised:
        on(Doubling(), "oversell")
    assert type(raised.value) is SubjectError


def test_a_second_order_of_one_key_is_a_fact_whatever_else_was_answered() -> None:
    with pytest.raises(
        SubjectError, match=r"with one key made \d orders and \d payments"
    ) as raised:
        on(Forgetful(), "key")
    assert type(raised.value) is SubjectError


def test_answers_to_losers_may_be_judged_elsewhere() -> None:
    async def go() -> None:
        await races.unique(cast("Target", Shop("crash")), Notes(), losers_get=None)

    asyncio.run(go())


def test_a_sale_is_drawn_as_the_pieces_sold_over_the_answers() -> None:
    (chart,) = raced("oversell", "good").series

    answered, sold = zip(*chart.points, strict=True)
    assert answered == tuple(range(13))
    assert (sold[0], sold[-1]) == (0.0, 5.0)
    assert chart.limit == 5.0


def test_a_quick_sale_is_raced_plainly_only() -> None:
    async def go() -> tuple[Shop, Notes]:
        shop, notes = Shop("late"), Notes()
        await races.oversell(cast("Target", shop), notes, gate_seconds=0.0, pause=0.001)
        return shop, notes

    shop, notes = asyncio.run(go())
    assert (shop.turns, turns(notes)) == (0, {})


@pytest.mark.parametrize("probe", PROBES)
def test_where_nothing_can_be_locked_the_plain_turns_are_all_there_is(probe: str) -> None:
    notes = raced(probe, "late", lockable=False)

    assert turns(notes)["raced with the database locked"] == 0
    assert "no database could be locked" in notes.notes[0]


def test_what_is_ours_comes_through_and_nothing_stays_behind() -> None:
    async def go() -> tuple[bool, list[bool]]:
        shop = Shop()
        waiting: list[asyncio.Task[Any] | None] = []

        async def request(number: int) -> Reply:
            waiting.append(asyncio.current_task())
            if number:
                await asyncio.sleep(60)
            raise KeyError(number)

        turn = asyncio.ensure_future(
            volley.volley_under_lock(cast("Target", shop), "x", request, 2, pause=0.0)
        )
        await asyncio.sleep(0.03)
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
        await asyncio.sleep(0)
        with pytest.raises(KeyError):
            await volley.volley_under_lock(
                cast("Target", shop), "x", lambda _: request(0), 1, pause=0.0
            )
        return shop.free.is_set(), [task is None or task.done() for task in waiting]

    assert asyncio.run(go()) == (True, [True, True, True])
