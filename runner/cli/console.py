"""Events and records for a human's terminal. Progress on stderr, results on stdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from runner.text import visible

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from runner.checks import Event
    from runner.model import CriterionResult, Record

STAGES = {
    "images": "preparing images",
    "analysis": "static analysis",
    "suite": "hidden tests",
    "tests": "their own tests",
    "proof": "variants",
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


class Live:
    """Shows events as they come; silent when stderr is no terminal."""

    def __init__(self) -> None:
        """Draw nothing yet."""
        console = Console(stderr=True)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[detail]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
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
            detail=visible(f"{count}{event.detail}", 70),
        )

    def image_event(self, stage: str, detail: str) -> None:
        """Show the progress of an image build."""
        self._progress.update(
            self._task, description=STAGES["images"], detail=visible(f"{stage} {detail}", 70)
        )


def show_record(record: Record) -> None:
    """The summary of one grading: score table, what was lost, gates, alarms."""
    console = Console(highlight=False)
    console.print(_headline(record))
    if record.outcome == "void":
        console.print(Text(visible(record.advice.text, 2000), style="bold magenta"))
    else:
        console.print(_table(record))
    for line in (*_lost(record), *_gates(record), *_alarms(record)):
        console.print(line)


def _headline(record: Record) -> Text:
    name = visible(record.submission.candidate or "unnamed candidate", 80)
    head = Text(f"{record.challenge.id} · {record.level} · {name}", style="bold")
    first = "A person has to look first. " if record.advice.person_first else ""
    return head.append(f"\n{first}{record.advice.title}", style="bold cyan")


def _table(record: Record) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("category")
    for column in ("earned", "of", "waiting for you"):
        table.add_column(column, justify="right")
    for category in record.score.categories:
        waiting = f"{category.pending:g}" if category.pending else ""
        table.add_row(category.title, f"{category.earned:.1f}", f"{category.possible:g}", waiting)
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
    line.append(f"{item.id}{earned}  ", style="bold")
    return line.append(visible(item.summary, 160).replace("\n", " "))


def _gates(record: Record) -> list[Text]:
    return [
        Text(f"  gate not met: {gate.title}", style="bold red")
        for gate in record.gates
        if gate.status == "failed"
    ] + [
        Text(f"  gate open until a person has looked: {gate.title}", style="bold cyan")
        for gate in record.gates
        if gate.withheld and gate.status != "failed"
    ]


def _alarms(record: Record) -> list[Text]:
    return [
        Text(f"  alarm: {visible(alarm.summary, 200)}", style="bold magenta")
        for alarm in record.alarms
    ]
