"""Signs of tampering as they are found, and the few of every kind that are sent."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from runner.analyser import document
from runner.analyser.collect import cut, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.analyser.document import Place

PER_KIND = 5
"""Suspicions of one kind that are listed; the last one says how many there are."""

NOTE = "note: "
"""How the summary of what is harmless as a rule begins."""


class Suspicion(NamedTuple):
    """A sign as it is found: there may be millions, and only the first of a kind are sent."""

    id: str
    summary: str
    path: str
    line: int | None = None

    @property
    def place(self) -> Place:
        """Where it is."""
        return place(self.path, self.line)


class Tally:
    """The first few suspicions of every kind, and how many there are of it.

    What is only noted comes after the rest, so that it pushes nothing out of sight.
    """

    def __init__(self) -> None:
        """Nothing is suspected yet."""
        self._grave: dict[str, list[document.Suspicion]] = {}
        self._noted: dict[str, list[document.Suspicion]] = {}
        self._counts: Counter[str] = Counter()

    def add(self, found: Iterable[Suspicion]) -> None:
        """Take in more of them; what is not kept is counted only."""
        for each in found:
            self._counts[each.id] += 1
            kept = self._noted if each.summary.startswith(NOTE) else self._grave
            group = kept.setdefault(each.id, [])
            if len(group) < PER_KIND:
                sent = document.Suspicion(id=each.id, summary=cut(each.summary), place=each.place)
                group.append(sent)

    @property
    def shown(self) -> tuple[document.Suspicion, ...]:
        """Those that were kept, the last of each kind saying how many more there are."""
        return tuple(each for kind in (self._grave | self._noted) for each in self._kind(kind))

    def _kind(self, kind: str) -> Iterator[document.Suspicion]:
        kept = (*self._grave.get(kind, ()), *self._noted.get(kind, ()))
        *first, last = kept[:PER_KIND]
        more = self._counts[kind] - PER_KIND
        yield from first
        summary = f"{last.summary} (and {more} more)" if more > 0 else last.summary
        yield last.model_copy(update={"summary": summary})
