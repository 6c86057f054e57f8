"""What has to hold for every record, whatever it is about: nothing is left, nothing leaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.render import RENDERERS
from runner.text import is_hidden

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.model import Record

MOST_CHARACTERS = 8 * 1024 * 1024
"""Of one report. An honest one of the corpus has a hundredth of that."""

PLAIN = frozenset("\n\t")

FIRST = "::"
ANYWHERE = ("##[", "##vso[", "##teamcity[")
"""What build machines take for a command: where a line begins with it, or holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """Looks at a record and at what it was made with.

    `show` is what a terminal gets of it, `leftovers` what its run has left on the engine, `secret`
    a text that the hidden suite holds.
    """

    show: Callable[[Record], str]
    leftovers: Callable[[str], tuple[str, ...]]
    secret: str

    def __call__(self, record: Record) -> Iterator[str]:
        """A sentence for everything that is wrong."""
        yield from (*self.reports(record), *self.terminal(record))
        left = self.leftovers(record.provenance.run)
        if left:
            yield f"left behind: {', '.join(left)[:300]}"

    def reports(self, record: Record) -> Iterator[str]:
        """What is wrong with the files that are written."""
        for name, render in RENDERERS.items():
            text = render(record)
            yield from _text(name, text)
            if self.secret in text and name.startswith("feedback"):
                yield f"{name} holds a text of the hidden suite"

    def terminal(self, record: Record) -> Iterator[str]:
        """What is wrong with what a terminal, or the log of a build machine, gets."""
        shown = self.show(record)
        yield from _text("the terminal", shown)
        lines = [line for line in shown.splitlines() if _commands(line)]
        if lines:
            yield f"the terminal gets a command to a build machine: {lines[0][:80]!r}"


def _text(name: str, text: str) -> Iterator[str]:
    if len(text) > MOST_CHARACTERS:
        yield f"{name} has {len(text)} characters"
    hidden = sorted({f"U+{ord(one):04X}" for one in set(text) if is_hidden(one)} - _PLAIN_CODES)
    if hidden:
        yield f"{name} holds hidden characters: {', '.join(hidden[:5])}"


def _commands(line: str) -> bool:
    return line.lstrip().startswith(FIRST) or any(mark in line for mark in ANYWHERE)


_PLAIN_CODES = {f"U+{ord(one):04X}" for one in PLAIN}
