"""Whether rows differ from those of the training more than chance explains.

Each column is cut into cells, and the shares of the cells are compared by a chi-square test. Rows
of one account resemble each other, so the statistic is divided by how much wider than for
independent rows it is spread (the first-order correction of Rao and Scott).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles

from scipy.special import chdtrc

from churn.schema import COLUMNS, Example, Subscription

CHANCE = 1e-4
"""How often rows like those of the training may be said to differ, all columns together."""

FEWEST_ROWS = 100
"""Fewer say nothing: the test is one for large numbers."""

PARTS = 5
"""Parts of numbers, equally large in the training if their values allow it."""

Value = str | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How a column of the training was spread.

    `counts` holds the rows in each cell, `cuts` the upper ends of all cells of numbers but the
    last. `design_effect` says how many rows count as one.
    """

    cuts: list[float]
    counts: dict[str, int]
    design_effect: float


def spreads(examples: Sequence[Example]) -> dict[str, Spread]:
    """How each column is spread."""
    accounts = [example.account_id for example in examples]
    return {name: _spread(column(examples, name), accounts) for name in COLUMNS}


def drifted(training: Mapping[str, Spread], rows: Sequence[Subscription]) -> list[str]:
    """The columns in which rows differ from the training."""
    if len(rows) < FEWEST_ROWS:
        return []
    limit = CHANCE / len(training)
    return [
        name for name, spread in training.items() if p_value(spread, column(rows, name)) < limit
    ]


def column(rows: Sequence[Subscription], name: str) -> list[Value]:
    """The values of a column."""
    return [getattr(row, name) for row in rows]


def p_value(spread: Spread, values: Sequence[Value]) -> float:
    """How often chance makes values differ that much. A cell that is new counts as well."""
    before = Counter(spread.counts)
    after = Counter(cell(value, spread.cuts) for value in values)
    rows, more = before.total(), after.total()
    cells = before.keys() | after.keys()
    if len(cells) == 1:
        return 1.0
    squares = [
        (before[each] / rows - after[each] / more) ** 2 / (before[each] + after[each])
        for each in cells
    ]
    statistic = rows * more * sum(squares) / spread.design_effect
    return float(chdtrc(len(cells) - 1, statistic))


def cell(value: Value, cuts: Sequence[float]) -> str:
    """The name of the cell in which a value is counted."""
    if value is None:
        return "unknown"
    return value if isinstance(value, str) else f"part {bisect_left(cuts, value)}"


def _spread(values: Sequence[Value], accounts: Sequence[str]) -> Spread:
    cuts = _cuts([value for value in values if isinstance(value, float)])
    cells = [cell(value, cuts) for value in values]
    effect = design_effect(cells, accounts)
    return Spread(cuts=cuts, counts=dict(Counter(cells)), design_effect=effect)


def _cuts(numbers: Sequence[float]) -> list[float]:
    if len(numbers) < PARTS:
        return []
    return sorted(set(quantiles(numbers, n=PARTS, method="inclusive")))


def design_effect(cells: Sequence[str], accounts: Sequence[str]) -> float:
    """How many times wider shares are spread than if each row were an account of its own.

    It is 1 where the rows of an account have nothing in common, and as many as the account of a
    row has on average where they are all in one cell.
    """
    counts, sizes = Counter(cells), Counter(accounts)
    size = sum(each**2 for each in sizes.values()) / len(cells)
    if len(counts) == 1:
        return size
    together = Counter(zip(accounts, cells, strict=True))
    alike = sum(each**2 / counts[one] for (_, one), each in together.items())
    return max(1.0, (alike - size) / (len(counts) - 1))
