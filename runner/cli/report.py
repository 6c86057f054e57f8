"""`takehome report`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("record", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "name",
    default="report.html",
    show_default=True,
    help="The file name that `grade` gives the format (report.md, junit.xml, feedback.html, …).",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
def command(record: Path, name: str, out: Path | None) -> None:
    """Render the record at RECORD (a report.json) in one format."""
    from runner.errors import UsageError
    from runner.render import RENDERERS
    from runner.store import load_record, write_report

    if name not in RENDERERS:
        raise UsageError(f"there is no format {name!r}", do=f"Take one of: {', '.join(RENDERERS)}")
    text = RENDERERS[name](load_record(record))
    if out is None:
        click.echo(text)
    else:
        write_report(out, text)
        click.echo(f"wrote {out}", err=True)
