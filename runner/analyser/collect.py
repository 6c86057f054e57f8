"""Lists that stay bounded in the document while their counts stay whole."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from runner.analyser import limits
from runner.analyser.document import Counted, Place, Places

if TYPE_CHECKING:
    from collections.abc import Iterable


def cut(text: str) -> str:
    """At most `limits.MESSAGE_CHARACTERS` of a text of the candidate, lone surrogates escaped."""
    safe = text.encode("utf-8", "backslashreplace").decode()
    limit = limits.MESSAGE_CHARACTERS
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def place(path: str, line: int | None = None, note: str = "") -> Place:
    """A `Place` with its texts cut."""
    return Place(path=path, line=line if line and line > 0 else None, note=cut(note))


def places(found: Iterable[tuple[str, Place]]) -> Places:
    """(name, place) pairs counted by name, most frequent first, the first of them shown."""
    pairs = list(found)
    counts = Counter(name for name, _ in pairs)
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Places(
        total=len(pairs),
        counts=tuple(Counted(name=cut(name), count=count) for name, count in order[: limits.SHOWN]),
        shown=tuple(spot for _, spot in pairs[: limits.SHOWN]),
    )
