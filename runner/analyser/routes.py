"""Which function answers which route, read off the syntax, to point a reader at the code.

Best effort: routers, prefixes and includes are followed where they are names and constants.
A wrong or missing answer costs nobody points.

A router is known by its module and name. Every `include_router`, `register_blueprint`,
`mount` or `Mount` hangs one router under a prefix of another; a route's full path is the
prefixes from the top down.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from runner.analyser import limits
from runner.analyser.collect import cut, place
from runner.analyser.document import Route
from runner.analyser.functions import Definition
from runner.analyser.names import dotted, keyword, text_constants, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_ROUTERS = frozenset({"APIRouter", "Blueprint", "FastAPI", "Flask", "Router", "Starlette", "Quart"})
_INCLUDES = frozenset({"include_router", "register_blueprint", "mount"})
_PREFIXES = ("prefix", "url_prefix", "path")
_CHAIN_LIMIT = 8
_WAYS = 64
"""Prefixes under which one router is looked for: with eight parents each they would be millions."""


Key = tuple[str, str]
"""Module and name of a router."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One handler with the path that its own decorator or entry states."""

    router: Key | None
    methods: tuple[str, ...]
    path: str
    file: str
    line: int
    name: str


@dataclass(slots=True)
class FileRoutes:
    """What one file says about routes."""

    found: list[Found] = field(default_factory=list)
    prefixes: dict[Key, str] = field(default_factory=dict)
    parents: list[tuple[Key, Key, str]] = field(default_factory=list)
    """(child, parent, prefix) for every include."""


def routes_of(tree: ast.Module, path: str, module: str) -> FileRoutes:
    """Handlers, routers and includes of one file; `module` is its dotted name."""
    scan = _Scan(path=path, module=module, imports=imports_of(tree, module, path))
    scan.known = text_constants(tree)
    scan.resources = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    scan.functions = {
        node.name: node.lineno for node in ast.walk(tree) if isinstance(node, Definition)
    }
    scan.visit(tree)
    return scan.result


def imports_of(tree: ast.Module, module: str, path: str) -> dict[str, str]:
    """Local name → dotted name of what it was imported from, relative imports resolved."""
    package = module if path.endswith("/__init__.py") else module.rpartition(".")[0]
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".") if package else []
                parts = parts[: len(parts) - node.level + 1]
                base = ".".join([*parts, *filter(None, [node.module])])
            for alias in node.names:
                found[alias.asname or alias.name] = f"{base}.{alias.name}".lstrip(".")
    return found


