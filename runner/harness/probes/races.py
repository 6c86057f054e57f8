"""Simultaneous requests for the same thing: exactly as many win as there is something to win.

Exact arithmetic, no times: a violation is a fact, and its absence in so many rounds is what is
reported, never "safe". Who answers a 5xx instead has violated nothing yet (`UnservedError`). Locks
inside one process look right on one worker, so that each probe is made for two as well. Then
`pause` spreads the connections, because those that arrive in one instant are often accepted by one
and the same worker; the requests on them are still completed in one instant.

On a busy machine even those run one after the other. So a turn is raced under a lock as well: no
request can write to the database until several have looked at it. What a service does about a
foreign lock is its own affair: in this turn the property itself is all that is judged. Only who
serves requests for different things under the same lock, and longer, has to answer those who
lost as ever.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from runner.harness.errors import SubjectError
from runner.harness.probes.volley import failure, told, volley, volley_under_lock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from runner.harness.probes.target import Record, Target
    from runner.harness.probes.volley import Request
    from runner.harness.reply import Reply

PAUSE_SECONDS = 0.002
ONE_WORKER_TURNS, TWO_WORKERS_TURNS = 2, 4
"""Races are won by chance as well. The turn under the lock leaves nothing to it, but where workers
share no database there is none; and on a busy machine all connections of a turn may reach one and
the same worker (about one turn in seven, with ten other services and four burners on two cores)."""

_LOOKED = "who could look while the database was locked and write once it was not"

GATE_SECONDS = 0.4
"""How long payments are held, so that everybody has looked at the stock before anybody pays."""


async def oversell(
    target: Target,
    record: Record,
    *,
    stock: int = 5,
    buyers: int = 12,
    pause: float = 0.0,
    gate_seconds: float = GATE_SECONDS,
) -> None:
    """Of more buyers than pieces exactly as many buyers get one as there are pieces."""
    sale = await _sale(target, stock, buyers, pause, gate_seconds)
    turns = 1
    while pause and turns < TWO_WORKERS_TURNS and not sale.problem:
        sale = await _sale(target, stock, buyers, pause, gate_seconds)
        turns += 1
    record.measure("sold", sale.statuses[201], f"of {stock}")
    record.measure("payments", sale.payments, "calls")
    record.measure("stock left", sale.left, "pieces")
    record.plot("pieces sold", sale.course, x="orders answered", y="pieces", limit=float(stock))
    if sale.problem:
        raise failure(
            sale.problem, sale.statuses, broken=_oversold(sale.statuses[201], sale.left, stock)
        )
    if gate_seconds:  # under the lock a quick sale is the same again
        _raced(record, turns, await _sale_under_lock(target, stock, buyers, pause))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sale:
    """What became of some pieces and their buyers."""

    stock: int
    replies: Sequence[Reply]
    left: int
    payments: int

    @property
    def buyers(self) -> int:
        """How many wanted a piece."""
        return len(self.replies)

    @property
    def statuses(self) -> Counter[int]:
        """What they were answered."""
        return Counter(reply.status for reply in self.replies)

    @property
    def course(self) -> list[tuple[float, float]]:
        """How many pieces were sold after each answer, in the order in which they came."""
        answers = sorted(self.replies, key=lambda reply: reply.at)
        sold = accumulate((reply.status == 201 for reply in answers), initial=0)  # noqa: PLR2004
        return [(float(answered), float(count)) for answered, count in enumerate(sold)]

    @property
    def problem(self) -> str:
        """What does not add up, empty when all does."""
        if self.statuses != {201: self.stock, 409: self.buyers - self.stock}:
            answers = told(self.statuses)
            return f"{self.stock} pieces, {self.buyers} buyers: {answers}, {self.left} pieces left"
        if (self.left, self.payments) != (0, self.stock):
            return (
                f"all {self.stock} pieces are sold, yet {self.left} are left and "
                f"{self.payments} were paid"
            )
        return ""


async def _sale(
    target: Target, stock: int, buyers: int, pause: float, gate_seconds: float
) -> _Sale:
    item = target.name()
    (await target.create(item, stock)).expect(201)
    gate = target.upstream.hold(target.pay_path, stock + 1, timeout=gate_seconds, token=item)
    replies = await volley(lambda _: target.buy(item, user=target.user()), buyers, pause=pause)
    gate.release()
    return _Sale(
        stock=stock,
        replies=replies,
        left=target.stock_in((await target.read(item)).expect(200)),
        payments=len(target.upstream.calls(target.pay_path, item)),
    )


async def _sale_under_lock(target: Target, stock: int, buyers: int, pause: float) -> bool:
    item = target.name()
    (await target.create(item, stock)).expect(201)
    replies = await volley_under_lock(
        target, item, lambda _: target.buy(item, user=target.user()), buyers, pause=pause
    )
    sold = _count(replies, 201)
    left = 0
    with suppress(SubjectError):
        left = target.stock_in((await target.read(item)).expect(200))
    # Orders that are still in progress have taken their pieces, so that less may be left.
    if _oversold(sold, left, stock):
        message = f"{stock} pieces, {buyers} buyers, {_LOOKED}: {sold} are sold and {left} are left"
        raise SubjectError(message)
    return replies is not None


def _oversold(sold: int, left: int, stock: int) -> bool:
    """Whether more pieces are sold, or sold and left, than there were."""
    return sold + max(0, left) > stock


async def one_order_per_key(
    target: Target, record: Record, *, doubles: int = 10, pause: float = 0.0
) -> None:
    """Requests with one idempotency key are one order, now and later."""
    once = (1, 1, doubles - 1)
    found, turns = once, 0
    while found == once and turns < (TWO_WORKERS_TURNS if pause else 1):
        found = await _one_key(target, doubles, pause)
        turns += 1
    placed, payments, left = found
    record.measure("orders", placed, "of one key")
    record.measure("payments", payments, "calls")
    if found != once:
        message = (
            f"{doubles + 1} requests with one key made {placed} orders and {payments} payments, "
            f"and took {doubles - left} pieces"
        )
        raise SubjectError(message)
    _raced(record, turns, await _key_under_lock(target, doubles, pause))


async def _one_key(target: Target, doubles: int, pause: float) -> tuple[int, int, int]:
    """How many orders and payments the requests of one key became, and what is left in stock."""
    item, user, key = target.name(), target.user(), target.name()
    (await target.create(item, doubles)).expect(201)
    gate = target.upstream.hold(target.pay_path, 2, timeout=GATE_SECONDS, token=item)
    replies = await volley(lambda _: target.buy(item, user=user, key=key), doubles, pause=pause)
    gate.release()
    later = await target.buy(item, user=user, key=key)
    placed = {
        reply.object().text("id") for reply in (*replies, later) if reply.status in (200, 201)
    }
    payments = len(target.upstream.calls(target.pay_path, item))
    if len(placed) <= 1 and payments <= 1:  # two are a fact, whatever the others were answered
        later.expect(200, 201)
        for reply in replies:
            reply.expect(200, 201, 409)
    return len(placed), payments, target.stock_in((await target.read(item)).expect(200))


async def _key_under_lock(target: Target, doubles: int, pause: float) -> bool:
    item, user, key = target.name(), target.user(), target.name()
    (await target.create(item, doubles)).expect(201)
    replies = await volley_under_lock(
        target, item, lambda _: target.buy(item, user=user, key=key), doubles, pause=pause
    )
    placed = {reply.object().text("id") for reply in replies or () if reply.status in (200, 201)}
    payments = len(target.upstream.calls(target.pay_path, item))
    if len(placed) > 1 or payments > 1:
        message = (
            f"{doubles} requests with one key, {_LOOKED}: {len(placed)} orders, {payments} payments"
        )
        raise SubjectError(message)
    return replies is not None


async def unique(
    target: Target,
    record: Record,
    *,
    makers: int = 20,
    pause: float = 0.0,
    losers_get: int | None = 409,
) -> None:
    """Of simultaneous requests to make the same item exactly one makes it.

    `losers_get` is what the others have to be answered, None when that is judged elsewhere.
    """

    async def name() -> tuple[str, Request]:
        item = target.name()
        return item, lambda number: target.create(item, number + 1)

    what = f"{makers} requests made the same item"
    await _Contest(target, name, makers, pause, 201, losers_get, what).judge(record)


async def one_edit_per_version(
    target: Target, record: Record, *, editors: int = 10, pause: float = 0.0
) -> None:
    """Of simultaneous edits of the same version exactly one succeeds."""

    async def version() -> tuple[str, Request]:
        item = target.name()
        (await target.create(item, 0)).expect(201)
        etag = (await target.read(item)).expect(200).header("etag")
        return item, lambda number: target.edit(item, etag, number + 1)

    what = f"{editors} edits of the same version"
    await _Contest(target, version, editors, pause, 200, 412, what).judge(record)


@dataclass(frozen=True, slots=True)
class _Contest:
    """Requests for the same thing, of which one wins; what is stored then tells which one.

    `fresh` makes a thing to compete for: its item, and request n, which sets the stock to n + 1.
    """

    target: Target
    fresh: Callable[[], Awaitable[tuple[str, Request]]]
    count: int
    pause: float
    won: int
    lost: int | None
    what: str

    async def judge(self, record: Record) -> None:
        """Some turns plainly, then one under the lock."""
        turns = TWO_WORKERS_TURNS if self.pause else ONE_WORKER_TURNS
        for _ in range(turns):
            await self._plainly()
        _raced(record, turns, await self._locked())

    async def _plainly(self) -> None:
        item, request = await self.fresh()
        replies = await volley(request, self.count, pause=self.pause)
        self._expect_one_winner(replies)
        stored = self.target.stock_in((await self.target.read(item)).expect(200))
        if not 1 <= stored <= self.count or replies[stored - 1].status != self.won:
            message = f"{self.what}: what is stored is not what was answered with {self.won}"
            raise SubjectError(message)

    async def _locked(self) -> bool:
        held = await self._raced()
        if held is None:
            return False
        if self._fits(held) or not await self._copes():
            return True
        # It is not the lock that the losers did not cope with.
        again = await self._raced()
        if again is not None:
            self._expect_one_winner(again)
        return True

    async def _raced(self) -> list[Reply] | None:
        item, request = await self.fresh()
        held = await volley_under_lock(self.target, item, request, self.count, pause=self.pause)
        winners = _count(held, self.won)
        if winners > 1:
            message = f"{self.what}, {_LOOKED}: {winners} × {self.won} where one is due"
            raise SubjectError(message)
        return held

    async def _copes(self) -> bool:
        """Whether as many requests for different things all win, though the lock lasts longer."""
        things = [await self.fresh() for _ in range(self.count)]
        held = await volley_under_lock(
            self.target,
            things[0][0],
            lambda number: things[number][1](number),
            self.count,
            pause=self.pause,
            holds=2,
        )
        return _count(held, self.won) == self.count

    def _fits(self, replies: Sequence[Reply]) -> bool:
        losers = len(replies) - 1 if self.lost is None else _count(replies, self.lost)
        return _count(replies, self.won) == 1 and losers == self.count - 1

    def _expect_one_winner(self, replies: Sequence[Reply]) -> None:
        if not self._fits(replies):
            statuses = Counter(reply.status for reply in replies)
            others = "" if self.lost is None else f", and {self.lost} for the others"
            message = f"{self.what}: {told(statuses)} where one {self.won} is due{others}"
            raise failure(message, statuses, broken=statuses[self.won] > 1)


def _count(held: Sequence[Reply] | None, status: int) -> int:
    return sum(reply.status == status for reply in held or ())


def _raced(record: Record, plainly: int, held: int) -> None:
    """How often the race was run. An evidence says no more than that."""
    record.measure("raced", plainly, "turns")
    record.measure("raced with the database locked", held, "turns")
    if not held:
        record.note("no database could be locked: who writes late on an early look may have passed")
