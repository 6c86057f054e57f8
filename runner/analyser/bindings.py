"""What names of a Python file are bound to, wherever that happens in their scope.

Order is left out of account: a name stands for everything that it is bound to anywhere in the
scope where it is looked up, so that no detour hides a value. Nothing is run. The text is hostile,
so the number of steps is limited; over the limit a name counts as unknown.
"""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.analyser.answers import Answers, Patience

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS = 25
"""Steps of all questions about a file, for each node of its tree. Hand-written code takes five."""

SPARE = 200
"""Nodes that a small file may be short of."""

DEPTH = 40
"""Names followed one after the other. Hand-written code needs three or four."""

MOST = 40
"""Values that one name is followed to. More of them count as unknown."""

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Container = ast.List | ast.Tuple | ast.Set

_BUILTINS = frozenset(dir(builtins))
_RECEIVERS = frozenset({"self", "cls"})


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """An expression in the scope where it stands; `dotted` in place of it for an import."""

    node: ast.expr
    scope: Scope
    dotted: str = ""


@dataclass(slots=True, eq=False)
class Scope:
    """One scope. `open` are names that get values which no expression of the file shows."""

    parent: Scope | None = None
    values: dict[str, list[Value]] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    outer: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)
    function: str = ""

    def bind(self, name: str, value: Value) -> None:
        """Add something that a name stands for."""
        self.values.setdefault(name, []).append(value)

    def home(self, name: str) -> Scope | None:
        """The innermost scope that binds a name, None for one of Python's own."""
        scope: Scope | None = self
        while scope is not None:
            known = name in scope.values or name in scope.open
            if known and name not in scope.outer:
                return scope
            scope = scope.parent
        return None


@dataclass(frozen=True, slots=True)
class Values:
    """What an expression may stand for; `whole` when nothing else is possible."""

    found: tuple[Value, ...]
    whole: bool


