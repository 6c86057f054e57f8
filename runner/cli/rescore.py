"""`takehome rescore`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("record", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--rubric",
    "rubric_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A rubric file; the bundled rubric of the specialization when not given.",
)
@click.option(
    "--mark",
    "marks",
    multiple=True,
    metavar="CRITERION=0..4",
    help="A human mark on a manual criterion; may be repeated.",
)
@click.option("--author", default="", help="Who gives the marks.")
@click.option("--reason", default="", help="Why; kept with the marks.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Where the new record goes; the old one is never changed.",
)
def command(
    record: Path,
    rubric_path: Path | None,
    marks: tuple[str, ...],
    author: str,
    reason: str,
    out: Path,
) -> None:
    """Judge the evidence of RECORD (a report.json) anew. Runs no code of the candidate."""
    from runner.catalog import load_rubric, load_rubric_file
    from runner.cli.console import show_record
    from runner.cli.outcome import conclude, shown
    from runner.marking import add_marks
    from runner.pipeline import rescore
    from runner.render import RENDERERS
    from runner.store import Store, load_record

    store = Store(out)
    store.check()
    old = load_record(record)
    rubric = (
        load_rubric_file(rubric_path) if rubric_path else load_rubric(old.challenge.specialization)
    )
    new = rescore(add_marks(old, marks, rubric.rubric, author=author, reason=reason), rubric)
    place = store.save(new, {name: render(new) for name, render in RENDERERS.items()})
    with shown():
        show_record(new)
        click.echo(f"\nreport: {place / 'report.html'}")
    conclude(new, None)
