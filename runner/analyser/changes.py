"""Which lines of a file the candidate wrote: the difference to the starter."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from runner.analyser import limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def touched_lines(path: str, data: bytes, starter: Mapping[str, bytes]) -> frozenset[int]:
    """Numbers of the lines (from 1) that are not blank and not the starter's.

    A file that the starter does not have is all the candidate's, unless it is a starter file
    that was only moved. Bytes that are not UTF-8 are compared as they are.
    """
    lines = _lines(data)
    base = starter.get(path)
    if base is None and data in starter.values():
        return frozenset()
    changed: Iterable[int]
    if base == data:
        changed = ()
    elif base is None or len(lines) > limits.DIFF_LINES:
        changed = range(len(lines))
    else:
        changed = _differing(_lines(base), lines)
    return frozenset(index + 1 for index in changed if lines[index].strip())


def _lines(data: bytes) -> list[bytes]:
    data = data.removeprefix(b"\xef\xbb\xbf")
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")


def _differing(before: list[bytes], after: list[bytes]) -> list[int]:
    matcher = SequenceMatcher(a=before, b=after)
    return [
        index
        for tag, _, _, start, end in matcher.get_opcodes()
        if tag != "equal"
        for index in range(start, end)
    ]
