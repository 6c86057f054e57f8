"""`takehome gc`."""

from __future__ import annotations

import click


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also what live gradings are using.")
def command(*, everything: bool) -> None:
    """Remove what interrupted runs left behind.

    Removes containers, volumes and networks of runs whose process is gone or whose time is
    over. Running gradings are left alone.
    """
    from runner.sandbox.docker import connect
    from runner.sandbox.docker_gc import collect

    removed = collect(connect(), everything=everything)
    found = ", ".join(f"{count} {kind}" for kind, count in removed.items() if count)
    click.echo(f"removed {found}" if found else "nothing to remove")
