"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

LEVELS = ("junior", "mid", "senior")

challenges_option = click.option(
    "--challenges",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="TAKEHOME_CHALLENGES",
    help="A folder with challenges of your own (`challenges/` and `rubrics/` inside).",
)

level_option = click.option(
    "--level",
    type=click.Choice(LEVELS),
    help="What the role asks for; decides required parts, weights and gates.",
)
