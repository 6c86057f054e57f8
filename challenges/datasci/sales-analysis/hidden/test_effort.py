"""What the work costs: processor time of the engine's account, never the clock's."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import pytest
from exports import grown, small
from runner.harness.errors import Inconclusive, SubjectError

if TYPE_CHECKING:
    from desk import Desk
    from runner.harness.notes import Notes
    from runner.harness.program import Result

TIMES = (1, 8, 48)
"""How often over the files hold the small export: 1,200 rows to 60,000."""

EXPLODES = 1.5
"""Exponent of the rows from which on the work grows faster than they do. Sorting and grouping come
to 1.1, looking every row up among all rows to 1.7 and more."""

DEARER = 10.0
"""Times the reference's processor time that the brief allows."""

CHEAP = 2.5
"""Times the reference's: what costs less has nothing that grows too fast in files of this size, and
its exponent is mostly noise."""

ROOM = 1.25
"""How far two measurements of one program are apart on a busy machine."""

ID = re.compile(rb"ORD-[0-9]+")
COUNTED = re.compile(rb'"orders"\s*:\s*([0-9]{1,6})')
"""Taken from the bytes: whether the answers are JSON is judged with the answers."""


@pytest.mark.requirement("run.effort")
async def test_work_grows_with_the_rows(desk: Desk, seed: int, notes: Notes) -> None:
    """What is seen once may be the machine: only what is seen twice is a failure."""
    drawn = small(seed)
    files = [grown(drawn, times) for times in TIMES]
    rows = [times * len(drawn.export.rows) for times in TIMES]
    first = await _measured(desk, rows, files, notes)
    if not first:
        return
    second = await _measured(desk, rows, files, notes)
    if not second:
        message = f"{first}, and measured again it did not"
        raise Inconclusive(message)
    raise SubjectError(second, limit=True)


async def _measured(
    desk: Desk, rows: list[int], files: list[tuple[bytes, frozenset[str]]], notes: Notes
) -> str:
    """What is wrong with the costs, empty when nothing is."""
    pairs = [
        (await _run(desk, data, orders), await _run(desk, data, orders, reference=True))
        for data, orders in files
    ]
    costs, ours = ([one.cpu_seconds for one in several] for several in zip(*pairs, strict=True))
    for name, found in (("CPU time", costs), ("CPU time of the reference", ours)):
        notes.plot(name, [*zip(rows, found, strict=True)], x="rows", y="s")
    ratio, power = costs[-1] / ours[-1], _exponent(rows, costs)
    notes.table(
        "What it takes",
        ("rows", "CPU s", "the reference", "peak MiB", "the reference"),
        [
            (count, round(a.cpu_seconds, 2), round(b.cpu_seconds, 2), _mib(a), _mib(b))
            for count, (a, b) in zip(rows, pairs, strict=True)
        ],
    )
    notes.measure("against the reference", ratio, "times")
    notes.measure("exponent of the rows", power)
    if ratio > DEARER * ROOM:
        return f"{rows[-1]} rows cost {ratio:.1f} times what the reference needs for them"
    if power >= EXPLODES and ratio > CHEAP:
        return f"the work grew with the rows to the power of {power:.2f}"
    return ""


def _exponent(rows: list[int], costs: list[float]) -> float:
    """How the work between the two largest files grew, without what every start costs."""
    start = costs[0]
    large, larger = (max(cost - start, 0.01) for cost in costs[-2:])
    return math.log(larger / large) / math.log(rows[-1] / rows[-2])


def _mib(result: Result) -> int:
    return result.peak_memory_bytes // 2**20


async def _run(
    desk: Desk, data: bytes, orders: frozenset[str], *, reference: bool = False
) -> Result:
    result: Result = await desk.anew(data, usage=True, reference=reference)
    _complete(result.expect(), orders)
    return result


def _complete(result: Result, orders: frozenset[str]) -> None:
    """What is fast because it does nothing costs nothing. How right it is, others judge."""
    there = {found.decode() for found in ID.findall(result.file("clean.csv").upper())}
    missing = len(orders - there)
    if missing > len(orders) / 2:
        message = f": clean.csv lacks {missing} of {len(orders)} orders"
        raise result.wrong(message)
    counted = sum(map(int, COUNTED.findall(result.file("answers.json"))))
    if counted < len(orders) / 2:
        message = f": answers.json counts {counted} of {len(orders)} orders"
        raise result.wrong(message)
