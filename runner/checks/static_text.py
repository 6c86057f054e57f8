"""Sentences about counts, for the summaries of static evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.analyser.document import Places

NAMES_SHOWN = 5


def plural(count: int, noun: str) -> str:
    """`1 test`, `2 tests`, `1,200 tests`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def counted(places: Places) -> str:
    """`ASYNC210 ×3, F841 ×2`, the most frequent first, the rest as a number."""
    shown = ", ".join(f"{each.name} ×{each.count}" for each in places.counts[:NAMES_SHOWN])
    more = len(places.counts) - NAMES_SHOWN
    return f"{shown} and {plural(more, 'other kind')}" if more > 0 else shown


def found(noun: str, places: Places, lines: int) -> str:
    """`7 findings on 412 changed lines: 17.0 per 1,000; ASYNC210 ×3, F841 ×2`."""
    start = f"{plural(places.total, noun)} on {plural(lines, 'changed line')}"
    if not places.total or not lines:
        return start
    return f"{start}: {1000 * places.total / lines:.1f} per 1,000; {counted(places)}"


def listed(start: str, names: Sequence[str]) -> str:
    """`start` and the names, nothing at all without names."""
    if not names:
        return ""
    more = len(names) - NAMES_SHOWN * 2
    shown = ", ".join(names[: NAMES_SHOWN * 2])
    return f"{start}{shown}{f' and {more} more' if more > 0 else ''}"


def reasons(*parts: str) -> str:
    """The parts that say something, joined into one sentence."""
    return "; ".join(part for part in parts if part)


def share(part: int, whole: int) -> float:
    """`part` of `whole` as a number from 0 to 1, 0 of nothing."""
    return round(part / whole, 4) if whole else 0.0
