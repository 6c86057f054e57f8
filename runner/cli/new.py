"""`takehome new`."""

from __future__ import annotations

from pathlib import Path

import click

from runner.cli.options import challenges_option, level_option


@click.command()
@click.argument("challenge")
@click.argument("destination", type=click.Path(path_type=Path))
@click.option("--candidate", default="", help="Name to put into the repository.")
@click.option("--seed", type=int, help="Seed of the candidate's data; random when not given.")
@level_option
@challenges_option
def command(
    challenge: str,
    destination: Path,
    candidate: str,
    seed: int | None,
    level: str | None,
    folder: Path | None,
) -> None:
    """Issue a challenge: write a candidate's repository to DESTINATION."""
    import secrets

    from runner.catalog import load_challenge
    from runner.model import Level
    from runner.scaffold import issue

    loaded = load_challenge(challenge, folder)
    chosen = Level(level or Level.MID)
    issue(
        loaded,
        destination,
        candidate=candidate,
        level=chosen,
        seed=secrets.randbelow(2**31) if seed is None else seed,
    )
    click.echo(f"wrote {challenge} for level {chosen} to {destination}")
    click.echo(f"next: send the folder; the candidate starts with {destination}/BRIEF.md")
