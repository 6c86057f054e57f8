"""Geometry of the small charts: numbers in, lengths out, no markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.model import Measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.model import Series

BARS = 8
"""Measures that one chart or list shows."""

_SMALLEST, _LARGEST = 1e-9, 1e15


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a chart, in the units of the chart's width; `x` is its left end."""

    label: str
    text: str
    x: float
    width: float
    below_zero: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Measures of one unit side by side; `zero` is where the axis stands."""

    width: float
    zero: float
    bars: tuple[Bar, ...]


def chart(measures: Sequence[Measure], width: float = 200.0) -> Chart | None:
    """A bar chart of `measures`, or None where bars would say nothing.

    They say something when at least two measures share their unit and differ, and none of
    them is beyond what a chart can show.
    """
    shown = list(measures)[:BARS]
    values = [one.value for one in shown]
    units = {one.unit for one in shown}
    if len(shown) < 2 or len(units) > 1 or "" in units or len(set(values)) < 2:  # noqa: PLR2004
        return None
    low, high = min(0.0, *values), max(0.0, *values)
    if not _SMALLEST < high - low < _LARGEST:
        return None
    scale = width / (high - low)
    zero = -low * scale
    return Chart(
        width=width,
        zero=round(zero, 2),
        bars=tuple(_bar(one, scale, zero) for one in shown),
    )


def _bar(measure: Measure, scale: float, zero: float) -> Bar:
    length = abs(measure.value) * scale
    return Bar(
        label=measure.label,
        text=measure.text,
        x=round(zero - length if measure.value < 0 else zero, 2),
        width=round(max(length, 1.0), 2),
        below_zero=measure.value < 0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line chart in the units of its size; `limit` is the height of the line to hold against.

    In words: how much the horizontal axis spans, the highest value, and what `limit` stands for.
    """

    width: float
    height: float
    path: str
    limit: float | None
    span: str
    highest: str
    held: str | None


def line(series: Series, width: float = 220.0, height: float = 44.0) -> Line | None:
    """The chart of a series, or None where there is nothing to draw."""
    values = [value for _, value in series.points]
    top = max([*values, series.limit or 0.0], default=0.0)
    first = series.points[0][0] if series.points else 0.0
    span = series.points[-1][0] - first if series.points else 0.0
    low = min(values, default=0.0)
    if span < _SMALLEST or not _SMALLEST < top < _LARGEST or low < 0:
        return None
    places = [
        (round((at - first) / span * width, 1), round(height - value / top * height, 1))
        for at, value in series.points
    ]
    limit = series.limit
    return Line(
        width=width,
        height=height,
        path=" ".join(f"{x:g},{y:g}" for x, y in places),
        limit=None if limit is None else round(height - limit / top * height, 1),
        span=_text(span, series.x),
        highest=_text(max(values), series.y),
        held=None if limit is None else _text(limit, series.y),
    )


def _text(value: float, unit: str) -> str:
    return Measure(name="", value=value, unit=unit).text
