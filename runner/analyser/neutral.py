"""Changes that mean nothing: tests that notice one are flaky, or look at the text of the code."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from runner.analyser.written import written

if TYPE_CHECKING:
    from collections.abc import Iterator

Edit = tuple[str, int, int, bytes]
"""A change: what it is called, where a segment begins and ends, what stands there instead."""

LINE_END = re.compile(rb"\r\n|\r|\n")
"""Python's own; `splitlines` knows more."""

_PLAIN_STRING = re.compile(rb"""(["'])([^"'\\\r\n]+)\1""")
_SIMPLE = ast.Return | ast.Assign | ast.AugAssign | ast.Expr | ast.Raise


def neutral_edits(node: ast.expr | ast.stmt, data: bytes, start: int, end: int) -> Iterator[Edit]:
    """What could be written in another way; the node is in `data` from `start` to `end`."""
    text = data[start:end]
    if isinstance(node, _SIMPLE) and not isinstance(getattr(node, "value", None), ast.Constant):
        # The only one that shows in the syntax tree: who compares trees has to be noticed too.
        yield "statement", start, start, b"pass; "
    match node:
        case ast.Constant() if re.fullmatch(rb"[1-9]\d{0,8}", text):
            yield "notation", start, end, hex(int(text)).encode()
        case ast.Constant() if _PLAIN_STRING.fullmatch(text):
            quote = b"'" if text.startswith(b'"') else b'"'
            yield "quotes", start, end, quote + text[1:-1] + quote
        case ast.Call() | ast.Compare() | ast.BinOp():
            yield "parentheses", start, end, b"(" + text + b")"
        case _:
            found = LINE_END.match(data, end)
            if found:
                yield "comment", end, end, b"  # as before"
                yield "blank-line", end, end, found[0]


def meaning(tree: ast.Module) -> str:
    """What a module does, whatever stands in it that does nothing."""
    return written(tree).replace("Pass(), ", "")
