"""Which line of a TOML text a key stands on; `tomllib` does not tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Key = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_ASSIGNMENT = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_LONG_QUOTES = re.compile(r"\"\"\"|'''")


def line_of(text: str, key: Sequence[str | int]) -> int | None:
    """The line, from 1, of the key or of the nearest thing around it that has a line.

    Knows tables, arrays of tables, dotted keys and multi-line strings; what stands inside an
    inline table or array has the line of the key that it belongs to.
    """
    lines = dict(_keys(text))
    wanted = tuple(key)
    while wanted:
        if wanted in lines:
            return lines[wanted]
        wanted = wanted[:-1]
    return None


def _keys(text: str) -> Iterator[tuple[Key, int]]:
    table: Key = ()
    counts: dict[Key, int] = {}
    quoted = False
    for number, line in enumerate(text.splitlines(), start=1):
        inside, quoted = quoted, quoted ^ (len(_LONG_QUOTES.findall(line)) % 2 == 1)
        if inside:
            continue
        if header := _HEADER.fullmatch(line):
            table = _table(_parts(header[2]), counts, repeated=header[1] == "[[")
            yield table, number
        elif assignment := _ASSIGNMENT.match(line):
            yield table + _parts(assignment[1]), number


def _table(parts: tuple[str, ...], counts: dict[Key, int], *, repeated: bool) -> Key:
    """The key of a table, with the index of the newest element of every array on its way."""
    key: Key = ()
    for depth, part in enumerate(parts, start=1):
        key = (*key, part)
        if repeated and depth == len(parts):
            counts[key] = counts.get(key, -1) + 1
        if key in counts:
            key = (*key, counts[key])
    return key


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
