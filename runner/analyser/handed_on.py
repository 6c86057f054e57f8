"""What runs code, handed on in place of being called, and ways to get at it without its name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from runner.analyser.foreign_code import LOADS_FILE, PACKED
from runner.analyser.submission import File, Sign, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analyser.bindings import Scope

_RUNS = frozenset({"builtins.exec", "builtins.compile", *PACKED, *LOADS_FILE} - {"types.CodeType"})
_INTERPRETERS = frozenset(
    {"code.InteractiveInterpreter", "code.InteractiveConsole", "bdb.Bdb", "codeop.Compile"}
)
_EVALUATES = "builtins.eval"
_INTERNAL = ("_imp", "_ctypes", "_frozen_importlib", "importlib._bootstrap")
_AS_A_WHOLE = "Python's own functions are handed on as a whole"
_SEARCHES = frozenset(f"builtins.__dict__.{name}" for name in ("items", "values", "copy"))
_TAKES_PART = frozenset(f"builtins.{name}" for name in ("getattr", "hasattr", "vars", "dir"))
_WHOLE = frozenset({"builtins", "builtins.__dict__"})
_PATH_METHODS = frozenset(f"sys.path.{name}" for name in ("append", "insert", "extend"))
_BASES = ("__base__", "__bases__", "__mro__", "builtins.object.")


def handed_on(file: File) -> Iterator[Sign]:
    """Every place where a file hands on what runs code, or looks for it by the back door."""
    called = {id(call.func) for call, _, _ in file.calls}
    looked_into = _looked_into(file)
    for node, scope in file.bindings.nodes:
        match node:
            case ast.Import(names=names):
                yield from _internal(node, [one.name for one in names])
            case ast.ImportFrom(module=str(module)):
                yield from _internal(node, [module])
            case ast.Name(ctx=ast.Load()) if scope.home(node.id) is None:
                yield from _mentioned(file, node, scope, called=id(node) in called)
            case ast.Attribute(ctx=ast.Load()):
                yield from _mentioned(file, node, scope, called=id(node) in called)
            case ast.Subscript(slice=ast.Constant(value="__builtins__")):
                yield _sign(node, "Python's own functions are taken out of a namespace")
            case _:
                pass
        if isinstance(node, ast.Name | ast.Attribute | ast.Call) and id(node) not in looked_into:
            yield from _whole(file, node, scope)


def _looked_into(file: File) -> set[int]:
    """What only one named part is taken of, or what is called or bound: judged there."""
    found: set[int] = set()
    for node, scope in file.bindings.nodes:
        match node:
            case ast.Attribute(value=of) | ast.Subscript(value=of):
                found.add(id(of))
            case ast.Call(func=function, args=[of, *_]):
                found.add(id(function))
                if file.names(function, scope) & _TAKES_PART:
                    found.add(id(of))
            case ast.Call(func=function):
                found.add(id(function))
            case _:
                pass
    return found


def _whole(file: File, node: ast.expr, scope: Scope) -> Iterator[Sign]:
    """All of Python's own functions at once, to be searched for the one that runs code."""
    if file.names(node, scope) & _WHOLE and not file.is_test:
        yield _sign(node, _AS_A_WHOLE, unread=True)


def _internal(node: ast.stmt, modules: list[str]) -> Iterator[Sign]:
    for module in modules:
        if module.startswith(_INTERNAL):
            summary = f"{module} is the machinery of Python's import"
            yield Sign(line=node.lineno, kind="loader", summary=summary, means=True)


def _mentioned(
    file: File, node: ast.Name | ast.Attribute, scope: Scope, *, called: bool
) -> Iterator[Sign]:
    for name in sorted(file.names(node, scope)):
        if name.endswith(".__subclasses__") and any(base in name for base in _BASES):
            yield _sign(node, "all classes of Python are searched")
        elif name in _SEARCHES:
            yield _sign(node, _AS_A_WHOLE, unread=True)
        elif called:
            continue  # judged as a call
        elif name in _RUNS:
            yield _sign(node, f"{short(name)} is handed on to run code unseen", unread=True)
        elif name in _INTERPRETERS:
            yield _sign(node, f"{name} can run code that the analysis does not see")
        elif name == _EVALUATES:
            yield _sign(node, "eval is handed on: it can run code that the analysis does not see")
        elif name in _PATH_METHODS:
            yield _sign(node, f"{name} is handed on", means=True)


def _sign(node: ast.expr, summary: str, *, unread: bool = False, means: bool = False) -> Sign:
    return Sign(line=node.lineno, kind="loader", summary=summary, unread=unread, means=means)
