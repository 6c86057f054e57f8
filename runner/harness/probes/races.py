"""Simultaneous requests for the same thing: exactly as many win as there is something to win.

Exact arithmetic, no times: a violation is a fact, and its absence in so many rounds is what is
reported, never "safe". Locks inside one process look right on one worker, so that each probe is
made for two as well. Then `pause` spreads the connections, because those that arrive in one
instant are often accepted by one and the same worker; the requests on them are still completed
in one instant.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
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
    # Two workers meet by chance: it has to be kind several times to spare a bad service.
    for _ in range(TURNS - 1 if pause else 0):
        if sale.problem:
            break
        sale = await _sale(target, stock, buyers, pause, gate_seconds)
    record.measure("sold", sale.statuses[201], f"of {stock}")
    record.measure("payments", sale.payments, "calls")
    record.measure("stock left", sale.left, "pieces")
    record.plot(
        "payments under way", sale.gate.steps, x="seconds", y="payments", limit=float(stock)
    )
    if sale.problem:
        raise SubjectError(sale.problem)


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
    for _ in range(TURNS):
        item = target.name()

        def make(number: int, item: str = item) -> Coroutine[object, object, Reply]:
            return target.create(item, number)

        replies = await volley(make, makers, pause=pause, beside=target)
        _one_winner(replies, 201, losers_get, f"{makers} requests made the same item")
        stored = target.stock_in((await target.read(item)).expect(200))
        if stored >= makers or replies[stored].status != 201:  # noqa: PLR2004
            message = "the item that is stored is one that was answered with 409"
            raise SubjectError(message)
    record.measure("made by exactly one", TURNS, f"of {TURNS}")


async def one_edit_per_version(
    target: Target, record: Record, *, editors: int = 10, pause: float = 0.0
) -> None:
    """Of simultaneous edits of the same version exactly one succeeds."""
    for _ in range(TURNS):
        item = target.name()
        (await target.create(item, 0)).expect(201)
        etag = (await target.read(item)).expect(200).header("etag")

        def edit(
            number: int, item: str = item, etag: str = etag
        ) -> Coroutine[object, object, Reply]:
            return target.edit(item, etag, number + 1)

        replies = await volley(edit, editors, pause=pause, beside=target)
        _one_winner(replies, 200, 412, f"{editors} edits of the same version")
        stored = target.stock_in((await target.read(item)).expect(200))
        if not 1 <= stored <= editors or replies[stored - 1].status != 200:  # noqa: PLR2004
            message = "the edit that is stored is one that was answered with 412"
            raise SubjectError(message)
    record.measure("edited by exactly one", TURNS, f"of {TURNS}")


def _one_winner(replies: Sequence[Reply], won: int, lost: int | None, what: str) -> None:
    statuses = Counter(reply.status for reply in replies)
    fit = statuses[won] + (len(replies) - 1 if lost is None else statuses[lost])
    if statuses[won] != 1 or fit != len(replies):
        others = "" if lost is None else f", and {lost} for the others"
        message = f"{what}: {told(statuses)} where one {won} is due{others}"
        raise SubjectError(message)


async def volley(
    request: Callable[[int], Coroutine[object, object, Reply]],
    count: int,
    *,
    pause: float = 0.0,
    beside: Target | None = None,
) -> list[Reply]:
    """`request(n)` for n below `count`, all of them complete at the same moment.

    The connections are opened `pause` seconds apart, so that several workers get some; the last
    bytes are sent together, so that nobody is done before the others begin. With `beside`, as
    many items are made in between: who looks first and writes later waits for their locks just
    there, and what was seen is old by then. How these are answered is nothing to this probe.
    """
    event = asyncio.Event()
    before = LAST_BYTE.set(event)
    others = []
    try:
        requests = []
        for number in range(count):
            if beside is not None:
                others.append(asyncio.ensure_future(beside.create(beside.name(), 1)))
            requests.append(asyncio.ensure_future(request(number)))
            await asyncio.sleep(pause)
        # The requests that were started last get the time to open their connections.
        await asyncio.sleep(OPENING_SECONDS)
        event.set()
        return await together(*requests)
    finally:
        event.set()
        LAST_BYTE.reset(before)
        await asyncio.gather(*others, return_exceptions=True)


def told(statuses: Counter[int]) -> str:
    """`5 × 201, 7 × 409`."""
    return ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
