"""One Python file among the files of its submission: what there is, and how to read the file."""

from __future__ import annotations

import ast
import posixpath
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from runner.analyser.bindings import Bindings
from runner.analyser.origins import Origins
from runner.analyser.readings import Reading
from runner.analyser.source import is_test_path
from runner.analyser.whereabouts import Whereabouts, inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.analyser.bindings import Scope

PYTHON = ".py"

_PYTHON_PATTERNS = frozenset({PYTHON, "*.py", "**/*.py", "*/*.py", "[!_]*.py", "/*.py"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Something that one line of a file does with code that is in no Python file.

    `unread` says that code runs there which nobody has read; `means` that modules may come from
    elsewhere than the Python files of the submission.
    """

    line: int
    kind: str
    summary: str
    unread: bool = False
    means: bool = False


class Root(str):
    """A folder of the submission in which a file makes Python look for modules."""

    __slots__ = ()


class Loaded(str):
    """The path of a Python file of the submission that another one runs by its path."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A text that is written in a file and run as code, and the line where that happens."""

    text: str
    line: int


class Paths:
    """The paths of a submission."""

    def __init__(self, paths: Iterable[str], packed: Iterable[str] = ()) -> None:
        """`paths` are those of all its files, `packed` of files with code that were left out."""
        self.packed = frozenset(packed)
        self.files = frozenset(paths) | self.packed
        self.python = frozenset(path for path in self.files - self.packed if path.endswith(PYTHON))
        self.folders = _folders(self.files)
        self.packages = _folders(self.python)
        """Folders with a Python file in them, or below."""

    @cached_property
    def modules(self) -> dict[str, str]:
        """Dotted name from the root, or from `src`, to path."""
        found: dict[str, str] = {}
        for path in sorted(self.python, key=lambda path: (path.count("/"), path)):
            name = dotted_name(path)
            found.setdefault(name, path)
            found.setdefault(name.removeprefix("src."), path)
        return found


def dotted_name(path: str) -> str:
    """A path as a module: `app.db` for `app/db.py` and for `app/db/__init__.py`."""
    name = path.removesuffix(PYTHON).replace("/", ".")
    return name.removesuffix(".__init__")


class File:
    """A parsed Python file of a submission, with all that reads its expressions."""

    def __init__(self, path: str, tree: ast.Module, paths: Paths) -> None:
        """`paths` are those of the whole submission."""
        self.path = path
        self.tree = tree
        self.paths = paths
        self.is_test = is_test_path(path)
        self.bindings = Bindings(tree)
        self.reading = Reading(self.bindings, dotted_name(path))
        self.whereabouts = Whereabouts(self.reading, path, paths.modules)
        self.origins = Origins(self.reading, self.whereabouts)

    def names(self, node: ast.expr, scope: Scope) -> frozenset[str]:
        """Dotted names that an expression may stand for."""
        return self.reading.names(node, scope)

    @cached_property
    def calls(self) -> tuple[tuple[ast.Call, Scope, frozenset[str]], ...]:
        """Every call with the names of what it may call."""
        return tuple(
            (node, scope, self.names(node.func, scope))
            for node, scope in self.bindings.nodes
            if isinstance(node, ast.Call)
        )

    @cached_property
    def about_python(self) -> frozenset[int]:
        """Ids of the scopes in which `*.py` is written: loaders of plugins, as a rule."""
        return frozenset(
            id(scope)
            for node, scope in self.bindings.nodes
            if isinstance(node, ast.Constant) and node.value in _PYTHON_PATTERNS
        )

    def own(self, places: Iterable[str]) -> Iterator[Loaded]:
        """Those of some places that are Python files of the submission."""
        for place in places:
            path = inside(place)
            if path in self.paths.python:
                yield Loaded(path)

    def is_readable(self, place: str) -> bool:
        """Whether a place is a Python file of the submission."""
        return inside(place) in self.paths.python

    def is_folder(self, place: str) -> bool:
        """Whether a place is a folder of the submission with Python files in it."""
        return inside(place) in self.paths.packages

    def is_other_file(self, place: str) -> bool:
        """Whether a place is a file of the submission that is not Python, or within such a file."""
        path = inside(place)
        while path:
            if path in self.paths.files:
                return path not in self.paths.python
            path = posixpath.dirname(path)
        return False


def short(name: str) -> str:
    """A name as a reader knows it: `exec` for `builtins.exec`."""
    return name.removeprefix("builtins.")


def argument(call: ast.Call, place: int, *names: str) -> ast.expr | None:
    """An argument by its place or by one of its names."""
    for keyword in call.keywords:
        if keyword.arg in names:
            return keyword.value
    for number, each in enumerate(call.args):
        if number == place or isinstance(each, ast.Starred):
            return each
    return None


def _folders(paths: Iterable[str]) -> frozenset[str]:
    found = {""}
    for path in paths:
        folder = posixpath.dirname(path)
        while folder and folder not in found:
            found.add(folder)
            folder = posixpath.dirname(folder)
    return frozenset(found)
