"""`takehome list`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from runner.cli.options import challenges_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@challenges_option
def command(folder: Path | None) -> None:
    """Show the challenges that can be issued."""
    from rich.table import Table

    from runner.catalog import list_challenges
    from runner.cli.console import console

    table = Table(box=None, pad_edge=False)
    for column in ("challenge", "title", "time", "levels"):
        table.add_column(column)
    for loaded in list_challenges(folder):
        challenge = loaded.challenge
        levels = ", ".join(sorted({level for r in challenge.requirements for level in r.levels}))
        minutes = f"{challenge.time_box_minutes} min"
        table.add_row(challenge.id, challenge.title, minutes, levels)
    console().print(table)
