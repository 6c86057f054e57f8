"""Short ways to make submissions and to analyse them."""

from __future__ import annotations

import ast
import io
import tarfile
from collections.abc import Mapping
from textwrap import dedent
from typing import TYPE_CHECKING

from runner.analyser.analysis import analyse, write_tree
from runner.analyser.layout import tree_paths
from runner.analyser.lint import lint, run_check
from runner.analyser.reading import read_sources
from runner.analyser.source import Source, read

if TYPE_CHECKING:
    from pathlib import Path

    from runner.analyser.document import Analysis, Lint, Places

Texts = Mapping[str, str | bytes]


def encoded(files: Texts) -> dict[str, bytes]:
    """Texts without their indentation, as bytes."""
    return {
        path: dedent(content).encode() if isinstance(content, str) else content
        for path, content in files.items()
    }


def analysed(
    folder: Path, files: Texts, starter: Texts | None = None, *, changed_minimum: int = 0
) -> Analysis:
    """The whole analysis of `files` in an empty folder below `folder`."""
    scratch = folder / "scratch"
    scratch.mkdir()
    return analyse(
        encoded(files),
        encoded(starter or {}),
        changed_minimum=changed_minimum,
        scratch=scratch.resolve(),
    )


def linted(folder: Path, files: Texts, starter: Texts | None = None) -> Lint:
    """Only what ruff finds in `files`, for tests that need no more."""
    sources = read_sources(encoded(files), encoded(starter or {})).sources
    placed = tree_paths(source.path for source in sources)
    write_tree(folder / "tree", sources, placed)
    back = {inside: path for path, inside in placed.items()}
    return lint(run_check((folder / "tree").resolve(), back), sources)


def all_lines(text: str) -> frozenset[int]:
    """Every line of a text that is not blank."""
    return frozenset(n for n, line in enumerate(text.split("\n"), 1) if line.strip())


def source(text: str, path: str = "app/module.py", touched: frozenset[int] | None = None) -> Source:
    """A source whose lines are all the candidate's, unless `touched` says otherwise."""
    text = dedent(text)
    return read(path, text.encode(), all_lines(text) if touched is None else touched)


def tree(text: str) -> ast.Module:
    """The syntax tree of an indented text."""
    return ast.parse(dedent(text))


def names(places: Places) -> dict[str, int]:
    """What was counted, as a dictionary."""
    return {each.name: each.count for each in places.counts}


def tar_of(files: Texts) -> bytes:
    """An uncompressed tar such as the intake makes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, data in encoded(files).items():
            member = tarfile.TarInfo(path)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()
