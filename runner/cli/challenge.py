"""`takehome challenge`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.catalog import command as list_command
from runner.cli.options import challenges_option, level_option

if TYPE_CHECKING:
    from runner.catalog import LoadedChallenge, LoadedRubric, Variant
    from runner.certificate import Proof


@click.group()
def command() -> None:
    """List, show and verify challenges."""


command.add_command(list_command, "list")


@command.command()
@click.argument("challenge")
@level_option
@challenges_option
def show(challenge: str, level: str | None, folder: Path | None) -> None:
    """Show the requirements of a challenge, with their role at each level."""
    from rich.console import Console

    from runner.catalog import load_challenge
    from runner.cli.matrix import requirements_table

    loaded = load_challenge(challenge, folder)
    Console(highlight=False).print(requirements_table(loaded, level))


@command.command()
@click.argument("challenge")
@click.option("--only", multiple=True, help="Variants to try, by name; may be repeated.")
@click.option(
    "--stale", is_flag=True, help="Only variants that changed since the certificate was written."
)
@click.option("--json", "as_json", is_flag=True, help="Print the matrix as JSON.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 8),
    default=2,
    show_default=True,
    help="How many variants are graded at the same time.",
)
@click.option(
    "--certificate",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to keep the matrix as JSON: written when what was tried holds. Rows of variants "
    "that were not tried stay.",
)
@challenges_option
def verify(  # noqa: PLR0913 - one for each option
    challenge: str,
    only: tuple[str, ...],
    jobs: int,
    *,
    stale: bool,
    as_json: bool,
    path: Path | None,
    folder: Path | None,
) -> None:
    """Grade every variant of a challenge and check that each comes out as stated.

    Exit code 3 when the proof does not hold.
    """
    from runner import catalog, certificate, proof
    from runner.errors import ChallengeError, UsageError

    if stale and path is None:
        raise UsageError("--stale needs --certificate", do="Name the file to compare with")
    loaded = catalog.load_challenge(challenge, folder)
    rubric = catalog.load_rubric(loaded.challenge.rubric, folder)
    every = proof.all_variants(loaded)
    catalog.check(loaded, rubric.rubric, every)
    chosen = _choose(every, only)
    before = certificate.Proof(challenge=loaded.challenge.id)
    if path is not None and (only or stale):
        before = certificate.load_proof(path, loaded)
    if stale:
        chosen = certificate.stale(before, loaded, rubric, chosen)
    outcome = _proven(loaded, rubric, chosen, jobs)
    whole = certificate.renewed(before, outcome.rows, loaded, every)
    _print_proof(loaded, outcome, as_json=as_json)
    if whole.untriggered and len(whole.rows) == len(every):
        click.echo("checks that no flawed variant fails:", err=True)
        click.echo("".join(f"  {check}\n" for check in whole.untriggered), err=True)
    if outcome.problems:
        raise ChallengeError(
            f"{challenge} does not hold: {len(outcome.problems)} problems",
            why="\n".join(outcome.problems),
        )
    said = f"{len(chosen)} variants come out as stated" if chosen else "no variant has changed"
    click.echo(f"{challenge}: {said}", err=True)
    if path is not None:
        certificate.save_proof(path, whole)


def _proven(
    loaded: LoadedChallenge, rubric: LoadedRubric, chosen: tuple[Variant, ...], jobs: int
) -> Proof:
    """The proof of the chosen variants; without any it needs no engine."""
    from runner import certificate, proof
    from runner.cli.console import Live
    from runner.sandbox import images
    from runner.sandbox.docker import DockerSandbox, connect

    if not chosen:
        return certificate.Proof(challenge=loaded.challenge.id)
    engine = connect()
    with Live() as live:
        ids = images.ensure(engine, loaded.challenge.specialization, live.image_event)
        return proof.prove(loaded, rubric, chosen, DockerSandbox(engine), ids, live, jobs=jobs)


def _print_proof(loaded: LoadedChallenge, outcome: Proof, *, as_json: bool) -> None:
    from rich.console import Console

    from runner.cli.matrix import proof_table

    if as_json:
        click.echo(outcome.model_dump_json(indent=2))
    elif outcome.rows:
        Console(highlight=False).print(proof_table(loaded, outcome))


@command.command()
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
def probes(  # noqa: PLR0913 - one for each option
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
    from rich.console import Console

    from runner import catalog, proof, separation
    from runner.cli.console import Live
    from runner.cli.matrix import separation_table
    from runner.errors import ChallengeError, UsageError
    from runner.rounds import load_rounds, save_rounds
    from runner.sandbox import images
    from runner.sandbox.docker import DockerSandbox, connect

    loaded = (
        catalog.load_challenge(challenge, folder) if challenge else catalog.load_controls("backend")
    )
    if path is not None:
        # What is another file, or cannot be written, is refused before anything runs.
        save_rounds(path, load_rounds(path, loaded.challenge.id))
    unknown = set(requirements) - {one.id for one in loaded.challenge.requirements}
    if unknown:
        raise UsageError(f"no such requirement: {', '.join(sorted(unknown))}")
    chosen = _choose(separation.chosen(proof.all_variants(loaded), requirements), only)
    engine = connect()
    with Live() as live:
        ids = images.ensure(engine, loaded.challenge.specialization, live.image_event)
        trial = separation.Trial(
            challenge=loaded,
            images=ids,
            rounds=rounds,
            load=load,
            jobs=jobs,
            requirements=requirements,
        )
        tallies = []
        for tally in separation.separate(trial, chosen, DockerSandbox(engine), live):
            tallies.append(tally)
            if path is not None:  # now: so many rounds take hours
                save_rounds(path, load_rounds(path, loaded.challenge.id).with_newer([tally]))
    Console(highlight=False).print(separation_table(tallies))
    wrong = [tally for tally in tallies if not tally.separated]
    if wrong:
        raise ChallengeError(
            f"{len(wrong)} of {len(tallies)} trials told nothing or the wrong thing",
            why="\n".join(f"{one.variant}, {one.requirement}: {one.reason}" for one in wrong),
        )
    click.echo(f"{len(tallies)} trials of {rounds} rounds told good from bad every time", err=True)


def _choose(variants: tuple[Variant, ...], only: tuple[str, ...]) -> tuple[Variant, ...]:
    from runner.errors import UsageError

    names = {variant.title for variant in variants} | {variant.name for variant in variants}
    unknown = [name for name in only if name not in names]
    if unknown:
        raise UsageError(f"no such variant: {', '.join(unknown)}", do=f"Known: {sorted(names)}")
    return tuple(v for v in variants if not only or v.title in only or v.name in only)