class _Scan(ast.NodeVisitor):
    """Collects the routes of one file."""

    def __init__(self, *, path: str, module: str, imports: Mapping[str, str]) -> None:
        self.path = path
        self.module = module
        self.imports = imports
        self.known: dict[str, str] = {}
        self.resources: dict[str, ast.ClassDef] = {}
        self.functions: dict[str, int] = {}
        self.result = FileRoutes()
        self.class_path: list[str] = [""]

    def key(self, node: ast.AST) -> Key | None:
        """The router that an expression names."""
        name = dotted(node)
        head, _, rest = name.partition(".")
        if not name or head == "self":
            return (self.module, rest or name) if name else None
        if head not in self.imports:
            return self.module, name
        owner, _, last = f"{self.imports[head]}.{rest}".rstrip(".").rpartition(".")
        return owner, last

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """A controller class may give its methods a common path."""
        paths = (
            text_of(part.value, self.known)
            for part in node.body
            if isinstance(part, ast.Assign) and any(dotted(each) == "path" for each in part.targets)
        )
        self.class_path.append(next(filter(None, paths), ""))
        self.generic_visit(node)
        self.class_path.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """A handler under a route decorator."""
        self.handler(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        """A handler under a route decorator."""
        self.handler(node)

    def handler(self, node: Definition) -> None:
        """Record every route decorator of a function, then look inside it."""
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call):
                self.decorated(node, decorator)
        self.generic_visit(node)

    def decorated(self, node: Definition, call: ast.Call) -> None:
        """Record one decorator when it is a route."""
        owner, _, verb = dotted(call.func).rpartition(".")
        bare = not owner and self.imports.get(verb, "").startswith("litestar.")
        if not (owner or bare) or (verb not in VERBS and verb not in {"route", "api_route"}):
            return
        path = self.path_of(call)
        if path is None:
            return
        router = self.key(call.func.value) if isinstance(call.func, ast.Attribute) else None
        methods = (verb.upper(),) if verb in VERBS else self.methods(call)
        self.add(router, methods, _join(self.class_path[-1], path), node.lineno, node.name)

    def path_of(self, call: ast.Call) -> str | None:
        """The path argument; a call without any stands for the root."""
        node = call.args[0] if call.args else keyword(call, "path", "rule")
        return "" if node is None else text_of(node, self.known)

    def methods(self, call: ast.Call) -> tuple[str, ...]:
        """The methods of a generic route, GET when it names none."""
        node = keyword(call, "methods")
        if not isinstance(node, ast.List | ast.Tuple | ast.Set):
            return ("GET",)
        texts = (text_of(each, self.known) for each in node.elts)
        return tuple(text.upper() for text in texts if text)

    def add(
        self, router: Key | None, methods: tuple[str, ...], path: str, line: int, name: str
    ) -> None:
        """Record one handler."""
        self.result.found.append(
            Found(router=router, methods=methods, path=path, file=self.path, line=line, name=name)
        )

    def visit_Assign(self, node: ast.Assign) -> None:
        """`router = APIRouter(prefix="/orders")`."""
        for target in node.targets:
            self.assigned(target, node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """`router: APIRouter = APIRouter(prefix="/orders")`."""
        self.assigned(node.target, node.value)
        self.generic_visit(node)

    def assigned(self, target: ast.expr, value: ast.expr | None) -> None:
        """Record the prefix of a router that is given a name."""
        if isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] in _ROUTERS:
            key = self.key(target)
            prefix = text_of(keyword(value, "prefix", "url_prefix"), self.known)
            if key and prefix:
                self.result.prefixes[key] = prefix

    def visit_Call(self, node: ast.Call) -> None:
        """Includes, and the frameworks that register handlers by a call."""
        name = dotted(node.func).rpartition(".")[2]
        if name in _INCLUDES and isinstance(node.func, ast.Attribute):
            self.included(node, self.key(node.func.value))
        elif name == "Mount" and node.args:
            self.mounted(node)
            return  # its routes are visited with the prefix
        elif name in {"add_route", "add_api_route", "add_url_rule", "Route"}:
            self.registered(node, name)
        self.generic_visit(node)

    def included(self, node: ast.Call, parent: Key | None) -> None:
        """`app.include_router(orders.router, prefix="/api")`, `app.mount("/api", sub)`."""
        texts = [text_of(each, self.known) for each in node.args]
        prefix = text_of(keyword(node, *_PREFIXES), self.known)
        prefix = prefix or next(filter(None, texts), "")
        for argument, text in zip(node.args, texts, strict=True):
            child = self.key(argument) if text is None else None
            if child and parent:
                self.result.parents.append((child, parent, prefix))

    def mounted(self, node: ast.Call) -> None:
        """`Mount("/orders", routes=[Route(…)])`: its entries are read under the prefix."""
        prefix = text_of(node.args[0], self.known) or ""
        self.class_path.append(_join(self.class_path[-1], prefix))
        for child in (*node.args[1:], *(each.value for each in node.keywords)):
            self.visit(child)
        self.class_path.pop()

    def registered(self, node: ast.Call, name: str) -> None:
        """`Route("/x", handler)`, `app.add_route("/x", Resource())`, `add_url_rule`."""
        path = self.path_of(node)
        target = next(
            (each for each in node.args[1:] if text_of(each, self.known) is None),
            keyword(node, "endpoint", "view_func", "resource"),
        )
        if path is None or target is None:
            return
        handler = dotted(target.func if isinstance(target, ast.Call) else target)
        path = _join(self.class_path[-1], path)
        resource = self.resources.get(handler)
        if name == "add_route" and resource is not None:
            self.resource(resource, path)
            return
        last = handler.rpartition(".")[2]
        self.add(None, self.methods(node), path, self.functions.get(last, node.lineno), last)

    def resource(self, resource: ast.ClassDef, path: str) -> None:
        """A class that answers methods with `on_get`, `on_post` and so on."""
        for part in resource.body:
            if isinstance(part, Definition) and part.name.removeprefix("on_") in VERBS:
                method = part.name.removeprefix("on_").upper()
                self.add(None, (method,), path, part.lineno, f"{resource.name}.{part.name}")


def routes(files: Iterable[FileRoutes]) -> tuple[Route, ...]:
    """All handlers with their full paths, in order of file and line."""
    scanned = list(files)
    prefixes = {key: prefix for each in scanned for key, prefix in each.prefixes.items()}
    parents: dict[Key, list[tuple[Key, str]]] = {}
    for each in scanned:
        for child, parent, prefix in each.parents:
            parents.setdefault(child, []).append((parent, prefix))
    collected = (
        Route(
            method=cut(method, limits.NAME_BYTES),
            path=cut(_join(prefix, found.path) or "/"),
            place=place(found.file, found.line, found.name),
        )
        for each in scanned
        for found in each.found
        for prefix in islice(_prefixes(found.router, prefixes, parents, _CHAIN_LIMIT), _WAYS)
        for method in found.methods
    )
    return tuple(
        sorted(
            {*islice(collected, limits.ROUTES)},
            key=lambda r: (r.place.path, r.place.line or 0, r.method, r.path),
        )
    )


def _prefixes(
    key: Key | None,
    own: Mapping[Key, str],
    parents: Mapping[Key, list[tuple[Key, str]]],
    depth: int,
) -> Iterator[str]:
    """Every prefix under which a router is reachable, one for each way of including it."""
    if key is None or depth == 0:
        yield ""
        return
    tail = own.get(key, "")
    above = parents.get(key, [])
    if not above:
        yield tail
    for parent, prefix in above[:_CHAIN_LIMIT]:
        for head in _prefixes(parent, own, parents, depth - 1):
            yield _join(head, _join(prefix, tail))


def _join(head: str, tail: str) -> str:
    return f"{head.rstrip('/')}/{tail.lstrip('/')}" if head and tail else head or tail
