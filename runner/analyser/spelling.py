"""What a module does, spelled out: equal for modules that differ in what does nothing."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def meaning(tree: ast.Module) -> list[object]:
    """What a module does, whatever stands in it that does nothing: equal for equal modules.

    Numbers are compared as numbers: written out, long ones would be refused by Python.
    """
    found: list[object] = []
    _spell(tree, found)
    return found


def _spell(node: object, found: list[object]) -> None:
    if isinstance(node, ast.AST):
        node = _plain(node)
        found.append(type(node).__name__)
        for name, value in ast.iter_fields(node):
            found.append(name)
            _spell(value, found)
        found.append(")")
    elif isinstance(node, list):
        found.append("[")
        for each in _effective(node):
            _spell(each, found)
        found.append("]")
    else:
        # 1, 1.0 and True are equal; 0.0 and -0.0 are too, and no number is itself.
        exact = repr(node) if isinstance(node, float | complex) else node
        found += (type(node).__name__, exact)


def _plain(node: ast.AST) -> ast.AST:
    """An expression without the list or the arm that it was put into."""
    while True:
        match node:
            case ast.Subscript(
                value=ast.List(elts=[inner, ast.Constant()]),
                slice=ast.Constant(value=0),
                ctx=ast.Load(),
            ) if not isinstance(inner, ast.Starred):
                node = inner
            case ast.IfExp(test=test, body=inner) if _always(test):
                node = inner
            case _:
                return node


def _effective(nodes: list[object]) -> Iterable[object]:
    """The statements of a body that do something, those below an idle condition among them."""
    for node in nodes:
        match node:
            case ast.Pass() if len(nodes) > 1:
                pass
            case ast.Expr(value=ast.List(elts=[ast.Constant()])) if len(nodes) > 1:
                pass
            case ast.If(test=test, body=body, orelse=[]) if _always(test):
                yield from _effective(list(body))
            case _:
                yield node


def _always(test: ast.expr) -> bool:
    """Whether a condition always holds and is evaluated all the same."""
    return isinstance(test, ast.List) and [type(each) for each in test.elts] == [ast.Constant]
