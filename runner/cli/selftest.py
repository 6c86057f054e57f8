"""`takehome selftest`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from runner.cli.options import runtime_option
from runner.model import IsolationLevel

if TYPE_CHECKING:
    from runner.model import Record
    from runner.selftest.guarantees import Report

STYLES = {"held": "green", "broken": "bold red", "unknown": "yellow"}
MOST_SHOWN = 400
NOT_TRIED = "not tried here: a kernel of the box's own (gVisor, --runtime runsc)"


@click.command()
@click.option("--quick", is_flag=True, help="The most telling attacks only, in a minute or so.")
@click.option("--only", multiple=True, help="Attacks to try, by id; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@runtime_option
def command(*, quick: bool, only: tuple[str, ...], as_json: bool, runtime: str | None) -> None:
    """Attack the engine of this machine, and say which promises hold here.

    Grades hostile submissions of a small challenge, runs hostile programs in boxes and reads
    hostile archives. Exit code 4 when a promise does not hold.
    """
    from runner.cli.console import Live
    from runner.errors import InfrastructureError
    from runner.sandbox import docker_gc, images
    from runner.sandbox.docker import DockerSandbox, connect, sandbox_on
    from runner.selftest.corpus import load_corpus
    from runner.selftest.engine import Engine
    from runner.selftest.run import Plan, run

    corpus = load_corpus()
    chosen = corpus.chosen(quick=quick, only=only)
    client = connect()
    DockerSandbox(client, runtime=runtime).isolation()
    with Live() as live:
        ids = images.ensure(client, "backend", live.image_event)
        engine = Engine(
            sandbox=sandbox_on(client, ids["subject"], runtime=runtime),
            images=ids,
            leftovers=lambda run: docker_gc.remains(client, run),
            layers=lambda image: images.layers(client, image),
        )
        report = run(
            Plan(
                corpus=corpus,
                chosen=chosen,
                engine=engine,
                show=shown,
                on_event=live,
                quick=quick,
            )
        )
    if as_json:
        click.echo(report.model_dump_json(indent=2))
    else:
        _print(report)
    if not report.holds:
        raise InfrastructureError(
            "not everything holds on this engine",
            why=_against(report),
            do="Do not grade strangers' code here until it does; docs/selftest.md says what each "
            "promise means.",
        )


def shown(record: Record) -> str:
    """What `takehome grade` prints of a record where no terminal is."""
    from io import StringIO

    from runner.cli.console import show_record

    text = StringIO()
    show_record(record, text)
    return text.getvalue()


def _print(report: Report) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from runner.text import visible_name

    # Off a terminal no line is wrapped: who reads it then is a program, or has wide lines.
    console = Console(highlight=False, soft_wrap=True)
    table = Table(box=None, pad_edge=False)
    for name, side in (("promise", "left"), ("here", "left"), ("attacks", "right")):
        table.add_column(name, justify="right" if side == "right" else "left", no_wrap=True)
    for one in report.guarantees:
        table.add_row(one.title, Text(one.verdict, STYLES[one.verdict]), str(len(one.attacks)))
    console.print(table)
    for tried in report.tried:
        for problem in tried.problems:
            line = f"  {tried.verdict}: {tried.attack}: {visible_name(problem, MOST_SHOWN)}"
            console.print(Text(line, STYLES[tried.verdict]))
    isolation = report.isolation
    engine = f"{isolation.engine} {isolation.version}, {isolation.runtime}"
    console.print(f"\nisolation: {isolation.level}, {isolation.level.words} ({engine})")
    if isolation.level is not IsolationLevel.KERNEL:
        console.print(NOT_TRIED)
    console.print(f"{len(report.tried)} attacks in {report.seconds:.0f} s")
    console.print(Text(_verdict(report), "bold"))


def _verdict(report: Report) -> str:
    whole = "Everything that was tried holds here" if report.holds else "Not everything holds here"
    quick = ", of a quick choice" if report.quick else ""
    return f"{whole}{quick}."


def _against(report: Report) -> str:
    names = (f"{one.title} ({one.verdict})" for one in report.guarantees if one.against)
    return "; ".join(names)
