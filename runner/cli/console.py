"""Events and records for a human's terminal. Progress on stderr, results on stdout.

What a candidate wrote never begins a line, and is never broken into lines by us: continuous
integration takes the start of a line for a command (`runner.text`, `runner.cli.lines`).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from runner.alarms import kinds
from runner.cli.lines import block
from runner.text import one_line

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self, TextIO

    from runner.alarms import Kind
    from runner.checks import Event
    from runner.model import CriterionResult, Record

STAGES = {
    "images": "preparing images",
    "analysis": "static analysis",
    "suite": "hidden tests",
    "tests": "their own tests",
    "proof": "variants",
    "selftest": "attacks",
    "done": "done",
}
MARKS = {
    "passed": ("✓", "green"),
    "partial": ("◐", "yellow"),
    "failed": ("✗", "red"),
    "not_measured": ("–", "dim"),
    "errored": ("!", "magenta"),
    "pending": ("…", "cyan"),
}
LOST_SHOWN = 12

WIDE = 10_000
"""Columns where nobody looks at a terminal: no table has as many, so no cell is broken."""


def console(*, stderr: bool = False, file: TextIO | None = None) -> Console:
    """A console that breaks no text into lines of its own, and takes none for markup.

    It writes to `file`, or to a standard stream.
    A terminal breaks lines by itself where it has to. Whether there is one is asked of the
    stream alone: variables that ask for colours say nothing about who reads.
    """
    stream = file or (sys.stderr if stderr else sys.stdout)
    return Console(
        file=file,
        stderr=stderr,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
        width=None if stream.isatty() else WIDE,
    )


class Live:
    """Shows events as they come; silent when stderr is no terminal."""

    def __init__(self) -> None:
        """Draw nothing yet."""
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            # In a column that is broken into lines, a chosen word could begin one.
            TextColumn("{task.fields[detail]}", markup=False, table_column=Column(no_wrap=True)),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._progress.add_task("starting", total=None, detail="")

    def __enter__(self) -> Self:
        """Start drawing."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop drawing and leave the screen clean."""
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        """Show one event."""
        count = f"{event.done}/{event.total} " if event.total else ""
        self._progress.update(
            self._task,
            description=STAGES.get(event.stage, event.stage),
            completed=event.done,
            total=event.total or None,
            detail=one_line(f"{count}{event.detail}", 70),
        )

    def image_event(self, stage: str, detail: str) -> None:
        """Show the progress of an image build."""
        self._progress.update(
            self._task, description=STAGES["images"], detail=one_line(f"{stage} {detail}", 70)
        )


def show_record(record: Record, file: TextIO | None = None) -> None:
    """The summary of one grading: the score table, losses, gates, alarms; to `file` or stdout."""
    out = console(file=file)
    out.print(_headline(record))
    if record.outcome == "void":
        out.print(Text(block("  void: ", record.advice.text, 2000), style="bold magenta"))
    else:
        out.print(_table(record))
    for line in (*_lost(record), *_gates(record), *_alarms(record), _isolation(record)):
        out.print(line)


def _headline(record: Record) -> Text:
    name = one_line(record.submission.candidate or "unnamed candidate", 80)
    challenge = one_line(record.challenge.id, 80)
    head = Text(f"{challenge} · {record.level} · {name}", style="bold")
    first = "A person has to look first. " if record.advice.person_first else ""
    title = one_line(record.advice.title, 160)
    return head.append(f"\nadvice: {first}{title}", style="bold cyan")


def _table(record: Record) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("category")
    for column in ("earned", "of", "waiting for you"):
        table.add_column(column, justify="right")
    for category in record.score.categories:
        waiting = f"{category.pending:g}" if category.pending else ""
        table.add_row(
            one_line(category.title, 80),
            f"{category.earned:.1f}",
            f"{category.possible:g}",
            waiting,
        )
    automatic = record.score.automatic
    total = f"{automatic.earned:.1f}", f"{automatic.possible:g}", f"{automatic.percent:.1f} %"
    table.add_row("automatic", *total, style="bold")
    return table


def _lost(record: Record) -> list[Text]:
    void = record.outcome == "void"
    telling = ("errored",) if void else ("failed", "partial", "errored")
    lost = [
        item
        for item in record.criteria
        if (item.status in telling or item.withheld) and item.role == "required"
    ]
    lines = [_criterion(item, points=not void) for item in lost[:LOST_SHOWN]]
    if len(lost) > LOST_SHOWN:
        lines.append(Text(f"  … and {len(lost) - LOST_SHOWN} more in the report", style="dim"))
    return lines


def _criterion(item: CriterionResult, *, points: bool) -> Text:
    """One criterion; without points where there is no score."""
    mark, style = MARKS[item.status]
    line = Text(f"  {mark} ", style=style)
    earned = f" {item.earned:g}/{item.points:g}" if points else ""
    line.append(f"{one_line(item.id, 80)}{earned}  ", style="bold")
    return line.append(one_line(item.summary, 160))


def _gates(record: Record) -> list[Text]:
    return [
        Text(f"  gate not met: {one_line(gate.title, 160)}", style="bold red")
        for gate in record.gates
        if gate.status == "failed"
    ] + [
        Text(
            f"  gate open until a person has looked: {one_line(gate.title, 160)}",
            style="bold cyan",
        )
        for gate in record.gates
        if gate.withheld and gate.status != "failed"
    ]


def _isolation(record: Record) -> Text:
    level = record.isolation.level
    return Text(f"  isolation: {level}, {one_line(level.words, 200)}", style="dim")


def _alarms(record: Record) -> list[Text]:
    """One line for each kind: no kind can push another one out of sight."""
    return [Text(f"  alarm: {_sign(kind)}", style="bold magenta") for kind in kinds(record.alarms)]


def _sign(kind: Kind) -> str:
    first = kind.alarms[0]
    place = first.location
    line = f":{place.line}" if place and place.line else ""
    where = f" ({one_line(place.path, 160)}{line})" if place else ""
    more = f", and {kind.count - 1} more of this kind" if kind.count > 1 else ""
    return f"{one_line(first.summary, 200)}{where}{more}"
