"""Lists that stay bounded in the document while their counts stay whole."""

from __future__ import annotations

import json
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

from runner.analyser import limits
from runner.analyser.document import Counted, Place, Places

if TYPE_CHECKING:
    from collections.abc import Iterable


def sent_bytes(text: str) -> int:
    """Bytes that a text takes in the document, without its quotes."""
    return len(json.dumps(text)) - 2


def cut(text: str, most: int = limits.MESSAGE_BYTES) -> str:
    """The beginning of a text of the candidate, lone surrogates escaped.

    At most `limits.MESSAGE_CHARACTERS` of it, and `most` bytes as it is sent.
    """
    limit = limits.MESSAGE_CHARACTERS
    safe = text[: limit + 1].encode("utf-8", "backslashreplace").decode()
    if len(safe) <= limit and sent_bytes(safe) <= most:
        return safe
    kept, room = safe[: limit - 1], most - sent_bytes("…")
    if sent_bytes(kept) > room:
        kept = kept[: sum(end <= room for end in accumulate(map(sent_bytes, kept)))]
    return f"{kept}…"


def place(path: str, line: int | None = None, note: str = "") -> Place:
    """A `Place` with its texts cut."""
    return Place(path=path, line=line if line and line > 0 else None, note=cut(note))


def places(found: Iterable[tuple[str, Place]]) -> Places:
    """(name, place) pairs counted by name, most frequent first, the first of them shown."""
    counts: Counter[str] = Counter()
    shown: list[Place] = []
    for name, spot in found:
        counts[name] += 1
        if len(shown) < limits.SHOWN:
            shown.append(spot)
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Places(
        total=counts.total(),
        counts=tuple(
            Counted(name=cut(name, limits.NAME_BYTES), count=count)
            for name, count in order[: limits.SHOWN]
        ),
        shown=tuple(shown),
    )
