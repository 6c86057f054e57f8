"""The command line: each command parses, calls one function, shows, returns its code.

Commands are imported when they are asked for: `takehome --help` must not pay for pydantic,
docker and rich.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn, cast

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
    "selftest": ("selftest", "Attack this machine's engine and say what holds."),
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
    code = _code()
    try:
        sys.stdout.flush()
    except OSError as error:
        # Python would try the same at its end, and end with a code of its own.
        silence()
        if not isinstance(error, BrokenPipeError):
            click.echo(f"takehome: standard output cannot be written: {error.strerror}", err=True)
            code = code or TakehomeError.exit_code
    sys.exit(code)


def _code() -> int | str | None:
    try:
        return cast("int | None", cli.main(standalone_mode=False))
    except (click.ClickException, TakehomeError) as error:
        if isinstance(error, TakehomeError):
            explain(error)
        else:
            misused(error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort) as error:
        _interrupted(error.__cause__ or error)
        return INTERRUPTED
    except SystemExit as error:
        if error.code == TERMINATED:
            _interrupted(error)
        return error.code
    except BrokenPipeError:
        # The reader of our output went away (`takehome list | head`): nothing to report.
        return 0
    except Exception as error:  # noqa: BLE001 - the last resort: a bug of ours, told as such
        return crash(error)


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    # As an exception, so that every `with` on the way out removes its containers.
    sys.exit(TERMINATED)


def _interrupted(error: BaseException) -> None:
    """What the way out could not remove stands in the notes of the exception."""
    from runner.cli.lines import block

    left = "; ".join(getattr(error, "__notes__", ()))
    what = left or "containers and volumes were removed"
    click.echo(block("takehome: interrupted; ", what, 2000), err=True)


def silence() -> None:
    """Standard output leads nowhere from now on, so that nothing fails at the end either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def explain(error: TakehomeError) -> None:
    """What happened, why, what to do; on stderr."""
    from runner.cli.lines import block

    click.echo(block("takehome: ", error.what, 500), err=True)
    if error.why:
        click.echo(block("  why: ", error.why, 2000), err=True)
    if error.do:
        click.echo(block("  do:  ", error.do, 1000), err=True)


def misused(error: click.ClickException) -> None:
    """What Click says of words that it cannot use: they may be the name of a candidate's file."""
    from runner.cli.lines import block

    if isinstance(error, click.UsageError) and error.ctx is not None:
        click.echo(error.ctx.get_usage(), err=True)
        click.echo(f"Try '{error.ctx.command_path} --help' for help.\n", err=True)
    click.echo(block("Error: ", error.format_message(), 2000), err=True)


def crash(error: Exception) -> int:
    """Write the trace to a file and say where it is; to stderr where no file can be written."""
    import platform
    import tempfile
    import traceback

    from runner.cli.lines import block

    text = (
        f"takehome {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"arguments: {sys.argv[1:]!r}\n\n" + "".join(traceback.format_exception(error))
    )
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="takehome-crash-", suffix=".log", delete=False, encoding="utf-8"
        ) as log:
            log.write(text)
        place = f"log {log.name}"
    except OSError:
        click.echo(block("", text, 20_000), err=True)
        place = "text above"
    what = f"{type(error).__name__}: {error}"
    click.echo(block("takehome: an error of ours: ", what, 500), err=True)
    click.echo("  why: this is a bug in takehome, not in the submission", err=True)
    click.echo(f"  do:  report it with the {place}", err=True)
    return 4