class Bindings:
    """The scopes of a file, and the look-up of what an expression in one of them stands for."""

    def __init__(self, tree: ast.Module) -> None:
        """Go through the whole tree once."""
        self.module = Scope()
        self.nodes: list[tuple[ast.AST, Scope]] = []
        self._scopes: dict[int, Scope] = {}
        self._certain = _certain(tree)
        self._attributes: dict[str, list[Value]] = {}
        self._calls: dict[str, list[tuple[ast.Call, Scope]]] = {}
        self._functions: list[tuple[Function, str, Scope, Scope]] = []
        self._returned: dict[str, list[Value]] = {}
        waiting: list[tuple[ast.AST, Scope]] = [(tree, self.module)]
        while waiting:
            node, scope = waiting.pop()
            self.nodes.append((node, scope))
            # In the order of the source: `global` stands before what it is about.
            waiting += reversed(self._entered(node, scope))
        self.patience = Patience(STEPS * (len(self.nodes) + SPARE))
        self._answers = Answers(self.patience, Values((), whole=False))
        for function, name, inside, outside in self._functions:
            self._passed(function, name, inside, outside)

    def values(self, node: ast.expr, scope: Scope) -> Values:
        """The expressions that `node` may stand for, names followed to what they are bound to."""
        return self._answers.about(node, lambda: self._found(node, scope, frozenset()))

    def is_function(self, name: str, scope: Scope) -> bool:
        """Whether a name stands for a function or a class of the file and for nothing else."""
        home = scope.home(name)
        return home is not None and name in home.defined and name not in home.values

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope that a node of the tree stands in."""
        if not self._scopes:
            self._scopes = {id(each): scope for each, scope in self.nodes}
        return self._scopes[id(node)]

    # Going through the tree -------------------------------------------------------------------

    def _entered(self, node: ast.AST, scope: Scope) -> list[tuple[ast.AST, Scope]]:
        """Note what a node binds; its children, each with its scope."""
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                return self._function(node, scope)
            case ast.ClassDef():
                scope.open.add(node.name)
                scope.defined.add(node.name)
                outside = (*node.decorator_list, *node.bases, *node.keywords)
                inside = Scope(scope)
                return [*((each, scope) for each in outside), *((n, inside) for n in node.body)]
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                scope = Scope(scope)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                self._calls.setdefault(name, []).append((node, scope))
            case _:
                self._bound(node, scope)
        return [(child, scope) for child in ast.iter_child_nodes(node)]

    def _function(self, node: Function, scope: Scope) -> list[tuple[ast.AST, Scope]]:
        name = "" if isinstance(node, ast.Lambda) else node.name
        inside = Scope(scope, function=name or "lambda")
        if name:
            scope.open.add(name)
            scope.defined.add(name)
        self._functions.append((node, name, inside, scope))
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
        return [
            *((each, scope) for each in (*decorators, node.args)),
            *((each, inside) for each in body),
        ]

    def _bound(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                self._imported(node, scope)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assigned(target, Value(value, scope), scope)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assigned(target, Value(value, scope), scope)
            case ast.NamedExpr(target=target, value=value):
                self._assigned(target, Value(value, scope), scope)
            case ast.AugAssign(target=target, value=value):
                self._assigned(target, Value(value, scope), scope)
                self._opened(target, scope)
            case ast.For(target=target) | ast.AsyncFor(target=target):
                self._assigned(target, Value(any_of(node.iter), scope), scope)
            case ast.comprehension(target=target):
                self._assigned(target, Value(any_of(node.iter), scope), scope)
            case ast.withitem(optional_vars=ast.expr() as target):
                self._assigned(target, Value(node.context_expr, scope), scope)
            case _:
                self._named(node, scope)

    def _named(self, node: ast.AST, scope: Scope) -> None:
        """Names that stand in a node as texts, and what a function hands back."""
        match node:
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                scope.open.add(name)
            case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                scope.open.add(name)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                scope.outer.update(names)
            case ast.Return(value=ast.expr() as value):
                self._returned.setdefault(scope.function, []).append(Value(value, scope))
            case _:
                pass

    def _imported(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        start = ""
        if isinstance(node, ast.ImportFrom):
            start = "." * node.level + (f"{node.module}." if node.module else "")
        for one in node.names:
            name, dotted = one.asname or one.name, start + one.name
            if isinstance(node, ast.Import) and one.asname is None:
                name = dotted = one.name.partition(".")[0]
            scope.bind(name, Value(ast.Name(id=name), scope, dotted))

    def _assigned(self, target: ast.expr, value: Value, scope: Scope) -> None:
        match target:
            case ast.Name(id=name):
                home = self.module if name in scope.outer else scope
                home.bind(name, value)
                self._attributes.setdefault(name, []).append(value)
            case ast.Attribute(attr=name):
                self._attributes.setdefault(name, []).append(value)
            case ast.Starred():
                self._opened(target.value, scope)
            case ast.Tuple() | ast.List():
                for place, part in enumerate(target.elts):
                    element = ast.Subscript(value=value.node, slice=ast.Constant(value=place))
                    self._assigned(part, Value(element, value.scope), scope)
            case _:
                pass

    def _opened(self, target: ast.expr, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            (self.module if target.id in scope.outer else scope).open.add(target.id)

    def _passed(self, node: Function, name: str, inside: Scope, outside: Scope) -> None:
        """Bind parameters to their defaults and to what calls in this file pass."""
        spec = node.args
        ordered = [*spec.posonlyargs, *spec.args]
        names = [each.arg for each in ordered]
        given = dict(zip(reversed(names), reversed(spec.defaults), strict=False))
        kwonly = zip(spec.kwonlyargs, spec.kw_defaults, strict=True)
        given |= {each.arg: default for each, default in kwonly if default is not None}
        for parameter, default in given.items():
            inside.bind(parameter, Value(default, outside))
        every = (*ordered, *spec.kwonlyargs, *filter(None, (spec.vararg, spec.kwarg)))
        inside.open.update(each.arg for each in every)
        if names[:1] and names[0] in _RECEIVERS:
            names = names[1:]
        for call, scope in self._calls.get(name, [])[:MOST] if name else ():
            arguments = dict(zip(names, call.args, strict=False))
            arguments |= {each.arg: each.value for each in call.keywords if each.arg is not None}
            for parameter, argument in arguments.items():
                inside.bind(parameter, Value(argument, scope))

    # Looking up -------------------------------------------------------------------------------

    def _found(self, node: ast.expr, scope: Scope, path: frozenset[int]) -> Values:
        """`path` are the expressions on the way here: a ring ends at one of them."""
        found: dict[int, Value] = {}
        whole = self._follow(Value(node, scope), found, set(), path)
        return Values(tuple(found.values()), whole)

    def _follow(
        self, value: Value, found: dict[int, Value], seen: set[int], path: frozenset[int]
    ) -> bool:
        """Collect what a value stands for; False when there may be more than was found."""
        at = id(value.node)
        if not self.patience.step() or len(path) > DEPTH or len(found) >= MOST:
            return False
        if at in seen or at in path:
            return True
        seen.add(at)
        path |= {at}
        steps = self._steps(value, path)
        if steps is None:
            found[at] = value
            return True
        whole = steps.whole
        for step in steps.found:
            whole = self._follow(step, found, seen, path) and whole
        return whole

    def _steps(self, value: Value, path: frozenset[int]) -> Values | None:
        """What a value is one step further, None when it is what it is."""
        node, scope = value.node, value.scope
        steps: Values | None = None
        match node:
            case _ if value.dotted:
                pass
            case ast.Name(id=name):
                steps = self._name(node, name, scope)
            case ast.IfExp():
                steps = _all((node.body, node.orelse), scope)
            case ast.BoolOp():
                steps = _all(node.values, scope)
            case ast.NamedExpr() | ast.Await() | ast.Starred():
                steps = _all((node.value,), scope)
            case ast.Subscript():
                steps = _element(self._found(node.value, scope, path), node.slice)
            case ast.Attribute():
                steps = self._attribute(node, scope)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name, value=ast.Name())):
                steps = self._result(node.func, name, scope)
            case _:
                pass
        return steps

    def _name(self, node: ast.Name, name: str, scope: Scope) -> Values | None:
        home = scope.home(name)
        if home is None:
            return None
        steps = _some(home.values.get(name, []), whole=name not in home.open)
        early = scope is self.module and getattr(node, "lineno", 0) < self._certain.get(name, 0)
        if name in _BUILTINS and not home.function and (early or name not in self._certain):
            # What a module may bind later, or never, is Python's own until then.
            own = Value(ast.Name(id=name), Scope())
            return Values((*steps.found, own), steps.whole)
        return steps

    def _result(self, function: ast.expr, name: str, scope: Scope) -> Values | None:
        """What a function of this file hands back."""
        of = function.value if isinstance(function, ast.Attribute) else function
        home = scope.home(of.id) if isinstance(of, ast.Name) else None
        own = home is not None and isinstance(of, ast.Name) and of.id in home.open
        known = self._returned.get(name)
        return _some(known, whole=True) if own and known else None

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Values | None:
        """What is assigned to an attribute of something that only the program knows."""
        of = node.value
        home = scope.home(of.id) if isinstance(of, ast.Name) else None
        known = self._attributes.get(node.attr)
        unknown = home is not None and isinstance(of, ast.Name) and of.id in home.open
        return _some(known, whole=False) if unknown and known else None


def _certain(tree: ast.Module) -> dict[str, int]:
    """Names that a module binds on each run and never deletes, with the line of it."""
    found: dict[str, int] = {}
    for node in reversed(tree.body):
        names: list[str] = []
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names = [node.name]
            case ast.Import() | ast.ImportFrom():
                names = [one.asname or one.name.partition(".")[0] for one in node.names]
            case ast.Assign(targets=[ast.Name(id=name)]):
                names = [name]
            case _:
                pass
        found |= dict.fromkeys(names, node.lineno)
    names_of = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    deleted = {node.id for node in names_of if isinstance(node.ctx, ast.Del)}
    return {name: line for name, line in found.items() if name not in deleted}


def _element(of: Values, place: ast.expr) -> Values | None:
    """An element of containers that are written out, every element for an unknown place."""
    parts: list[Value] = []
    for each in of.found:
        elements = _elements(each.node, place)
        if elements is None:
            return None
        parts += [Value(element, each.scope) for element in elements]
    return Values(tuple(parts), of.whole) if of.found else None


def is_builtin(name: str) -> bool:
    """Whether a name that nothing in a file binds is one of Python's own."""
    return name in _BUILTINS


def _some(values: list[Value], *, whole: bool) -> Values:
    return Values(tuple(values[: MOST + 1]), whole)


def _all(nodes: Sequence[ast.expr], scope: Scope) -> Values:
    return Values(tuple(Value(node, scope) for node in nodes), whole=True)


def any_of(container: ast.expr) -> ast.expr:
    """An element of a container, whichever it is."""
    return ast.Subscript(value=container, slice=ast.Slice())


def _elements(node: ast.expr, place: ast.expr) -> list[ast.expr] | None:
    known = place.value if isinstance(place, ast.Constant) else ...
    match node:
        case ast.List() | ast.Tuple() | ast.Set():
            if type(known) is int and -len(node.elts) <= known < len(node.elts):
                return [node.elts[known]]
            return node.elts
        case ast.Dict():
            keys = [getattr(key, "value", ...) for key in node.keys]
            chosen = [v for key, v in zip(keys, node.values, strict=True) if key == known]
            return chosen or node.values
        case _:
            return None
