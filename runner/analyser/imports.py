"""What a Python file imports, by statements and by calls, and whether it has to succeed."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from runner.analyser.readings import GLOBALS
from runner.analyser.submission import File, argument, dotted_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analyser.bindings import Scope

MENTIONS = 2_000
"""Texts of one file that may name modules. More of them are a table of data."""

MENTION_CHARACTERS = 200

PREFIXES = 20
"""Beginnings of names of modules in one file. A loader of plugins has one."""

_BY_NAME = frozenset(
    {"importlib.import_module", "importlib.__import__", "builtins.__import__",
     "pkgutil.resolve_name", "pydoc.locate", "runpy.run_module", "importlib.reload"}
)  # fmt: skip
_BROAD = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_CIRCUMSTANCES = frozenset(
    {"version_info", "platform", "hexversion", "implementation", "find_spec", "name", "system"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One module that is imported. `module` is absolute; `names` are those of `from … import`.

    `optional` when the file is prepared for its absence, `at_start` when it is imported whenever
    the file is.
    """

    module: str
    line: int
    names: tuple[str, ...] = ()
    optional: bool = False
    at_start: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Imports:
    """All imports of a file.

    `prefixes` are beginnings of names of which the rest is not known, `opaque` the lines of
    imports of which nothing is. `mentions` are texts that may name a module or a file.
    """

    found: tuple[Import, ...]
    prefixes: frozenset[str]
    opaque: tuple[int, ...]
    mentions: frozenset[str]


def imports_of(file: File) -> Imports:
    """What a file imports. Imports for type checkers only are left out."""
    guarded = frozenset(_guarded_lines(file.tree))
    found = list(_statements(file))
    prefixes: set[str] = set()
    opaque: list[int] = []
    called: set[int] = set()
    for call, scope, names in file.calls:
        if names & _BY_NAME:
            called.add(id(call.func))
            named, prefix = _called(file, call, scope)
            optional = call.lineno in guarded
            found += (Import(module=each, line=call.lineno, optional=optional) for each in named)
            if prefix:
                prefixes.add(prefix)
            elif not named:
                opaque.append(call.lineno)
    for node, scope in file.bindings.nodes:
        # Handed on: `map(import_module, names)`.
        if isinstance(node, ast.Attribute | ast.Name) and id(node) not in called:
            opaque += [node.lineno] * bool(_loads(node) and file.names(node, scope) & _BY_NAME)
    return Imports(
        found=tuple(found),
        prefixes=frozenset(sorted(prefixes)[:PREFIXES]),
        opaque=tuple(opaque),
        mentions=frozenset(_mentions(file)),
    )


