"""Each defence is guarded: taken away by itself, it turns at least one test red.

A sample of the tables moves on from day to day; `TAKEHOME_PROOF=all` runs all of them. What only
a real engine can show is in `tests/docker/test_defences.py`.
"""

from __future__ import annotations

import ast
import os
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.meta.defences import (
    archives,
    boxes,
    door,
    engine,
    inside,
    judging,
    readers,
    shown,
    withheld,
)
from tests.meta.defences.forge import forge, guards, intact, red, unguarded
from tests.meta.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.meta.defences.row import Defence

ROWS = (
    *boxes.ROWS,
    *door.ROWS,
    *archives.ROWS,
    *judging.ROWS,
    *withheld.ROWS,
    *inside.ROWS,
    *readers.ROWS,
    *shown.ROWS,
)
EVERY = (*ROWS, *engine.ROWS)

SAMPLE = 24
"""So many take about twenty seconds on two quiet cores; all of them some minutes."""


def chosen(rows: Sequence[Defence], sample: int) -> list[Defence]:
    """All of them where that was asked for, else those whose day it is."""
    if os.environ.get("TAKEHOME_PROOF") == "all":
        return list(rows)
    start = datetime.now(UTC).toordinal() * sample % len(rows)
    return [*rows, *rows][start : start + sample]


def test_every_defence_has_one_row() -> None:
    counts = Counter(row.name for row in EVERY)
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("row", EVERY, ids=lambda row: row.name)
def test_an_edit_stands_once_and_leaves_python(row: Defence) -> None:
    texts: dict[str, str] = {}
    for path, old, new in row.edits:
        text = texts.setdefault(path, (ROOT / path).read_text("utf-8"))
        assert text.count(old) == 1, f"{path} has {text.count(old)} times: {old}"
        assert old != new
        texts[path] = text.replace(old, new)
    for path, text in texts.items():
        if path.endswith(".py"):
            ast.parse(text)


@pytest.mark.parametrize("guard", guards(EVERY))
def test_a_guard_is_a_test(guard: str) -> None:
    path, _, name = guard.partition("::")
    text = (ROOT / path).read_text("utf-8")
    function = name.partition("[")[0]
    assert not function or f"def {function}(" in text


@pytest.mark.slow
def test_without_a_defence_its_guards_are_red(tmp_path: Path) -> None:
    rows = chosen(ROWS, SAMPLE)
    outcomes = forge(rows, tmp_path)

    assert set(outcomes) == {row.name for row in rows}
    assert unguarded(outcomes) == ""


@pytest.mark.slow
def test_with_every_defence_its_guards_are_green(tmp_path: Path) -> None:
    """Else a copy of the repository would be what is red."""
    assert red(forge(intact(chosen(ROWS, SAMPLE)), tmp_path)) == ""
