"""What a check writes down beside its verdict: numbers, small charts, a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.harness.messages import SuiteMeasure, SuitePlace, SuiteSeries

if TYPE_CHECKING:
    from collections.abc import Sequence

POINTS_LIMIT = 120
"""Points of one chart that are kept: the first ones."""


@dataclass(slots=True)
class Notes:
    """The notes of one run of a check."""

    measures: list[SuiteMeasure] = field(default_factory=list)
    series: list[SuiteSeries] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    places: list[SuitePlace] = field(default_factory=list)

    def measure(self, name: str, value: float, unit: str = "") -> None:
        """One number."""
        self.measures.append(SuiteMeasure(name=name, value=float(value), unit=unit))

    def plot(
        self,
        name: str,
        points: Sequence[tuple[float, float]],
        *,
        x: str,
        y: str,
        limit: float | None = None,
    ) -> None:
        """A small line chart."""
        kept = tuple((float(at), float(value)) for at, value in points[:POINTS_LIMIT])
        self.series.append(SuiteSeries(name=name, x=x, y=y, points=kept, limit=limit))

    def note(self, text: str) -> None:
        """A sentence about a probe that passed."""
        self.notes.append(text)

    def replace(self, *others: Notes) -> None:
        """Hold what these hold, one after the other, in place of what was written down so far."""
        self.measures[:] = [one for other in others for one in other.measures]
        self.series[:] = [one for other in others for one in other.series]
        self.notes[:] = [one for other in others for one in other.notes]

    def copy(self) -> Notes:
        """The same notes, which do not change with these."""
        return Notes(list(self.measures), list(self.series), list(self.notes), list(self.places))