def _loads(node: ast.Attribute | ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def merged(imports: Imports, inner: Imports, line: int) -> Imports:
    """The imports of a file with those of a text that it runs in a line."""
    return Imports(
        found=imports.found + tuple(replace(each, line=line) for each in inner.found),
        prefixes=imports.prefixes | inner.prefixes,
        opaque=imports.opaque + (line,) * bool(inner.opaque),
        mentions=imports.mentions | inner.mentions,
    )


def _called(file: File, call: ast.Call, scope: Scope) -> tuple[list[str], str]:
    """The modules that a call imports, or how their names begin."""
    what = argument(call, 0, "name", "mod_name")
    if what is None:
        return [], ""
    package = argument(call, 1, "package")
    texts = file.reading.texts(what, scope)
    base = next(iter(file.reading.texts(package, scope).found), "") if package else ""
    named = [_absolute(text, base or _package(file.path)) for text in sorted(texts.found)]
    if named:
        return [each.partition(":")[0] for each in named], ""
    return [], _beginning(file, what, scope)


def _beginning(file: File, node: ast.expr, scope: Scope) -> str:
    """The known start of a text of which the rest is not known."""
    for value in file.bindings.values(node, scope).found:
        match value.node:
            case ast.JoinedStr(values=[first, *_]) | ast.BinOp(left=first, op=ast.Add()):
                return next(iter(file.reading.texts(first, value.scope).found), "")
            case _:
                pass
    return ""


def _absolute(name: str, package: str) -> str:
    """A name with leading dots as seen from a package; empty when that leads out of the root."""
    level = len(name) - len(name.lstrip("."))
    if not level:
        return name
    parts = package.split(".") if package else []
    if level - 1 > len(parts) or not parts:
        return name
    base = parts[: len(parts) - level + 1]
    return ".".join((*base, *filter(None, [name.lstrip(".")])))


def _package(path: str) -> str:
    name = dotted_name(path)
    return name if path.endswith("__init__.py") else name.rpartition(".")[0]


def _statements(file: File) -> Iterator[Import]:
    waiting: list[tuple[ast.stmt, bool, bool]] = [
        (node, True, False) for node in reversed(file.tree.body)
    ]
    while waiting:
        node, start, optional = waiting.pop()
        match node:
            case ast.Import(names=names):
                for one in names:
                    yield Import(
                        module=one.name, line=node.lineno, optional=optional, at_start=start
                    )
            case ast.ImportFrom():
                dotted = "." * node.level + (node.module or "")
                yield Import(
                    module=_absolute(dotted, _package(file.path)),
                    line=node.lineno,
                    names=tuple(one.name for one in node.names),
                    optional=optional,
                    at_start=start,
                )
            case _:
                waiting += _inner(node, start=start, optional=optional)


def _inner(node: ast.stmt, *, start: bool, optional: bool) -> list[tuple[ast.stmt, bool, bool]]:
    """Statements within one, each with whether it runs at the start and whether it may fail."""
    inner: list[tuple[ast.stmt, bool, bool]] = []
    match node:
        case ast.If():
            inner += _branches(node, start=start, optional=optional)
        case ast.Try() | ast.TryStar():
            guard = any(_catches(handler.type) for handler in node.handlers)
            inner += [(each, start, optional or guard) for each in (*node.body, *node.orelse)]
            caught = [each for handler in node.handlers for each in handler.body]
            inner += [(each, start and guard, True) for each in caught]
            inner += [(each, start, optional) for each in node.finalbody]
        case ast.With() | ast.AsyncWith():
            guard = any(_suppresses(item.context_expr) for item in node.items)
            inner += [(each, start, optional or guard) for each in node.body]
        case ast.ClassDef(body=body):
            inner += [(each, start, optional) for each in body]
        case _:
            inner += [(each, False, optional) for each in _statements_in(node)]
    return inner


def _statements_in(node: ast.AST) -> Iterator[ast.stmt]:
    """Statements of functions, loops and cases, which may run or not."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.match_case):
            yield from child.body


def _branches(
    node: ast.If, *, start: bool, optional: bool
) -> Iterator[tuple[ast.stmt, bool, bool]]:
    words = {getattr(each, "id", getattr(each, "attr", "")) for each in ast.walk(node.test)}
    if "TYPE_CHECKING" not in words:
        optional = optional or bool(words & _CIRCUMSTANCES)
        yield from ((each, False, optional) for each in node.body)
    elif isinstance(node.test, ast.UnaryOp):  # `if not TYPE_CHECKING`
        yield from ((each, start, optional) for each in node.body)
        return
    at_start = start and "TYPE_CHECKING" in words
    yield from ((each, at_start, optional) for each in node.orelse)


def _catches(kind: ast.expr | None) -> bool:
    if kind is None:
        return True
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(getattr(each, "id", getattr(each, "attr", "")) in _BROAD for each in kinds)


def _suppresses(context: ast.expr) -> bool:
    if not isinstance(context, ast.Call):
        return False
    name = getattr(context.func, "id", getattr(context.func, "attr", ""))
    return name in {"suppress", "raises", "importorskip"} and any(map(_catches, context.args))


def _guarded_lines(tree: ast.Module) -> Iterator[int]:
    """Lines in `try` blocks that catch a failing import."""
    for node in ast.walk(tree):
        guard = isinstance(node, ast.Try) and any(_catches(each.type) for each in node.handlers)
        if isinstance(node, ast.Try) and guard:
            for statement in node.body:
                yield from range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)


def _mentions(file: File) -> Iterator[str]:
    left = MENTIONS
    for node, _ in file.bindings.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and left:
            text = node.value
            if len(text) <= MENTION_CHARACTERS and ("." in text or text.isidentifier()):
                left -= 1
                yield text


def namespace_of(file: File) -> frozenset[str] | None:
    """Names that a module has, or None when they cannot be read off."""
    module = file.bindings.module
    names = {*module.values, *module.open}
    calls = {name for _, _, found in file.calls for name in found}
    dynamic = {"__getattr__", "*"} & names or calls & {GLOBALS, "builtins.setattr", "builtins.exec"}
    return None if dynamic or "__path__" in names else frozenset(names)
