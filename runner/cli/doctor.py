"""`takehome doctor`."""

from __future__ import annotations

import click


@click.command()
def command() -> None:
    """Check that this machine can grade, and say what to do where it cannot."""
    from runner.diagnosis import diagnose
    from runner.errors import InfrastructureError
    from runner.sandbox.docker import connect

    findings = diagnose(connect)
    for finding in findings:
        click.echo(f"{'ok ' if finding.ok else 'NO '} {finding.subject}: {finding.detail}")
        if finding.do:
            click.echo(f"    do: {finding.do}")
    if not all(finding.ok for finding in findings):
        raise InfrastructureError("this machine cannot grade yet", do="Follow the advice above")
