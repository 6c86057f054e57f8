"""`takehome gc`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also what live gradings are using.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Where reports went: those that were never finished are removed.",
)
def command(*, everything: bool, out: Path) -> None:
    """Remove what interrupted runs left behind.

    Removes containers, volumes and networks of runs whose process is gone or whose time is
    over, and half-written reports. Running gradings are left alone.
    """
    from runner.publish import sweep
    from runner.sandbox.docker import connect
    from runner.sandbox.docker_gc import collect

    unfinished = sweep(out)
    removed = collect(connect(), everything=everything) | {"unfinished reports": unfinished}
    found = ", ".join(f"{count} {kind}" for kind, count in removed.items() if count)
    click.echo(f"removed {found}" if found else "nothing to remove")
