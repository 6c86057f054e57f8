"""Edits of where Python looks for modules: `sys.path`, `__path__`, import hooks, `PYTHONPATH`.

A folder of the submission with Python files in it is ordinary. A file, a place that is written to
while the program runs, or a place that cannot be read off can hold code that nobody sees.
"""

from __future__ import annotations

import ast
import posixpath
from typing import TYPE_CHECKING

from runner.analyser.bindings import Value, any_of
from runner.analyser.submission import File, Root, Sign, argument
from runner.analyser.whereabouts import ROOT, inside, is_written_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analyser.bindings import Scope
    from runner.analyser.readings import Texts

HOOKS = frozenset({"sys.meta_path", "sys.path_hooks", "sys.path_importer_cache"})
"""Lists of what finds and loads modules. Programs have no business there."""

VARIABLES = frozenset({"PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "PYTHONUSERBASE"})
"""Environment variables from which a Python that is started takes code."""

NESTED = 4
"""Lists within lists, or added to lists, that are taken apart."""

_PATHS = frozenset({"sys.path", "__path__"})
_ADDS = {"insert": 1, "append": 0, "extend": 0, "__setitem__": 1, "__iadd__": 0}
_HARMLESS = frozenset({"clear", "copy", "index", "count", "remove", "pop"})
_PUTS = frozenset({"update", "setdefault", "__setitem__"})
_BASES = frozenset(
    {"Loader", "MetaPathFinder", "PathEntryFinder", "InspectLoader", "ExecutionLoader",
     "FileLoader", "SourceLoader", "ResourceLoader", "Finder", "PathFinder", "FileFinder",
     "SourceFileLoader", "SourcelessFileLoader", "ExtensionFileLoader", "BuiltinImporter"}
)  # fmt: skip


def path_edits(file: File) -> Iterator[Sign | Root]:
    """What a file does to the places where modules are looked for."""
    for node, scope in file.bindings.nodes:
        match node:
            case ast.Call():
                yield from _called(file, node, scope)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _assigned(file, target, value, scope)
            case ast.AugAssign(target=target, value=value):
                yield from _assigned(file, target, value, scope)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from _assigned(file, target, value, scope)
            case ast.For(target=target) | ast.AsyncFor(target=target):
                yield from _assigned(file, target, any_of(node.iter), scope)
            case _:
                yield from _declared(file, node, scope)


def _declared(file: File, node: ast.AST, scope: Scope) -> Iterator[Sign | Root]:
    match node:
        case ast.comprehension(target=target, iter=values):
            yield from _assigned(file, target, any_of(values), scope)
        case ast.withitem(optional_vars=ast.expr() as target, context_expr=value):
            yield from _assigned(file, target, value, scope)
        case ast.Attribute() | ast.Name(ctx=ast.Load()) | ast.Subscript():
            yield from _hooked(file, node, scope)
        case ast.ClassDef(bases=bases):
            yield from _derived(file, node, bases, scope)
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                yield from _variable(file, key, value, scope)
        case _:
            pass


def _called(file: File, call: ast.Call, scope: Scope) -> Iterator[Sign | Root]:
    names = file.names(call.func, scope)
    if "builtins.getattr" in names:
        yield from _hooked(file, call, scope)
    if "site.addsitedir" in names:
        yield from _added(file, call, argument(call, 0, "sitedir"), scope)
    if "site.addpackage" in names:
        yield _sign(call, "loader", "site.addpackage runs lines of a text file", unread=True)
    if "os.chdir" in names and (where := argument(call, 0, "path")) is not None:
        places = file.whereabouts.of(where, scope).found
        if any(map(is_written_to, places)):
            yield _sign(call, "import-path", "note: the working folder is changed", means=True)
    if "builtins.setattr" in names and len(call.args) == len(("of", "name", "value")):
        yield from _set(file, call, scope)
    for keyword in call.keywords:
        if keyword.arg in VARIABLES:
            yield from _variable(file, ast.Constant(value=keyword.arg), keyword.value, scope)
    yield from _method(file, call, scope)


def _method(file: File, call: ast.Call, scope: Scope) -> Iterator[Sign | Root]:
    """A method of a path, of `sys.modules` or of the environment."""
    for name in sorted(file.names(call.func, scope)):
        of, _, method = name.rpartition(".")
        if of in _PATHS and method in _ADDS:
            yield from _added(file, call, argument(call, _ADDS[method], "object"), scope)
        elif of in {"builtins.list", "operator"} and _is_path_first(file, call, scope):
            yield from _added(file, call, call.args[-1], scope)
        elif of == "sys.modules" and method in _PUTS and call.args:
            yield from _put(file, call, argument(call, 1, "default"), scope)
        elif of == "os.environ" or name == "os.putenv" or of.endswith("env"):
            yield from _variable(file, argument(call, 0), argument(call, 1), scope)


def _is_path_first(file: File, call: ast.Call, scope: Scope) -> bool:
    """`list.append(sys.path, place)` and `operator.iadd(sys.path, places)`."""
    return len(call.args) > 1 and _is_path(file, call.args[0], scope)


def _set(file: File, call: ast.Call, scope: Scope) -> Iterator[Sign | Root]:
    """`setattr(x, "name", value)` is an assignment."""
    of, attribute, value = call.args[:3]
    for name in file.reading.texts(attribute, scope).found:
        target = ast.Attribute(value=of, attr=name, lineno=call.lineno)
        yield from _assigned(file, target, value, scope)


def _assigned(file: File, target: ast.expr, value: ast.expr, scope: Scope) -> Iterator[Sign | Root]:
    match target:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for number, part in enumerate(parts):
                element = ast.Subscript(value=value, slice=ast.Constant(value=number))
                yield from _assigned(file, part, element, scope)
        case ast.Subscript(value=of, slice=key):
            names = file.names(of, scope)
            if names & _PATHS:
                yield from _added(file, target, value, scope)
            elif "sys.modules" in names:
                yield from _put(file, target, value, scope, key)
            else:
                yield from _variable(file, key, value, scope)
        case ast.Name(id="__path__"):
            yield from _added(file, target, value, scope)
        case ast.Attribute():
            yield from _attribute(file, target, value, scope)
        case _:
            pass


def _attribute(
    file: File, target: ast.Attribute, value: ast.expr, scope: Scope
) -> Iterator[Sign | Root]:
    names = file.names(target, scope)
    if target.attr == "__path__" or names & _PATHS:
        yield from _added(file, target, value, scope)
    elif "builtins.__import__" in names:
        summary = "another function is put in the place of Python's import"
        yield _sign(target, "loader", summary, means=True)
    elif target.attr == "__code__":
        summary = "the compiled code of a function is replaced"
        yield _sign(target, "loader", summary, unread=True)


def _added(file: File, at: ast.expr, value: ast.expr | None, scope: Scope) -> Iterator[Sign | Root]:
    """Judge every place that is put into a path."""
    if value is None:
        return
    places = [file.whereabouts.of(*each) for each in _parts(file, value, scope, 0)]
    for place in places:
        yield from _judged(file, at, place)


def _parts(
    file: File, node: ast.expr, scope: Scope, depth: int
) -> Iterator[tuple[ast.expr, Scope]]:
    """The single places in what is put into a path: lists taken apart, the path itself left out."""
    if depth > NESTED or _is_path(file, node, scope):
        return
    for value in file.bindings.values(node, scope).found or (Value(node, scope),):
        inner: list[tuple[ast.expr, Scope]] = []
        match value.node:
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                inner = [(part, value.scope) for part in parts]
            case ast.BinOp(left=left, right=right) if _is_list(file, value):
                inner = [(left, value.scope), (right, value.scope)]
            case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
                yield element, file.bindings.scope_of(element)
                continue
            case _:
                if not _is_path(file, value.node, value.scope):
                    yield value.node, value.scope
                continue
        for part, around in inner:
            yield from _parts(file, part, around, depth + 1)


def _is_path(file: File, node: ast.expr, scope: Scope) -> bool:
    """Whether an expression is a path as it was, or a part of it."""
    while isinstance(node, ast.Starred) or (
        isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)
    ):
        node = node.value
    return bool(file.names(node, scope) & {*_PATHS, "pkgutil.extend_path()", "sys.path.copy()"})


def _is_list(file: File, value: Value) -> bool:
    """Whether what is added up are lists and not texts."""
    sides = (value.node.left, value.node.right) if isinstance(value.node, ast.BinOp) else ()
    listed = ast.List | ast.Tuple | ast.ListComp
    return any(
        _is_path(file, side, value.scope)
        or any(
            isinstance(each.node, listed) for each in file.bindings.values(side, value.scope).found
        )
        for side in sides
    )


def _judged(file: File, at: ast.expr, places: Texts) -> Iterator[Sign | Root]:
    """A sign for what is no folder of the submission with Python files in it."""
    for place in sorted(places.found):
        path = inside(place)
        shown = path if path is not None else place
        if path in file.paths.packages:
            yield Root(path)
        elif file.is_other_file(place):
            summary = f"modules are looked for in the file {shown}, which is no Python file"
            yield _sign(at, "import-path", summary, unread=True, means=True)
        elif path is None and is_written_to(place):
            summary = f"modules are looked for in {shown}, which the running program writes to"
            yield _sign(at, "import-path", summary, unread=True, means=True)
        elif path is None or path in file.paths.folders:
            # Nothing of the submission is there, and nothing gets there later.
            where = "outside of the submission" if path is None else "which holds no Python file"
            yield _sign(at, "import-path", f"note: modules are looked for in {shown}, {where}")
        elif path not in file.paths.python:
            # What looks like a file may be one that the intake has left out.
            is_file = "." in posixpath.basename(path)
            start = "" if is_file else "note: "
            summary = f"{start}modules are looked for in {shown}, which is not there"
            yield _sign(at, "import-path", summary, means=is_file)
    if not places.whole:
        start = "note: " if file.is_test or places.found else ""
        summary = f"{start}modules are looked for in a place that cannot be read off"
        yield _sign(at, "import-path", summary, means=not start)


def _put(
    file: File, at: ast.expr, value: ast.expr | None, scope: Scope, key: ast.expr | None = None
) -> Iterator[Sign | Root]:
    """Something that is put into `sys.modules`."""
    names = file.names(value, scope) if value is not None else frozenset[str]()
    if names and names <= {"importlib.util.module_from_spec()"}:
        return  # how it was loaded is judged where its specification is made
    own = isinstance(key, ast.Name) and key.id == "__name__"
    start = "note: " if own or file.is_test else ""
    summary = f"{start}a module of the program's own making is put into sys.modules"
    yield _sign(at, "loader", summary, means=not own)


def _hooked(file: File, node: ast.expr, scope: Scope) -> Iterator[Sign]:
    for name in sorted(file.names(node, scope) & HOOKS):
        if name == "sys.path_importer_cache" and file.is_test:
            continue
        summary = f"{name} can run code that the analysis does not see"
        yield _sign(node, "loader", summary, means=True)


def _derived(
    file: File, node: ast.ClassDef, bases: list[ast.expr], scope: Scope
) -> Iterator[Sign | Root]:
    for base in bases:
        for name in sorted(file.names(base, scope)):
            module, _, last = name.rpartition(".")
            if module in {"importlib.abc", "importlib.machinery"} and last in _BASES:
                summary = f"{node.name}, an {name}, can load code that the analysis does not see"
                yield Sign(line=node.lineno, kind="loader", summary=summary, means=True)


def _variable(
    file: File, key: ast.expr | None, value: ast.expr | None, scope: Scope
) -> Iterator[Sign]:
    """An environment variable from which a Python that is started takes code."""
    if key is None or value is None:
        return
    for name in sorted(file.reading.texts(key, scope).found & VARIABLES):
        places = file.whereabouts.of(value, scope)
        single = {posixpath.join(ROOT, part) for place in places.found for part in place.split(":")}
        if name == "PYTHONPATH" and places.whole and all(map(file.is_folder, single)):
            continue
        others = any(map(file.is_other_file, single))
        start = "note: " if file.is_test and not others else ""
        summary = f"{start}{name} is set: a Python that is started takes code from there"
        yield _sign(value, "import-path", summary, unread=others, means=not start)


def _sign(
    at: ast.expr, kind: str, summary: str, *, unread: bool = False, means: bool = False
) -> Sign:
    return Sign(line=at.lineno, kind=kind, summary=summary, unread=unread, means=means)
