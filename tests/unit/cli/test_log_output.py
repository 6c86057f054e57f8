"""What the commands print may end up in a log that is searched for commands."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO, cast

import click
import pytest
from rich.table import Table

from runner.checks import Event
from runner.cli import crash, explain, main, misused
from runner.cli.console import Live, console, show_record
from runner.cli.lines import REST, block
from runner.errors import ChallengeError, UsageError
from runner.model import Alarm, Location
from tests.unit.render.log_reader import COMMANDS, commands_in
from tests.unit.render.sample import mid, void, with_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runner.model import Record

ALL = "\n".join(COMMANDS)
LONG = "word " * 15 + "::error::after a chosen number of letters " + "::error::again " * 20
FEW = (ALL, LONG, "EVIL\n" * 5, "[bold]EVIL[/bold] [/] :smile:")
TEXTS = (*COMMANDS, *FEW)


@pytest.fixture(params=[{}, {"FORCE_COLOR": "1"}, {"COLUMNS": "40"}, {"TTY_COMPATIBLE": "1"}])
def surroundings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in request.param.items():
        monkeypatch.setenv(name, value)


def flooded(record: Record, text: str) -> Record:
    place = Location(path=f"{text}.py", line=3)
    alarms = tuple(
        Alarm(id=name, summary=text, location=place, more=41)
        for name in ("intake.git_hook", "static.loader", "suite.copied")
    )
    changed = with_text(record, text)
    # The names of categories are the rubric's; all other texts may be a candidate's or quote one.
    return changed.model_copy(update={"alarms": alarms, "score": record.score})


@pytest.mark.usefixtures("surroundings")
@pytest.mark.parametrize("record", [mid(), void()], ids=["graded", "void"])
def test_a_summary_holds_no_command(capsys: pytest.CaptureFixture[str], record: Record) -> None:
    for text in FEW:
        show_record(flooded(record, text))
        shown = capsys.readouterr().out
        assert commands_in(shown) == []
        assert not [line for line in shown.split("\n") if line.strip().startswith("EVIL")]


@pytest.mark.usefixtures("surroundings")
def test_a_text_is_not_broken_into_lines(capsys: pytest.CaptureFixture[str]) -> None:
    show_record(flooded(mid(), LONG))
    lines = capsys.readouterr().out.split("\n")
    alarms = [line for line in lines if "alarm: word" in line]

    assert len(alarms) == 3
    assert all(line.count("word") == 30 and "and 41 more" in line for line in alarms)
    assert not [line for line in lines if line.startswith(("word", "::"))]


def test_no_text_is_markup(capsys: pytest.CaptureFixture[str]) -> None:
    show_record(flooded(mid(), "[bold]x[/bold] [/] :smile:"))
    console().print("[bold]x[/bold] :smile:")
    shown = capsys.readouterr().out

    assert "alarm: [bold]x[/bold] [/] :smile: ([bold]x[/bold] [/] :smile:.py:3)" in shown
    assert shown.endswith("[bold]x[/bold] :smile:\n")


def test_each_kind_of_alarm_is_shown_once_with_its_count(
    capsys: pytest.CaptureFixture[str],
) -> None:
    flood = [Alarm(id="intake.git_hook", summary=f"hook {number}") for number in range(50)]
    last = Alarm(id="static.loader", summary="exec", location=Location(path="a.py", line=2))
    nowhere = Alarm(id="static.exit", summary="exit", location=Location(path="b.py"))
    show_record(mid().model_copy(update={"alarms": (*flood, last, nowhere)}))
    alarms = [line for line in capsys.readouterr().out.split("\n") if "alarm:" in line]

    assert alarms == [
        "  alarm: exec (a.py:2)",
        "  alarm: exit (b.py)",
        "  alarm: hook 0, and 49 more of this kind",
    ]


@pytest.mark.parametrize("text", TEXTS)
def test_an_error_holds_no_command(capsys: pytest.CaptureFixture[str], text: str) -> None:
    explain(UsageError(text, why=text, do=text))
    explain(ChallengeError("does not hold", why="\n".join(f"loses x: {text}" for _ in range(3))))
    crash(ValueError(text))
    misused(click.UsageError(text))
    misused(click.ClickException(text))
    said = capsys.readouterr().err

    assert commands_in(said) == []
    assert not [line for line in said.split("\n") if line.strip().startswith("EVIL")]


def test_lines_of_an_error_stay_apart() -> None:
    assert block("  why: ", "one\ntwo", 100) == f"  why: one\n{REST}two"
    assert block("  why: ", "x" * 9, 5) == "  why: xxxx…"


NAMES = (
    "::error::x",
    "##vso[task.complete]",
    "+++ open",
    "section_end:17:x",
    "\x1b[2K\r::error::x",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "words",
    [
        ("grade", "{path}"),
        ("grade", "{path}", "--challenge", "{path}"),
        ("report", "{path}"),
        ("report", "{path}", "--format", "{path}"),
        ("rescore", "{path}", "{path}"),
        ("{path}",),
        ("challenge", "verify", "{path}", "--only", "{path}", "--certificate", "/"),
    ],
)
def test_the_name_of_a_file_is_no_command(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    words: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"x\n{name}").write_text("no archive and no record")
    line = [word.replace("{path}", f"x\n{name}") for word in words]
    monkeypatch.setattr(sys, "argv", ["takehome", *line])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()

    assert ended.value.code
    assert said.err
    assert commands_in(said.out + said.err) == []


class Terminal:
    """A stream with somebody behind it."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self.write = write

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        """Everything is written at once."""


def test_a_text_is_not_broken_into_lines_on_a_terminal_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A terminal breaks lines by itself. One that a log is made of breaks none."""
    said: list[str] = []
    monkeypatch.setenv("COLUMNS", "40")
    show_record(flooded(mid(), LONG), file=cast("TextIO", Terminal(said.append)))
    alarms = [line for line in "".join(said).split("\n") if "alarm: word" in line]

    assert len(alarms) == 3
    assert all(line.count("word") == 30 and "and 41 more" in line for line in alarms)


def test_a_cell_is_not_broken_into_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    table = Table("name")
    table.add_row(LONG)
    console().print(table)
    shown = capsys.readouterr().out

    assert [line for line in shown.split("\n") if LONG in line]


@pytest.mark.parametrize("watched", [False, True])
def test_progress_holds_no_command(monkeypatch: pytest.MonkeyPatch, *, watched: bool) -> None:
    said: list[str] = []
    monkeypatch.setenv("FORCE_COLOR", "1")
    if watched:
        monkeypatch.setattr(sys, "stderr", Terminal(said.append))
    with Live() as live:
        for text in TEXTS:
            live(Event(stage="suite", detail=text, done=1, total=2))
            live(Event(stage=text, detail="x"))
            live.image_event("building", text)
        for letters in range(40):
            live(Event(stage="suite", detail=f"{'x' * letters} ::error::y ::error::z", total=9))
            live._progress.refresh()
    log = "".join(said)

    assert bool(said) is watched
    assert commands_in(log) == []
