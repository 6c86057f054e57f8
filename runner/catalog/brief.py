"""What a brief says of requirements, read from its template: statements, and a table of levels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.model import Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.model import Requirement

_TICKED = re.compile(r"`([^`\s]+)`")
_ID = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
_BULLET = re.compile(r"\s*[-*+] ")
_LEVELS = {str(level): level for level in Level}


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    """A line of the table that tells at which level what is required: what each cell says."""

    line: int
    ids: tuple[str, ...]
    roles: dict[Level, str]


def brief_problems(brief: str, requirements: Sequence[Requirement]) -> Iterator[str]:
    """Where the brief promises something else than what is graded."""
    table = tuple(_level_rows(brief))
    lines = {row.line for row in table}
    prose = [(n, line) for n, line in enumerate(brief.splitlines(), 1) if n not in lines]
    stated = {name for _, line in prose for name in _TICKED.findall(line)}
    for requirement in requirements:
        if requirement.id not in stated:
            yield (
                f"brief.md does not state `{requirement.id}`, so that grading it is unfair: say "
                "what is graded next to the id, the table of levels apart"
            )
    yield from _unknown(prose, table, {requirement.id for requirement in requirements})
    yield from _table_problems(table, requirements)


def _unknown(
    prose: Sequence[tuple[int, str]], table: Sequence[LevelRow], known: set[str]
) -> Iterator[str]:
    """Ids of no requirement: all that the table names, and what looks like one in a bullet."""
    groups = {name.partition(".")[0] for name in known if "." in name}
    found = [(row.line, name) for row in table for name in row.ids]
    for number, text in _bullets(prose):
        for name in _TICKED.findall(text):
            group, dot, _ = name.partition(".")
            if dot and group in groups and _ID.fullmatch(name):
                found.append((number, name))
    for number, name in sorted(found):
        if name not in known:
            yield (
                f"brief.md:{number}: `{name}` is no requirement, so that nothing grades it: "
                "correct the id, or add it to challenge.toml"
            )


def _table_problems(
    table: Sequence[LevelRow], requirements: Sequence[Requirement]
) -> Iterator[str]:
    known = {requirement.id: requirement for requirement in requirements}
    for row in table:
        for name, level in ((name, level) for name in row.ids for level in row.roles):
            role = known[name].levels.get(level) if name in known else None
            if role is not None and row.roles[level] != role:
                yield (
                    f"brief.md:{row.line}: `{name}` is {row.roles[level] or 'nothing'!r} at level "
                    f"{level}, and {role} in challenge.toml: make them agree"
                )
    listed = {name for row in table for name in row.ids}
    for name in known if table else ():
        if name not in listed:
            yield (
                f"brief.md: the table of levels lacks `{name}`, so that nobody can know whether "
                "it counts: add it"
            )


def _level_rows(brief: str) -> Iterator[LevelRow]:
    """The rows with ids of every table whose header names levels."""
    columns: dict[int, Level] | None = None
    for number, line in enumerate(brief.splitlines(), 1):
        if not line.startswith("|"):
            columns = None
            continue
        cells = [cell.strip(" *`").lower() for cell in line.strip().strip("|").split("|")]
        if columns is None:
            columns = {n: _LEVELS[cell] for n, cell in enumerate(cells) if cell in _LEVELS}
        elif columns and set(line) - set("|-: "):
            ids = tuple(_TICKED.findall(line.strip("|").partition("|")[0]))
            roles = {level: "".join(cells[n : n + 1]) for n, level in columns.items()}
            if ids:
                yield LevelRow(line=number, ids=ids, roles=roles)


def _bullets(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines of bullets and what is indented below them."""
    inside = False
    for number, line in lines:
        inside = _BULLET.match(line) is not None or (inside and line.startswith("  "))
        if inside:
            yield number, line
