"""`takehome challenge`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.catalog import command as list_command
from runner.cli.options import challenges_option, choose, level_option, runtime_option
from runner.cli.probes import command as probes_command

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.catalog import LoadedChallenge, LoadedRubric, Variant
    from runner.certificate import Proof, Row


@click.group()
def command() -> None:
    """List, show and verify challenges."""


command.add_command(list_command, "list")
command.add_command(probes_command, "probes")


@command.command()
@click.argument("challenge")
@level_option
@challenges_option
def show(challenge: str, level: str | None, folder: Path | None) -> None:
    """Show the requirements of a challenge, with their role at each level."""
    from runner.catalog import load_challenge
    from runner.cli.console import console
    from runner.cli.matrix import requirements_table

    loaded = load_challenge(challenge, folder)
    console().print(requirements_table(loaded, level))


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
    help="Where to keep the matrix as JSON: a row for each variant that came out as stated. Rows "
    "of variants that were not tried stay.",
)
@runtime_option
@challenges_option
def verify(  # noqa: PLR0913 - one for each option
    challenge: str,
    only: tuple[str, ...],
    jobs: int,
    *,
    stale: bool,
    as_json: bool,
    path: Path | None,
    runtime: str | None,
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
    chosen = choose(every, only)
    empty = certificate.Proof(challenge=loaded.challenge.id)
    known = certificate.load_proof(path, loaded) if path is not None else empty
    if stale:
        chosen = certificate.stale(known, loaded, rubric, chosen)
    keep = _keeper(path, loaded, every, known)
    outcome = _proven(loaded, rubric, chosen, jobs, runtime, keep)
    before = known if only or stale else empty
    whole = certificate.renewed(before, outcome.rows, loaded, every)
    _print_proof(loaded, outcome, as_json=as_json)
    if whole.untriggered and len(whole.rows) == len(every):
        click.echo("checks that no flawed variant fails:", err=True)
        click.echo("".join(f"  {check}\n" for check in whole.untriggered), err=True)
    if path is not None:
        certificate.save_proof(path, whole)
    if outcome.problems:
        raise ChallengeError(
            f"{challenge} does not hold: {len(outcome.problems)} problems",
            why="\n".join(outcome.problems),
        )
    said = f"{len(chosen)} variants come out as stated" if chosen else "no variant has changed"
    click.echo(f"{challenge}: {said}", err=True)


def _keeper(
    path: Path | None, loaded: LoadedChallenge, every: tuple[Variant, ...], known: Proof
) -> Callable[[Row], None]:
    """What keeps each row as soon as it is there: a proof that is cut off leaves its rows."""
    from runner import certificate

    rows: list[Row] = []

    def keep(row: Row) -> None:
        rows.append(row)
        if path is not None:
            certificate.save_proof(path, certificate.renewed(known, rows, loaded, every))

    return keep


def _proven(
    loaded: LoadedChallenge,
    rubric: LoadedRubric,
    chosen: tuple[Variant, ...],
    jobs: int,
    runtime: str | None,
    keep: Callable[[Row], None],
) -> Proof:
    """The proof of the chosen variants; without any it needs no engine."""
    from runner import certificate, proof
    from runner.cli.console import Live
    from runner.sandbox import images
    from runner.sandbox.docker import connect, sandbox_on

    if not chosen:
        return certificate.Proof(challenge=loaded.challenge.id)
    engine = connect()
    with Live() as live:
        ids = images.ensure(engine, loaded.challenge.specialization, live.image_event)
        sandbox = sandbox_on(engine, ids["subject"], runtime=runtime)
        return proof.prove(loaded, rubric, chosen, sandbox, ids, live, jobs=jobs, keep=keep)


def _print_proof(loaded: LoadedChallenge, outcome: Proof, *, as_json: bool) -> None:
    from runner.cli.console import console
    from runner.cli.matrix import proof_table
    from runner.render.safe import json_text

    if as_json:
        click.echo(json_text(outcome.model_dump_json(indent=2)))
    elif outcome.rows:
        console().print(proof_table(loaded, outcome))
