"""Simultaneous requests for the same thing: exactly as many win as there is something to win.

Exact arithmetic, no times: a violation is a fact, and its absence in so many rounds is what is
reported, never "safe". Locks inside one process look right on one worker, so that each probe is
made for two as well. Then `pause` spreads the connections, because those that arrive in one
instant are often accepted by one and the same worker; the requests on them are still completed
in one instant.

On a busy machine even those run one after the other. So a turn is raced under a lock as well: no
request can write to the database until several have looked at it. What a service does about a
foreign lock is its own affair. In this turn the property itself is all that is judged, and
whatever is answered beside it, or not answered, is nothing to it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from runner.harness.client import LAST_BYTE, together
from runner.harness.errors import SubjectError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from runner.harness.gate import Gate
    from runner.harness.probes.target import Record, Target
    from runner.harness.reply import Reply

PAUSE_SECONDS = 0.002
OPENING_SECONDS = 0.02
TURNS = 5
"""Races are won by chance as well: so often they are run for one verdict, on items of their own."""

PLAIN_TURNS = 2
"""So often where there is a turn under the lock too, which leaves nothing to chance."""

HOLD_SECONDS = 0.4
"""How long the lock is held: time to look for two requests on two workers of a busy machine, and
less than the patience of any service that can live with writers of its own."""

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
    # Two workers meet by chance: it has to be kind several times to spare a bad service.
    while pause and turns < PLAIN_TURNS and not sale.problem:
        sale = await _sale(target, stock, buyers, pause, gate_seconds)
        turns += 1
    record.measure("sold", sale.statuses[201], f"of {stock}")
    record.measure("payments", sale.payments, "calls")
    record.measure("stock left", sale.left, "pieces")
    record.plot(
        "payments under way", sale.gate.steps, x="seconds", y="payments", limit=float(stock)
    )
    if sale.problem:
        raise SubjectError(sale.problem)
    _raced(record, turns, await _sale_under_lock(target, stock, buyers, pause))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sale:
    """What became of some pieces and their buyers."""

    stock: int
    buyers: int
    statuses: Counter[int]
    left: int
    payments: int
    gate: Gate

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
        buyers=buyers,
        statuses=Counter(reply.status for reply in replies),
        left=target.stock_in((await target.read(item)).expect(200)),
        payments=len(target.upstream.calls(target.pay_path, item)),
        gate=gate,
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
    if sold > stock or sold + left > stock:
        message = f"{stock} pieces, {buyers} buyers, {_LOOKED}: {sold} are sold and {left} are left"
        raise SubjectError(message)
    return replies is not None


async def one_order_per_key(
    target: Target, record: Record, *, doubles: int = 10, pause: float = 0.0
) -> None:
    """Requests with one idempotency key are one order, now and later."""
    item, user, key = target.name(), target.user(), target.name()
    (await target.create(item, doubles)).expect(201)
    gate = target.upstream.hold(target.pay_path, 2, timeout=GATE_SECONDS, token=item)
    replies = await volley(lambda _: target.buy(item, user=user, key=key), doubles, pause=pause)
    gate.release()
    later = (await target.buy(item, user=user, key=key)).expect(200, 201)
    placed = {
        reply.object().text("id")
        for reply in (*replies, later)
        if reply.expect(200, 201, 409).status != 409  # noqa: PLR2004 - in progress
    }
    payments = len(target.upstream.calls(target.pay_path, item))
    left = target.stock_in((await target.read(item)).expect(200))
    record.measure("orders", len(placed), "of one key")
    record.measure("payments", payments, "calls")
    if (len(placed), payments, left) != (1, 1, doubles - 1):
        message = (
            f"{doubles + 1} requests with one key made {len(placed)} orders and {payments} "
            f"payments, and took {doubles - left} pieces"
        )
        raise SubjectError(message)
    _raced(record, 1, await _key_under_lock(target, doubles, pause))


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
    what = f"{makers} requests made the same item"
    for _ in range(PLAIN_TURNS):
        item = target.name()
        replies = await volley(partial(target.create, item), makers, pause=pause)
        _one_winner(replies, 201, losers_get, what)
        stored = target.stock_in((await target.read(item)).expect(200))
        if stored >= makers or replies[stored].status != 201:  # noqa: PLR2004
            message = "the item that is stored is one that was answered with 409"
            raise SubjectError(message)
    item = target.name()
    held = await volley_under_lock(target, item, partial(target.create, item), makers, pause=pause)
    _no_two_winners(held, 201, what)
    _raced(record, PLAIN_TURNS, held is not None)


async def one_edit_per_version(
    target: Target, record: Record, *, editors: int = 10, pause: float = 0.0
) -> None:
    """Of simultaneous edits of the same version exactly one succeeds."""
    what = f"{editors} edits of the same version"
    for _ in range(PLAIN_TURNS):
        item = target.name()
        replies = await volley(await _edits(target, item), editors, pause=pause)
        _one_winner(replies, 200, 412, what)
        stored = target.stock_in((await target.read(item)).expect(200))
        if not 1 <= stored <= editors or replies[stored - 1].status != 200:  # noqa: PLR2004
            message = "the edit that is stored is one that was answered with 412"
            raise SubjectError(message)
    item = target.name()
    edit = await _edits(target, item)
    held = await volley_under_lock(target, item, edit, editors, pause=pause)
    _no_two_winners(held, 200, what)
    _raced(record, PLAIN_TURNS, held is not None)


async def _edits(target: Target, item: str) -> Callable[[int], Coroutine[object, object, Reply]]:
    """Edits of the first version of a new item, all of them to another stock than it has."""
    (await target.create(item, 0)).expect(201)
    etag = (await target.read(item)).expect(200).header("etag")
    return lambda number: target.edit(item, etag, number + 1)


def _one_winner(replies: Sequence[Reply], won: int, lost: int | None, what: str) -> None:
    statuses = Counter(reply.status for reply in replies)
    fit = statuses[won] + (len(replies) - 1 if lost is None else statuses[lost])
    if statuses[won] != 1 or fit != len(replies):
        others = "" if lost is None else f", and {lost} for the others"
        message = f"{what}: {told(statuses)} where one {won} is due{others}"
        raise SubjectError(message)


def _no_two_winners(held: Sequence[Reply] | None, won: int, what: str) -> None:
    winners = _count(held, won)
    if winners > 1:
        message = f"{what}, {_LOOKED}: {winners} × {won} where one is due"
        raise SubjectError(message)


def _count(held: Sequence[Reply] | None, status: int) -> int:
    return sum(reply.status == status for reply in held or ())


def _raced(record: Record, plainly: int, held: int) -> None:
    """How often the race was run. An evidence says no more than that."""
    record.measure("raced", plainly, "turns")
    record.measure("raced with the database locked", held, "turns")
    if not held:
        record.note("no database could be locked: who writes late on an early look may have passed")


async def volley(
    request: Callable[[int], Coroutine[object, object, Reply]], count: int, *, pause: float = 0.0
) -> list[Reply]:
    """`request(n)` for n below `count`, all of them complete at the same moment."""
    return await together(*await _sent(request, count, pause))


async def volley_under_lock(
    target: Target,
    item: str,
    request: Callable[[int], Coroutine[object, object, Reply]],
    count: int,
    *,
    pause: float,
) -> list[Reply] | None:
    """As `volley`, but nobody can write until several have had the time to look.

    The replies that came; None where nothing could be locked, and nothing was asked then. A
    service that did not cope is started anew, so that later checks do not pay for our lock.
    """
    requests: list[asyncio.Future[Reply]] = []
    try:
        async with target.service.database_locked(partial(target.read, item)) as locked:
            if not locked:
                return None
            requests = await _sent(request, count, pause)
            await asyncio.sleep(HOLD_SECONDS)
        outcomes = await asyncio.gather(*requests, return_exceptions=True)
    finally:
        for one in requests:
            one.cancel()
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, SubjectError):
            raise outcome
    replies = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
    if len(replies) < count or any(reply.status >= 500 for reply in replies):  # noqa: PLR2004
        await target.service.renew()
    return replies


async def _sent(
    request: Callable[[int], Coroutine[object, object, Reply]], count: int, pause: float
) -> list[asyncio.Future[Reply]]:
    """Requests whose last bytes have just been sent.

    The connections are opened `pause` seconds apart, so that several workers get some; the last
    bytes are sent together, so that nobody is done before the others begin.
    """
    event = asyncio.Event()
    before = LAST_BYTE.set(event)
    try:
        requests: list[asyncio.Future[Reply]] = []
        for number in range(count):
            requests.append(asyncio.ensure_future(request(number)))
            await asyncio.sleep(pause)
        # The requests that were started last get the time to open their connections.
        await asyncio.sleep(OPENING_SECONDS)
        return requests
    finally:
        event.set()
        LAST_BYTE.reset(before)


def told(statuses: Counter[int]) -> str:
    """`5 × 201, 7 × 409`."""
    return ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
