"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from runner.catalog import Variant

LEVELS = ("junior", "mid", "senior")
ISOLATION = ("container", "userns", "kernel")

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


runtime_option = click.option(
    "--runtime",
    help="Another container runtime of the engine than its default, such as runsc (gVisor).",
)

isolation_option = click.option(
    "--isolation",
    type=click.Choice(ISOLATION),
    help="Refuse an engine that keeps less apart (exit code 4): `container` on the machine's own "
    "kernel, `userns` in a user namespace as well, `kernel` on a kernel of its own.",
)


def choose(variants: tuple[Variant, ...], only: tuple[str, ...]) -> tuple[Variant, ...]:
    """The variants of these names, all of them where none is given; `UsageError` for others."""
    from runner.errors import UsageError

    names = {variant.title for variant in variants} | {variant.name for variant in variants}
    unknown = [name for name in only if name not in names]
    if unknown:
        raise UsageError(f"no such variant: {', '.join(unknown)}", do=f"Known: {sorted(names)}")
    return tuple(v for v in variants if not only or v.title in only or v.name in only)
