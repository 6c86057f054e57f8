"""What a check writes down beside its verdict: numbers, charts, tables, a sentence, an alarm."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, TypeAlias

from runner.harness.bounded import apart
from runner.harness.errors import SubjectError
from runner.harness.messages import (
    SuiteAlarm,
    SuiteMeasure,
    SuitePicture,
    SuitePlace,
    SuiteSeries,
    SuiteTable,
)
from runner.harness.pictures import why_unfit
from runner.harness.reply import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

Cell: TypeAlias = str | int | float

POINTS_LIMIT = 120
"""Points of one chart that are kept: the first ones."""

ROWS_LIMIT = 40
COLUMNS_LIMIT = 8
CELL_LIMIT = 80
"""Of one table: its first rows, its first columns, characters of a cell."""

PICTURE_BYTES = 400_000
EACH_LIMIT = 6
"""Pictures, tables and alarms of one case, each kind by itself."""

SUMMARY_LIMIT = 400

MEASURES_LIMIT = 60
SERIES_LIMIT = 12
NOTES_LIMIT = 20
PLACES_LIMIT = 20
"""Of one case: the first ones are kept."""


@dataclass(slots=True)
class Notes:
    """The notes of one run of a check. What is too much of them is left out, and a note says so."""

    measures: list[SuiteMeasure] = field(default_factory=list)
    series: list[SuiteSeries] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    places: list[SuitePlace] = field(default_factory=list)
    tables: list[SuiteTable] = field(default_factory=list)
    pictures: list[SuitePicture] = field(default_factory=list)
    alarms: list[SuiteAlarm] = field(default_factory=list)

    def measure(self, name: str, value: float, unit: str = "") -> None:
        """One number. What is no finite one is left out, and a note says so.

        It may have been computed from what a submission answered: that must not end the test.
        """
        number, label = _finite(value), shorten(name, CELL_LIMIT)
        if number is None:
            self.note(f"the measure {label} is left out: it is no finite number")
        elif len(self.measures) < MEASURES_LIMIT:
            unit = shorten(unit, CELL_LIMIT)
            self.measures.append(SuiteMeasure(name=label, value=number, unit=unit))

    def plot(
        self,
        name: str,
        points: Sequence[tuple[float, float]],
        *,
        x: str,
        y: str,
        limit: float | None = None,
    ) -> None:
        """A small line chart. Points that are no finite numbers are left out."""
        pairs = ((_finite(at), _finite(value)) for at, value in points[:POINTS_LIMIT])
        kept = tuple((at, value) for at, value in pairs if at is not None and value is not None)
        label, x, y = (shorten(text, CELL_LIMIT) for text in (name, x, y))
        line = None if limit is None else _finite(limit)
        if len(self.series) < SERIES_LIMIT:
            self.series.append(SuiteSeries(name=label, x=x, y=y, points=kept, limit=line))

    def note(self, text: str) -> None:
        """A sentence about a probe that passed."""
        self.notes.append(text)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """A small table. Floats are written with up to ten digits; short rows are filled up."""
        label = shorten(title, CELL_LIMIT)
        heads = _cells(columns)
        if len(self.tables) == EACH_LIMIT:
            self.note(f"the table {label} is left out: a case has up to {EACH_LIMIT}")
            return
        if len(rows) > ROWS_LIMIT or len(columns) > COLUMNS_LIMIT:
            self.note(f"the table {label} is cut: it has {len(rows)} rows, {len(columns)} columns")
        kept = tuple((_cells(row) + ("",) * len(heads))[: len(heads)] for row in rows[:ROWS_LIMIT])
        self.tables.append(SuiteTable(title=label, columns=heads, rows=kept))

    def picture(self, name: str, svg: bytes) -> None:
        """An SVG file, whoever made it: handed on as it is, and only ever shown as an image."""
        label = shorten(name, CELL_LIMIT)
        if len(self.pictures) == EACH_LIMIT:
            problem = f"a case has up to {EACH_LIMIT}"
        elif len(svg) > PICTURE_BYTES:
            problem = f"it has {len(svg)} bytes"
        elif unfit := _unfit(svg):
            problem = f"it {unfit}"
        else:
            data = base64.b64encode(svg).decode()
            self.pictures.append(SuitePicture(name=label, svg=data))
            return
        self.note(f"the picture {label} is left out: {problem}")

    def alarm(self, name: str, summary: str) -> None:
        """A sign of tampering (`copied-answers`): people should look, and it costs nothing.

        The first ones of a case are kept.
        """
        if len(self.alarms) < EACH_LIMIT:
            self.alarms.append(SuiteAlarm(id=name, summary=shorten(summary, SUMMARY_LIMIT)))

    def replace(self, *others: Notes) -> None:
        """Hold what these hold, one after the other, in place of what was written down so far."""
        for kind in fields(self):
            held = [one for other in others for one in getattr(other, kind.name)]
            getattr(self, kind.name)[:] = held

    def copy(self) -> Notes:
        """The same notes, which do not change with these."""
        return Notes(*(list(getattr(self, kind.name)) for kind in fields(self)))


def _cells(row: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(shorten(_text(cell), CELL_LIMIT) for cell in row[:COLUMNS_LIMIT])


def _finite(value: float) -> float | None:
    """A number that can be sent, or nothing: an integer may be larger than every float."""
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _unfit(svg: bytes) -> str:
    """Why a picture is not shown; its parser works apart from us."""
    try:
        return str(apart(why_unfit, svg))
    except SubjectError as error:
        return f"cannot be looked into: {error}"


def _text(cell: Cell) -> str:
    return f"{cell:.10g}" if isinstance(cell, float) else str(cell)
