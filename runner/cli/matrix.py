"""Tables of requirements: what a challenge asks, and how its variants came out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from runner.cli.console import MARKS
from runner.model import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.catalog import LoadedChallenge
    from runner.certificate import Proof
    from runner.rounds import Tally


def requirements_table(loaded: LoadedChallenge, level: str | None) -> Table:
    """One requirement a row, its role at every level or at `level` only."""
    levels = [Level(level)] if level else list(Level)
    title = f"{loaded.challenge.title} ({loaded.challenge.id} {loaded.challenge.version})"
    table = Table(box=None, pad_edge=False, title=title, title_justify="left")
    for column in ("requirement", "what it asks", "category", *levels):
        table.add_column(column)
    for requirement in loaded.challenge.requirements:
        roles = [requirement.levels.get(item, "") for item in levels]
        table.add_row(requirement.id, requirement.title, requirement.category, *roles)
    return table


def proof_table(loaded: LoadedChallenge, proof: Proof) -> Table:
    """Requirement × variant, with the percentages and seconds of each variant below."""
    table = Table(box=None, pad_edge=False)
    table.add_column("requirement")
    for number, _ in enumerate(proof.rows, 1):
        table.add_column(str(number), justify="center")
    for requirement in loaded.challenge.requirements:
        marks = [MARKS[row.statuses[requirement.id]] for row in proof.rows]
        table.add_row(requirement.id, *(Text(mark, style=style) for mark, style in marks))
    for level in Level:
        table.add_row(f"% {level}", *(f"{row.percents[level]:.0f}" for row in proof.rows))
    table.add_row("seconds", *(f"{row.seconds:.0f}" for row in proof.rows))
    table.caption = "\n".join(
        f"{number}: {row.variant}" + ("" if not row.problems else "  ← does not hold")
        for number, row in enumerate(proof.rows, 1)
    )
    table.caption_justify = "left"
    return table


def separation_table(tallies: Sequence[Tally]) -> Table:
    """One trial a row: how its rounds ended, and whether each told good from bad."""
    table = Table(box=None, pad_edge=False)
    for column in ("service", "probes of"):
        table.add_column(column)
    for column in ("passed", "failed", "not told"):
        table.add_column(column, justify="right")
    table.add_column("")
    for tally in tallies:
        counts = (str(tally.passed), str(tally.failed), str(tally.not_measured))
        mark, style = MARKS["passed" if tally.separated else "failed"]
        table.add_row(tally.variant, tally.requirement, *counts, Text(mark, style=style))
    return table
