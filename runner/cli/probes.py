"""`takehome challenge probes`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.options import challenges_option, choose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.catalog import LoadedChallenge, Variant
    from runner.rounds import Tally


@click.command()
@click.argument("challenge", required=False)
@click.option("--rounds", type=click.IntRange(1, 200), default=5, show_default=True)
@click.option("--load", is_flag=True, help="Keep both cores busy with something else.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 8),
    default=1,
    show_default=True,
    help="How many services are tried at the same time.",
)
@click.option("--only", multiple=True, help="Variants to try, by name; may be repeated.")
@click.option(
    "--requirement",
    "requirements",
    multiple=True,
    help="Requirements whose probes to run, all if none is named; may be repeated.",
)
@click.option(
    "--record",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to keep the tallies as JSON. Those of services that were not tried stay.",
)
@challenges_option
def command(  # noqa: PLR0913 - one for each option
    challenge: str | None,
    rounds: int,
    jobs: int,
    only: tuple[str, ...],
    requirements: tuple[str, ...],
    *,
    load: bool,
    path: Path | None,
    folder: Path | None,
) -> None:
    """Show that the concurrency probes tell good services from bad ones in every round.

    Tries the tiny services that come with the probes, or the variants of CHALLENGE. Exit code 3
    when a round told nothing or the wrong thing.
    """
    from runner import catalog
    from runner.cli.console import Live, console
    from runner.cli.matrix import separation_table
    from runner.sandbox import images
    from runner.sandbox.docker import DockerSandbox, connect
    from runner.separation import Trial, separate

    loaded = (
        catalog.load_challenge(challenge, folder) if challenge else catalog.load_controls("backend")
    )
    services = _services(loaded, requirements, only)
    _keep(path, loaded)  # what cannot be kept is refused before anything runs
    engine = connect()
    tallies = []
    with Live() as live:
        ids = images.ensure(engine, loaded.challenge.specialization, live.image_event)
        trial = Trial(
            challenge=loaded,
            images=ids,
            rounds=rounds,
            load=load,
            jobs=jobs,
            requirements=requirements,
        )
        for tally in separate(trial, services, DockerSandbox(engine), live):
            tallies.append(tally)
            _keep(path, loaded, tally)  # now: so many rounds take hours
    console().print(separation_table(tallies))
    _conclude(tallies, rounds)


def _services(
    loaded: LoadedChallenge, requirements: tuple[str, ...], only: tuple[str, ...]
) -> tuple[Variant, ...]:
    from runner import proof, separation
    from runner.errors import UsageError

    unknown = set(requirements) - {one.id for one in loaded.challenge.requirements}
    if unknown:
        raise UsageError(
            f"no such requirement: {', '.join(sorted(unknown))}",
            do="See `takehome challenge show`",
        )
    return choose(separation.chosen(proof.all_variants(loaded), requirements), only)


def _keep(path: Path | None, loaded: LoadedChallenge, *tallies: Tally) -> None:
    from runner.rounds import load_rounds, save_rounds

    if path is not None:
        save_rounds(path, load_rounds(path, loaded.challenge.id).with_newer(tallies))


def _conclude(tallies: Sequence[Tally], rounds: int) -> None:
    from runner.errors import ChallengeError

    wrong = [tally for tally in tallies if not tally.separated]
    if wrong:
        raise ChallengeError(
            f"{len(wrong)} of {len(tallies)} trials told nothing or the wrong thing",
            why="\n".join(f"{one.variant}, {one.requirement}: {one.reason}" for one in wrong),
        )
    click.echo(f"{len(tallies)} trials of {rounds} rounds told good from bad every time", err=True)
