"""What a row of the tables says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Edit(NamedTuple):
    """A place of a file that stands there exactly once, and what it becomes."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Defence:
    """A defence, how to take it away, and the tests that have to fail then."""

    name: str
    edits: tuple[Edit, ...]
    guards: tuple[str, ...]
    hangs: bool = False
    """Without it something waits for ever, and so do the tests."""


def defence(name: str, path: str, old: str, new: str, *guards: str) -> Defence:
    """One that a single edit takes away."""
    return Defence(name=name, edits=(Edit(path, old, new),), guards=guards)
