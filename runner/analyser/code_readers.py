"""Tests that look at the code itself: its text, its syntax, its compiled form, its file.

Such tests notice every change of the code, whatever it changes. They are noted and no more: a
reader decides, and changes without a meaning show whether such tests can be believed.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from runner.analyser.submission import PYTHON, File, Sign
from runner.analyser.tally import NOTE
from runner.analyser.whereabouts import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analyser.bindings import Scope

_READS = re.compile(
    r"^(inspect\.(getsource|getsourcelines|getsourcefile|getcomments|findsource|getblock)"
    r"|ast\.parse|(tokenize|dis|linecache|symtable|py_compile|compileall|opcode)\.\w+"
    r"|importlib\.util\.(cache_from_source|source_from_cache|source_hash)"
    r"|(marshal|cloudpickle|dill)\.(dump|dumps|load|loads)|sys\.(_getframe|settrace|setprofile)"
    r"|gc\.get_referents|sys\.monitoring\.\w+|threading\.(settrace|setprofile)|trace\.Trace)$"
)
"""Functions of libraries that give code, or say which lines of it run."""

_CODE = re.compile(r"(^|\.)(__code__|co_\w+|f_code|gi_code|cr_code|ag_code|func_code)(\.|$)")
_LOADER = re.compile(
    r"(^|\.)(__loader__|__spec__\.loader|loader)(\.(get_code|get_source|get_data|source_to_code))?$"
)
_OF_LOADER = frozenset({"get_code", "get_source", "get_data", "source_to_code"})
_OPENS = frozenset({"builtins.open", "io.open", "codecs.open", "os.open", "tokenize.open"})
_OF_FILE = frozenset(
    {"os.stat", "os.lstat", "os.path.getsize", "os.path.getmtime", "filecmp.cmp", "shutil.copy"}
)
_METHODS = frozenset({"read_text", "read_bytes", "open", "stat", "lstat"})
_FOLDERS = frozenset({"os.walk", "os.listdir", "os.scandir", "shutil.copytree"})
_SEARCHES = frozenset({"glob", "rglob", "iglob"})


def code_readers(file: File) -> Iterator[Sign]:
    """Where a test file reads code."""
    whole = {id(of.value): of for of, _ in file.bindings.nodes if isinstance(of, ast.Attribute)}
    for node, scope in file.bindings.nodes:
        match node:
            case ast.Call():
                yield from _called(file, node, scope)
            case ast.Attribute() | ast.Name(ctx=ast.Load()):
                # `f.__code__` of `f.__code__.co_consts` is noted once, as the whole.
                around = whole.get(id(node))
                if around is None or not any(_named(file, around, scope)):
                    yield from _named(file, node, scope)
            case _:
                pass


def _named(file: File, node: ast.expr, scope: Scope) -> Iterator[Sign]:
    for name in sorted(file.names(node, scope)):
        whole = not isinstance(node, ast.Attribute) or node.attr in _OF_LOADER
        loader = whole and _LOADER.search(name)
        if _READS.search(name) or _CODE.search(name) or loader:
            yield _sign(node, f"{name.lstrip('?.')} gives code")
            return


def _called(file: File, call: ast.Call, scope: Scope) -> Iterator[Sign]:
    names = file.names(call.func, scope)
    if names & {"builtins.getattr", "operator.attrgetter()"}:
        yield from _named(file, call, scope)
    path: ast.expr | None = None
    if names & (_OPENS | _OF_FILE) and call.args:
        path = call.args[0]
    elif isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS:
        path = call.func.value
    if path is not None and _is_code(file, path, scope):
        yield _sign(call, "a Python file is read")
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if _searches(file, call, scope):
        yield _sign(call, "Python files are searched for")
    if method in _OF_LOADER and call.args:
        # Some clients have such a method too; those do not take the name of a module.
        modules = file.reading.texts(call.args[0], scope).found & file.paths.modules.keys()
        if modules:
            yield _sign(call, f"{method} gives the code of {min(modules)}")


def _searches(file: File, call: ast.Call, scope: Scope) -> bool:
    """Whether a call goes through Python files, or through a folder of the program."""
    names = file.names(call.func, scope)
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if call.args and (method in _SEARCHES or names & {"glob.glob", "glob.iglob"}):
        patterns = file.reading.texts(call.args[-1], scope).found
        return any(pattern.endswith(PYTHON) for pattern in patterns)
    folder = call.args[0] if names & _FOLDERS and call.args else None
    if method == "iterdir" and isinstance(call.func, ast.Attribute):
        folder = call.func.value
    if folder is None:
        return False
    places = map(inside, file.whereabouts.of(folder, scope).found)
    program = file.paths.packages - {""}
    return any(path in program and "tests" not in path.split("/") for path in places if path)


def _is_code(file: File, path: ast.expr, scope: Scope) -> bool:
    """Whether a path is that of a Python file, or of whatever a module was loaded from."""
    places = file.whereabouts.of(path, scope).found
    if any(place.endswith((PYTHON, ".pyc")) and inside(place) != file.path for place in places):
        return True
    values = file.bindings.values(path, scope).found
    return any(_is_origin(file, value.node, value.scope) for value in values)


def _is_origin(file: File, node: ast.expr, scope: Scope) -> bool:
    """`module.__file__`, as it is or as a path."""
    match node:
        case ast.Attribute(attr="__file__" | "__cached__" | "origin" | "cached" | "co_filename"):
            return True
        case ast.Call(func=ast.Attribute(attr="resolve" | "absolute", value=inner)):
            pass
        case ast.Call(args=[inner]) if file.names(node.func, scope) & {
            "pathlib.Path",
            "builtins.str",
            "os.path.abspath",
            "os.path.realpath",
            "os.fspath",
        }:
            pass
        case ast.Call():
            return "inspect.getfile" in file.names(node.func, scope)
        case _:
            return False
    values = file.bindings.values(inner, scope).found
    return any(_is_origin(file, value.node, value.scope) for value in values)


def _sign(node: ast.expr, what: str) -> Sign:
    summary = f"{NOTE}{what} in a test: it can judge the text of code, not what it does"
    return Sign(line=node.lineno, kind="test-reads-code", summary=summary)
