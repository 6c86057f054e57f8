"""The documents stay true: commands exist, quoted help is real, links lead somewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from runner.cli import cli
from scripts import matrix, rounds
from tests.meta.documents import documents, sessions
from tests.meta.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.meta.documents import Session

LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)(?:#[^)]*)?\)|<img[^>]* src=\"([^\"]+)\"")
TARGET = re.compile(r"^([a-z]+):.*?## ", re.MULTILINE)


def _commands(
    command: click.Command, words: tuple[str, ...] = ("takehome",)
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None, name
            yield from _commands(inner, (*words, name))


COMMANDS = dict(_commands(cli))


def _split(words: list[str]) -> tuple[tuple[str, ...], list[str]]:
    known: tuple[str, ...] = ("takehome",)
    rest = words[1:]
    while rest and (*known, rest[0]) in COMMANDS:
        known = (*known, rest.pop(0))
    return known, rest


@pytest.mark.parametrize("session", sessions(), ids=lambda session: session.command)
def test_quoted_commands_exist(session: Session) -> None:
    known, rest = _split(session.words)
    if rest and rest[-1] == "--help":
        return  # quoted with its output: see below
    command = COMMANDS[known]
    # click keeps the help option of the first context that a command sees.
    context = click.Context(command, info_name=" ".join(known), **cli.context_settings)
    values, _, _ = command.make_parser(context).parse_args(rest)
    assert not isinstance(command, click.Group), f"{session.command}: no such command"
    for parameter in command.get_params(context):
        value = values.get(str(parameter.name))
        assert value is not None or not parameter.required, f"{session.command}: {parameter.name}"
        if value is not None and isinstance(parameter.type, click.Choice):
            assert value in parameter.type.choices


@pytest.mark.parametrize(
    "session",
    [session for session in sessions() if session.words[-1] == "--help"],
    ids=lambda session: session.command,
)
def test_quoted_help_is_the_real_one(session: Session) -> None:
    result = CliRunner().invoke(cli, session.words[1:], prog_name="takehome")
    assert session.output == result.output, "run python -m scripts.help_blocks"


@pytest.mark.parametrize("challenge", matrix.CERTIFICATES)
def test_the_page_of_a_certificate_says_what_it_says(challenge: str) -> None:
    told = matrix.CERTIFICATES[challenge].with_suffix(".md").read_text("utf-8")
    assert told == matrix.page(challenge), "run python -m scripts.matrix"


def test_the_page_of_the_rounds_says_what_they_say() -> None:
    assert rounds.PAGE.read_text("utf-8") == rounds.page(), "run python -m scripts.rounds"


@pytest.mark.parametrize("words", sorted(COMMANDS), ids=" ".join)
def test_every_command_is_documented_with_its_help(words: tuple[str, ...]) -> None:
    quoted = {tuple(session.words) for session in sessions() if session.document == "docs/cli.md"}
    assert (*words, "--help") in quoted


def test_every_exit_code_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for code in (0, 2, 3, 4, 5, 130):
        assert re.search(rf"^\| {code} \|", readme, re.MULTILINE), code


def test_quoted_make_targets_exist() -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text("utf-8")))
    quoted = {word for session in sessions(program="make") for word in session.words[1:2]}
    assert quoted
    assert quoted <= targets


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = [left or right for left, right in LINK.findall(document.read_text("utf-8"))]
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_first_screen_of_the_readme() -> None:
    """One sentence, one session, one picture, before anything else."""
    screen = "\n".join((ROOT / "README.md").read_text("utf-8").splitlines()[:40])
    assert "```console" in screen
    assert "docs/report.png" in screen
