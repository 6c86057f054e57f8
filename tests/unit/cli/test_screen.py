"""What a candidate writes reaches a terminal as text, whatever is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.cli import explain
from runner.cli.console import show_record
from runner.errors import UsageError
from runner.model import Alarm, Record
from tests.unit.pipeline.scenes import Stage, harness, saying, suite_report

if TYPE_CHECKING:
    from pathlib import Path

EVIL = "\x1b[2Jwiped\x1b]0;title\x07 \u202ereversed\u2066"


def record(root: Path, *, void: bool) -> Record:
    failed = harness(suite_report(create="failed"))
    return Stage(root).play(harness=saying("x") if void else failed)


def with_evil(record: Record, place: str) -> Record:
    """The record with such a text in this place."""
    criteria = tuple(one.model_copy(update={"summary": EVIL}) for one in record.criteria)
    changes: dict[str, dict[str, object]] = {
        "candidate": {
            "submission": record.submission.model_copy(update={"candidate": EVIL}),
        },
        "alarm": {"alarms": (Alarm(id="suite.x", summary=EVIL),)},
        "advice": {"advice": record.advice.model_copy(update={"text": EVIL})},
        "summary": {"criteria": criteria},
    }
    return record.model_copy(update=changes[place])


@pytest.mark.parametrize("place", ["candidate", "alarm", "advice", "summary"])
@pytest.mark.parametrize("void", [False, True])
def test_a_terminal_is_told_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str, *, void: bool
) -> None:
    show_record(with_evil(record(tmp_path, void=void), place))
    said = capsys.readouterr().out

    assert not {"\x1b", "\x07", "\u202e", "\u2066"} & set(said)
    assert "wiped" in said or (place, void) == ("advice", False)


def test_an_error_tells_a_terminal_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    explain(UsageError(EVIL, why=EVIL, do=EVIL))
    said = capsys.readouterr().err

    assert said.count("wiped") == 3
    assert not {"\x1b", "\x07", "\u202e", "\u2066"} & set(said)
