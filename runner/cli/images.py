"""`takehome images`."""

from __future__ import annotations

import click


@click.group()
def command() -> None:
    """Build the container images that gradings run in."""


@command.command()
@click.option("--specialization", default="backend", show_default=True)
def build(specialization: str) -> None:
    """Build what is missing or out of date; nothing is built when nothing changed."""
    from runner.cli.console import Live
    from runner.sandbox import images
    from runner.sandbox.docker import connect

    with Live() as live:
        ids = images.ensure(connect(), specialization, live.image_event)
    for name, image in sorted(ids.items()):
        click.echo(f"{name:10} {image}")
