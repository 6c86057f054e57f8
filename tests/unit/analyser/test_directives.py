"""Comments that silence a tool are counted and made inert without moving a column."""

from __future__ import annotations

import io
import tokenize

import pytest

from runner.analyser.directives import Suppression, neutralise
from tests.unit.analyser.build import source


def neutral(text: str) -> tuple[str, tuple[Suppression, ...]]:
    return neutralise(text, list(tokenize.generate_tokens(io.StringIO(text).readline)))


@pytest.mark.parametrize(
    ("comment", "kind"),
    [
        ("# type: ignore", "type-ignore"),
        ("#type:ignore[arg-type]", "type-ignore"),
        ("# why not  # type: ignore", "type-ignore"),
        ("# mypy: disallow-untyped-defs", "mypy"),
        ("# pyright: ignore", "pyright"),
        ("# ruff: noqa: F401", "ruff"),
        ("# ruff: disable[F401]", "ruff"),
        ("# flake8: noqa", "ruff"),
        ("# noqa", "noqa"),
        ("# NOQA:E501", "noqa"),
        ("# pragma: no cover", "pragma"),
        ("# fmt: off", "format"),
        ("# pylint: disable=all", "pylint"),
        ("# nosec B101", "nosec"),
    ],
)
def test_every_kind_is_counted_and_made_inert(comment: str, kind: str) -> None:
    text = f"x = 1  {comment}\ny = 2\n"
    result, found = neutral(text)
    assert [each.kind for each in found] == [kind]
    assert found[0].line == 1
    assert [len(line) for line in result.split("\n")] == [len(line) for line in text.split("\n")]
    assert result.startswith("x = 1  #")
    assert not neutral(result)[1]


@pytest.mark.parametrize("comment", ["# a type: of ignorance", "# fine", "# annoqa", "#: noqs"])
def test_other_comments_stay(comment: str) -> None:
    assert neutral(f"x = 1  {comment}\n") == (f"x = 1  {comment}\n", ())


@pytest.mark.parametrize(
    "comment",
    [
        "# mypy: ignore-errors",
        "# ruff: noqa",
        "# flake8: noqa",
        "# ruff: disable[F]",
        "# type: ignore",
        "# pylint: skip-file",
    ],
)
def test_comments_over_a_whole_file_are_blanket(comment: str) -> None:
    _, found = neutral(f'"""Text."""\n{comment}\nx = 1\n')
    assert found[0].blanket


def test_a_targeted_comment_is_not_blanket() -> None:
    _, found = neutral("x = 1  # type: ignore\n# ruff: noqa: F401\n")
    assert [each.blanket for each in found] == [False, False]


def test_a_mypy_line_counts_even_inside_a_string() -> None:
    # mypy looks for such lines in the text, whatever they are part of.
    result, found = neutral('"""\n# mypy: ignore-errors\n"""\n')
    assert [(each.kind, each.line, each.blanket) for each in found] == [("mypy", 2, True)]
    assert "mypy" not in result


def test_only_suppressions_on_changed_lines_are_the_candidates() -> None:
    text = "import a  # noqa\nimport b  # noqa\n"
    assert [each.line for each in source(text, touched=frozenset({2})).suppressions] == [2]
