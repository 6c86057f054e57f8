"""Each wall of a box is guarded on the real engine: without it, a promise is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.meta.defences.engine import ROWS
from tests.meta.defences.forge import forge, intact, red, unguarded
from tests.meta.test_defences import chosen

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.docker, pytest.mark.slow]

SAMPLE = 5


def test_without_a_wall_a_promise_is_broken(tmp_path: Path) -> None:
    rows = chosen(ROWS, SAMPLE)
    outcomes = forge(rows, tmp_path)

    assert set(outcomes) == {row.name for row in rows}
    assert unguarded(outcomes) == ""


def test_with_every_wall_the_promises_are_kept(tmp_path: Path) -> None:
    assert red(forge(intact(chosen(ROWS, SAMPLE)), tmp_path)) == ""
