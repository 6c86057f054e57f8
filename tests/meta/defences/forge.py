"""Runs rows of the tables in copies of the repository, two at a time."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from tests.meta.defences.row import Defence
from tests.meta.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

JOBS = 2
FEW = 30
"""Guards that are run together: all of them take longer than one row has."""

NEEDED = ("runner", "tests", "scripts", "controls", "rubrics", "challenges", "docs")
FORKED = "tests/meta/defences/forked.py"

_LOG = logging.getLogger(__name__)

GREEN, RED = 0, 1
"""pytest's exit codes when tests passed or failed, and not when it could not run them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the tests that guard a defence."""

    name: str
    code: int
    said: str


def forge(rows: Sequence[Defence], folder: Path) -> dict[str, Outcome]:
    """Take each defence away by itself, in copies below `folder`; what its guards said."""
    # Rows of one file are neighbours in the tables: dealt out in turn, they share the work.
    shares = [rows[number::JOBS] for number in range(JOBS)]
    with ThreadPoolExecutor(JOBS) as pool:
        folders = (folder / f"copy-{number}" for number in range(JOBS))
        outcomes = pool.map(_share, shares, folders)
        return {one.name: one for share in outcomes for one in share}


def _share(rows: Sequence[Defence], folder: Path) -> list[Outcome]:
    copy(folder)
    asked = folder / "rows"
    asked.write_text("".join(json.dumps(asdict(row)) + "\n" for row in rows), encoding="utf-8")
    found: list[Outcome] = []
    with (
        asked.open("rb") as lines,
        subprocess.Popen(
            [sys.executable, FORKED], cwd=folder, stdin=lines, stdout=subprocess.PIPE
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            found.append(Outcome(**json.loads(line)))
            _LOG.info("%s: %s", found[-1].name, found[-1].code)
    return found + [Outcome(name=row.name, code=-1, said="no answer") for row in rows[len(found) :]]


def copy(folder: Path) -> None:
    """The repository without what tools made, its files linked where that is possible."""
    ignored = shutil.ignore_patterns("__pycache__", ".*_cache", ".hypothesis")
    for name in NEEDED:
        shutil.copytree(ROOT / name, folder / name, ignore=ignored, copy_function=_linked)
    for path in ROOT.iterdir():
        if path.is_file():
            _linked(str(path), str(folder / path.name))


def _linked(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
    return target


def red(outcomes: dict[str, Outcome]) -> str:
    """A line for each of them that is not green."""
    wrong = [one for one in outcomes.values() if one.code != GREEN]
    return "\n".join(f"{one.name}: exit code {one.code}: {one.said}" for one in wrong)


def unguarded(outcomes: dict[str, Outcome]) -> str:
    """A line for each defence that nobody missed, and for each row that could not be tried."""
    wrong = [one for one in outcomes.values() if one.code != RED]
    return "\n".join(f"{one.name}: exit code {one.code}: {one.said}" for one in wrong)


def guards(rows: Iterable[Defence]) -> tuple[str, ...]:
    """All tests that the rows name, each once."""
    return tuple(sorted({guard for row in rows for guard in row.guards}))


def intact(rows: Iterable[Defence]) -> list[Defence]:
    """Rows with the guards of these, few in each, and nothing taken away."""
    every = guards(rows)
    return [
        Defence(name=f"nothing from {every[first]}", edits=(), guards=every[first : first + FEW])
        for first in range(0, len(every), FEW)
    ]
