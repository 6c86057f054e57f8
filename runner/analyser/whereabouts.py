"""Which place in the file system an expression names, as far as that can be read off.

Places are absolute: what a subject sees as `/src` is the submission. So `Path(__file__).parent`
and `"/src/app"` in the code of a submission are the same place.
"""

from __future__ import annotations

import ast
import posixpath
from itertools import product
from typing import TYPE_CHECKING

from runner.analyser.answers import Answers
from runner.analyser.readings import (
    MOST_TEXTS,
    NO_TEXTS,
    TEXT_CHARACTERS,
    Reading,
    Texts,
    changed,
    combined,
    formatted,
    joined,
    just,
    number_of,
    sliced,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from runner.analyser.bindings import Scope, Value

ROOT = "/src"
"""Where a submission lies for its own processes, and the folder that they are started in."""

TEMPORARY = "/tmp/temporary"  # noqa: S108 - a name for what `tempfile` would make

_WRITTEN = ("/tmp", "/var/tmp", "/dev", "/proc", "/run", "/data", "/out", "/in", "/given")  # noqa: S108
"""Places that a running subject writes to, or that others fill for it."""

DEEP = 20
"""Folders within folders; the intake takes no deeper ones."""

_MODULES = frozenset({"os.path", "posixpath", "os", "pathlib", "builtins", "ntpath"})
_PATHS = frozenset({"Path", "PurePath", "PosixPath", "PurePosixPath", "join"})
_SAME = frozenset(
    {"abspath", "realpath", "normpath", "expanduser", "expandvars", "normcase", "fspath", "str"}
)
_METHODS = frozenset({"resolve", "absolute", "expanduser", "as_posix", "__str__", "__fspath__"})


def inside(place: str) -> str | None:
    """The path within the submission, empty for its root; None for a place outside of it."""
    if place == ROOT:
        return ""
    return place.removeprefix(f"{ROOT}/") if place.startswith(f"{ROOT}/") else None


def is_written_to(place: str) -> bool:
    """Whether a running program may write to a place, or gets it from somebody else."""
    return any(place == each or place.startswith(f"{each}/") for each in _WRITTEN)


class Whereabouts:
    """Reads the places that the expressions of one file name."""

    def __init__(self, reading: Reading, path: str, modules: Mapping[str, str]) -> None:
        """`path` is that of the file, `modules` the path of each module of the submission."""
        self._reading = reading
        self._path = path
        self.modules = modules
        self._answers = Answers(reading.bindings.patience, NO_TEXTS)

    def of(self, node: ast.expr, scope: Scope) -> Texts:
        """The places that an expression may name."""
        return changed(self._raw(node, scope), _absolute)

    def _raw(self, node: ast.expr, scope: Scope) -> Texts:
        """As `of`, with relative paths as they are written."""
        return self._answers.about(node, lambda: self._all(node, scope))

    def _all(self, node: ast.expr, scope: Scope) -> Texts:
        values = self._reading.bindings.values(node, scope)
        return joined(values, [self._place(value) for value in values.found])

    def _place(self, value: Value) -> Texts:
        node, scope = value.node, value.scope
        places = NO_TEXTS
        match node:
            case ast.Name(id="__file__" | "__path__" as name):
                path = self._path if name == "__file__" else posixpath.dirname(self._path)
                places = just(f"{ROOT}/{path}")
            case ast.Attribute():
                places = self._attribute(node, scope)
            case ast.Subscript(value=of, slice=ast.Slice() as part):
                places = sliced(self._raw(of, scope), part)
            case ast.Subscript(value=of, slice=place):
                places = self._item(of, place, scope)
            case ast.BinOp():
                places = self._operated(node, scope)
            case ast.JoinedStr(values=pieces):
                places = combined([self._raw(piece, scope) for piece in pieces])
            case ast.FormattedValue(value=inner):
                places = self._raw(inner, scope)
            case ast.Call():
                places = self._called(node, scope)
            case _:
                places = self._reading.texts(node, scope)
        return places

    def _operated(self, node: ast.BinOp, scope: Scope) -> Texts:
        """`folder / name`, `folder + "/name"`, `"%s/name" % folder`."""
        match node.op:
            case ast.Div():
                return self._joined((node.left, node.right), scope)
            case ast.Add():
                return combined([self._raw(node.left, scope), self._raw(node.right, scope)])
            case ast.Mod():
                gaps = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
                filled = [self._raw(gap, scope) for gap in gaps]
                return formatted(self._reading.texts(node.left, scope), "%s", filled)
            case _:
                return NO_TEXTS

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Texts:
        names = self._reading.names(node, scope)
        places = NO_TEXTS
        if node.attr == "parent":
            places = changed(self._raw(node.value, scope), _dirname)
        elif names & {"os.curdir", "os.path.curdir"}:
            places = just(".")
        elif names & {"os.pardir", "os.path.pardir"}:
            places = just("..")
        elif "__spec__.origin" in names:
            places = just(f"{ROOT}/{self._path}")
        elif node.attr == "__file__":
            modules = self._reading.names(node.value, scope) & self.modules.keys()
            found = frozenset(f"{ROOT}/{self.modules[name]}" for name in modules)
            places = Texts(found, bool(found))
        return places

    def _item(self, of: ast.expr, place: ast.expr, scope: Scope) -> Texts:
        number = number_of(place)
        places = NO_TEXTS
        match of:
            case ast.Attribute(attr="parents", value=path) if number is not None:
                places = self._raw(path, scope)
                for _ in range(min(number + 1, DEEP)):
                    places = changed(places, _dirname)
            case ast.Name(id="__path__"):
                places = self._raw(of, scope)
            case _ if number == 0 and "sys.path" in self._reading.names(of, scope):
                places = just(ROOT)
            case ast.Call(args=[path]) if number == 0 and self._named(of.func, scope) == "split":
                places = changed(self._raw(path, scope), _dirname)
            case _:
                pass
        return places

    def _joined(self, parts: Sequence[ast.expr], scope: Scope) -> Texts:
        found = just(".")
        for part in parts:
            found = _beside(found, self._raw(part, scope), posixpath.join)
        return found

    def _named(self, function: ast.expr, scope: Scope) -> str:
        """The last part of the name of a function of the standard library for paths."""
        for name in self._reading.names(function, scope):
            module, _, last = name.rpartition(".")
            if module in _MODULES:
                return last
        return ""

    def _called(self, call: ast.Call, scope: Scope) -> Texts:
        names = self._reading.names(call.func, scope)
        name = self._named(call.func, scope)
        places = NO_TEXTS
        if names & {"os.getcwd", "pathlib.Path.cwd"}:
            places = just(ROOT)
        elif "pathlib.Path.home" in names or any(one.startswith("tempfile.") for one in names):
            places = just(TEMPORARY)
        elif "importlib.resources.files" in names and call.args:
            places = self._package(call.args[0], scope)
        elif name in _PATHS:
            places = self._joined(call.args, scope)
        elif name in _SAME and call.args:
            places = changed(self._raw(call.args[0], scope), _absolute)
        elif name == "dirname" and call.args:
            places = changed(self._raw(call.args[0], scope), _dirname)
        else:
            places = self._method(call, scope)
        return places

    def _package(self, package: ast.expr, scope: Scope) -> Texts:
        texts = self._reading.texts(package, scope)
        named = (texts.found or self._reading.names(package, scope)) & self.modules.keys()
        found = frozenset(f"{ROOT}/{posixpath.dirname(self.modules[name])}" for name in named)
        return Texts(found, texts.whole and bool(found))

    def _method(self, call: ast.Call, scope: Scope) -> Texts:
        """A path that a method makes of another one, or what else a text says."""
        places = NO_TEXTS
        match call:
            case ast.Call(func=ast.Attribute(attr=method, value=of)) if method in _METHODS:
                places = changed(self._raw(of, scope), _absolute)
            case ast.Call(func=ast.Attribute(attr="joinpath", value=of), args=parts):
                places = self._joined((of, *parts), scope)
            case ast.Call(func=ast.Attribute(attr="format", value=form), args=gaps):
                filled = [self._raw(gap, scope) for gap in gaps]
                places = formatted(self._reading.texts(form, scope), "{}", filled)
            case ast.Call(func=ast.Attribute(attr="with_name", value=of), args=[name]):
                folder = changed(self._raw(of, scope), _dirname)
                places = _beside(folder, self._raw(name, scope), posixpath.join)
            case ast.Call(func=ast.Attribute(attr="with_suffix", value=of), args=[ending]):
                stem = changed(self._raw(of, scope), lambda path: posixpath.splitext(path)[0])
                places = _beside(stem, self._raw(ending, scope), lambda path, end: path + end)
            case ast.Call(func=ast.Attribute(attr="replace", value=of), args=[old, new]):
                olds, news = self._raw(old, scope), self._raw(new, scope)
                for before, after in sorted(product(olds.found, news.found))[:1]:
                    of_all = self._raw(of, scope)
                    places = changed(of_all, lambda path: path.replace(before, after))  # noqa: B023
            case _:
                places = self._reading.texts(call, scope)
        return places


def _beside(first: Texts, second: Texts, join: Callable[[str, str], str]) -> Texts:
    if len(first.found) * len(second.found) > MOST_TEXTS:
        return NO_TEXTS
    ways = {join(a, b)[:TEXT_CHARACTERS] for a in first.found for b in second.found}
    return Texts(frozenset(ways), first.whole and second.whole)


def _absolute(path: str) -> str:
    # `~` is the home: a place of the running program's own.
    path = f"{TEMPORARY}/{path[1:].lstrip('/')}" if path.startswith("~") else path
    return posixpath.normpath("/" + posixpath.join(ROOT, path).lstrip("/"))


def _dirname(path: str) -> str:
    return posixpath.dirname(_absolute(path))
