"""The command line: each command parses, calls one function, shows, returns its code.

Commands are imported when they are asked for: `takehome --help` must not pay for pydantic,
docker and rich.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from runner import __version__
from runner.errors import TakehomeError

if TYPE_CHECKING:
    from types import FrameType

COMMANDS = {
    "list": ("catalog", "Show the challenges that can be issued."),
    "new": ("new", "Issue a challenge: write a candidate's repository."),
    "grade": ("grade", "Grade a submission in the sandbox and write the reports."),
    "report": ("report", "Render a record again, in any format."),
    "rescore": ("rescore", "Judge a record anew: another rubric, human marks."),
    "challenge": ("challenge", "List, show and verify challenges."),
    "images": ("images", "Build the container images."),
    "doctor": ("doctor", "Check that this machine can grade."),
    "gc": ("gc", "Remove what interrupted runs left behind."),
}

INTERRUPTED = 130
TERMINATED = 143


class LazyGroup(click.Group):
    """A group whose commands live in modules that are imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which one needs them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; its module holds it as `command`."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"runner.cli.{COMMANDS[cmd_name][0]}")
        command = module.command
        if not isinstance(command, click.Command):
            raise TypeError(f"runner.cli.{COMMANDS[cmd_name][0]} holds no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any of them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="takehome")
def cli() -> None:
    """Issue take-home assessments and grade what comes back.

    Grading runs the submission in Docker containers without a network and judges it from
    outside. Exit codes: 0 graded, 2 usage, 3 challenge or rubric invalid, 4 infrastructure,
    5 below --fail-under, 130 interrupted.
    """


def main() -> NoReturn:
    """Run the command line; the one place where errors become messages and exit codes."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except TakehomeError as error:
        explain(error)
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("takehome: interrupted; containers and volumes were removed", err=True)
        code = INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (`takehome list | head`): nothing to report.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # noqa: BLE001 - the last resort: a bug of ours, told as such
        code = crash(error)
    sys.exit(code)


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    # As an exception, so that every `with` on the way out removes its containers.
    sys.exit(TERMINATED)


def explain(error: TakehomeError) -> None:
    """What happened, why, what to do; on stderr."""
    from runner.text import visible

    click.echo(f"takehome: {visible(error.what, 500)}", err=True)
    if error.why:
        click.echo(f"  why: {visible(error.why, 2000)}", err=True)
    if error.do:
        click.echo(f"  do:  {visible(error.do, 1000)}", err=True)


def crash(error: Exception) -> int:
    """Write the trace to a file and say where it is."""
    import platform
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="takehome-crash-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.write(f"takehome {__version__}, Python {platform.python_version()}, ")
        log.write(f"{platform.platform()}\narguments: {sys.argv[1:]!r}\n\n")
        log.writelines(traceback.format_exception(error))
    click.echo(f"takehome: an error of ours: {type(error).__name__}: {error}", err=True)
    click.echo("  why: this is a bug in takehome, not in the submission", err=True)
    click.echo(f"  do:  report it with the log {log.name}", err=True)
    return 4
