"""`takehome grade`."""

from __future__ import annotations

from pathlib import Path

import click

from runner.cli.options import challenges_option, isolation_option, level_option, runtime_option


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--challenge", help="Challenge id; read from the submission when not given.")
@level_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Where the reports go, in a folder of their own.",
)
@click.option("--candidate", help="Name to show; read from the submission when not given.")
@click.option("--json", "as_json", is_flag=True, help="Print the record instead of a summary.")
@click.option("--fail-under", type=click.FloatRange(0, 100), help="Exit 5 below this percentage.")
@isolation_option
@runtime_option
@challenges_option
def command(  # noqa: PLR0913 - one parameter an option
    path: Path,
    challenge: str | None,
    level: str | None,
    out: Path,
    candidate: str | None,
    *,
    as_json: bool,
    fail_under: float | None,
    isolation: str | None,
    runtime: str | None,
    folder: Path | None,
) -> None:
    """Grade the submission at PATH: a folder, a .zip, a .tar or a .tar.gz."""
    from runner.cli.console import Live, show_record
    from runner.cli.outcome import conclude, shown
    from runner.jobs import prepare
    from runner.model import IsolationLevel
    from runner.pipeline import assess
    from runner.render import RENDERERS
    from runner.render.document import report_json
    from runner.sandbox import images
    from runner.sandbox.docker import DockerSandbox, connect, sandbox_on
    from runner.store import Store

    store = Store(out)
    store.check()
    prepared = prepare(path, challenge=challenge, level=level, candidate=candidate, folder=folder)
    wanted = IsolationLevel(isolation) if isolation else None
    engine = connect()
    # What the engine itself says is asked first: to build images takes minutes.
    DockerSandbox(engine, runtime=runtime).isolation()
    with Live() as live:
        job = prepared.with_images(images.ensure(engine, prepared.specialization, live.image_event))
        sandbox = sandbox_on(engine, job.images["subject"], runtime=runtime, wanted=wanted)
        record = assess(job, sandbox, live)
    # The reports are safely there before anything of them is shown.
    place = store.save(record, {name: render(record) for name, render in RENDERERS.items()})
    with shown():
        if as_json:
            click.echo(report_json(record), nl=False)
        else:
            show_record(record)
            click.echo(f"\nreport: {place / 'report.html'}")
    conclude(record, fail_under)
