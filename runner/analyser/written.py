"""Syntax trees as text, to compare them. Any tree that can be parsed can be written."""

from __future__ import annotations

import ast


def written(part: object) -> str:
    """A node, or what is in a field of one: equal trees give equal texts, others do not.

    As `ast.dump`, but integers are hexadecimal. Python writes none of more than 4,300 decimal
    digits, and a source may hold one of any length in its hexadecimal form.
    """
    if isinstance(part, ast.AST):
        fields = ", ".join(written(getattr(part, name, None)) for name in part._fields)
        return f"{type(part).__name__}({fields})"
    if isinstance(part, list):
        return f"[{', '.join(map(written, part))}]"
    return hex(part) if type(part) is int else repr(part)
