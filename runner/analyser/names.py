"""Names in syntax trees, and text constants that can be known without running anything."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from runner.analyser import limits

if TYPE_CHECKING:
    from collections.abc import Mapping


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a name or an attribute of one, the attributes alone for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return ".".join(reversed(parts))


def text_constants(tree: ast.Module) -> dict[str, str]:
    """Module-level names that are given a short string once: `PREFIX = "/api"`."""
    found: dict[str, str] = {}
    for node in tree.body:
        targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
        value = getattr(node, "value", None)
        for target in targets:
            text = value.value if isinstance(value, ast.Constant) else None
            short = isinstance(text, str) and len(text) <= limits.PATH_TEXT
            if isinstance(target, ast.Name) and isinstance(text, str) and short:
                found[target.id] = text
    return found


def text_of(node: ast.AST | None, known: Mapping[str, str]) -> str | None:
    """The string that an expression stands for, if that can be read off and is short.

    Handles constants, known names, `+` and f-strings of these.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value if len(node.value) <= limits.PATH_TEXT else None
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.FormattedValue):
        return text_of(node.value, known)
    parts: list[ast.expr] = []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [node.left, node.right]
    elif isinstance(node, ast.JoinedStr):
        parts = list(node.values)
    texts = [text_of(part, known) for part in parts]
    if not texts or None in texts:
        return None
    joined = "".join(text for text in texts if text is not None)
    return joined if len(joined) <= limits.PATH_TEXT else None


def keyword(call: ast.Call, *names: str) -> ast.expr | None:
    """The value of the first of the named keyword arguments that the call has."""
    found = {each.arg: each.value for each in call.keywords}
    return next((found[name] for name in names if name in found), None)
