"""`takehome images`."""

from __future__ import annotations

import click


@click.group()
def command() -> None:
    """Build the container images that gradings run in."""


@command.command()
@click.option(
    "--specialization", multiple=True, help="Only its images; may be repeated.  [default: all]"
)
def build(specialization: tuple[str, ...]) -> None:
    """Build what is missing or out of date; nothing is built when nothing changed."""
    from runner.cli.console import Live
    from runner.sandbox import images
    from runner.sandbox.docker import connect

    wanted = specialization or images.specializations()
    with Live() as live:
        client = connect()
        ids = {name: images.ensure(client, name, live.image_event) for name in wanted}
    for name, roles in sorted(ids.items()):
        for role, image in sorted(roles.items()):
            click.echo(f"{role}-{name:10} {image}")
