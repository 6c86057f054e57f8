"""What a check found: facts with numbers and places, without any judgment."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from runner.model.base import Document, Fault, Finite, Outcome

LARGE, SMALL = 1e12, 0.01
"""From here on, and below, a reader gets powers of ten."""


class Location(Document):
    """A place in the submission, as the candidate knows it. `line` counts from 1."""

    path: str
    line: int | None = None
    note: str = ""


class Measure(Document):
    """One number with its unit, for instance `("stock_left", 0, "items")`."""

    name: str
    value: Finite
    unit: str = ""

    @property
    def label(self) -> str:
        """The name for a reader: `stock left`. What the unit says is not said twice."""
        name = self.name.replace("_", " ")
        if self.unit.startswith("per "):
            name = name.partition(" per ")[0].removeprefix("per ").removesuffix("kloc")
        return name.strip()

    @property
    def text(self) -> str:
        """Value and unit for a reader, at most two decimals: `0 items`, `12.5`."""
        size = abs(self.value)
        if size >= LARGE or 0 < size < SMALL:
            number = f"{self.value:.3g}"
        else:
            number = f"{self.value:.2f}".rstrip("0").rstrip(".")
        return number if self.label.endswith(self.unit) else f"{number} {self.unit}"


class Series(Document):
    """A small line chart. `points` in order, `x` and `y` say what the axes count.

    `limit` is what the values are to be held against: a stock, the time that was waited for.
    """

    name: str
    x: str
    y: str
    points: tuple[tuple[Finite, Finite], ...]
    limit: Finite | None = None


class Table(Document):
    """A small table of text, one cell for each column in every row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Picture(Document):
    """An SVG file in base64, as somebody wrote it: the candidate, or the reference.

    The harness keeps back what it knows to stop a browser; nothing else of it is to be trusted. It
    is shown as an image and in no other way.
    """

    name: str
    svg: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]*={0,2}$", max_length=600_000)]


class Evidence(Document):
    """What one check found, without any judgment.

    `check` is the id that the host expected (`hidden/test_orders.py::test_x`,
    `static.ruff`, …); `requirement` the requirement that it speaks for, if any. `cases` are
    k of n: how many parametrised cases or repetitions passed of how many ran.
    `summary`, `excerpt` and `tables` may hold text of the candidate: renderers escape them.
    """

    check: str
    outcome: Outcome
    fault: Fault | None = None
    requirement: str | None = None
    summary: str
    cases_passed: int = 0
    cases: int = 0
    measures: tuple[Measure, ...] = ()
    series: tuple[Series, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    locations: tuple[Location, ...] = ()
    excerpt: str = ""
    seconds: Finite = 0.0


class Alarm(Document):
    """A sign of tampering, shown on the first screen. It changes no score by itself.

    `more` is how many further signs of this kind are not listed.
    """

    id: str
    summary: str
    location: Location | None = None
    more: Annotated[int, Field(ge=0)] = 0
