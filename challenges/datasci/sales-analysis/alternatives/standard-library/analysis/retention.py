"""Question 2: who comes back?"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analysis.cleaning import Order

WITHIN_DAYS = 90


@dataclass(frozen=True, slots=True)
class Cohort:
    """The customers whose first order is of one month."""

    month: str
    customers: int
    returned: int
    complete: bool

    @property
    def share(self) -> float | None:
        """The share that came back; `None` where not everybody has had the time."""
        return self.returned / self.customers if self.complete else None


def retention(orders: Sequence[Order]) -> list[Cohort]:
    """Return the cohorts by month."""
    days: defaultdict[str, list[date]] = defaultdict(list)
    for order in orders:
        days[order.customer].append(order.day)
    members: defaultdict[tuple[int, int], list[bool]] = defaultdict(list)
    for placed in days.values():
        placed.sort()
        first = placed[0]
        returned = len(placed) > 1 and (placed[1] - first).days <= WITHIN_DAYS
        members[first.year, first.month].append(returned)
    last = max(order.day for order in orders)
    return [
        Cohort(
            month=f"{year:04}-{month:02}",
            customers=len(members[year, month]),
            returned=sum(members[year, month]),
            complete=_days_left(year, month, last) >= WITHIN_DAYS,
        )
        for year, month in sorted(members)
    ]


def _days_left(year: int, month: int, last: date) -> int:
    """Return the days from the end of a month to the last order of the file."""
    return (last - date(year, month, monthrange(year, month)[1])).days
