"""Changes that mean nothing: tests that notice one are flaky, or look at the code.

Quiet changes show in the text of a file, one of them in its syntax too. Others show in whatever
can be looked at: text, syntax and compiled code. Those put an expression into a list and take it
out again, or put it beside one that is never chosen. Python evaluates the same expressions once,
in the same order and scope, to the same objects.
"""

from __future__ import annotations

import ast
import re
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, TypeVar

from runner.analyser.mutable import LINE_END

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from runner.analyser.mutable import Edit, Module

T = TypeVar("T")

COPIED_BYTES = 2_000
"""Of an expression that is repeated, and of the space before a statement."""

COPIES = 3
"""Of one expression, each with another change in the arm that is never chosen."""

SHOWN = frozenset({"boxed", "other-arm", "branch", "idle"})
"""Changes that show in compiled code."""

_WARNED = frozenset({b"is", b"is not"})
"""New operators that Python warns of beside a literal: tests may turn warnings into errors."""

_PLAIN_STRING = re.compile(rb"""(["'])([^"'\\\r\n]+)\1""")
_SIMPLE = ast.Return | ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Expr | ast.Raise
_BLANK = re.compile(rb"(^|[\r\n])[ \t\f]*$")


def quiet_edits(node: ast.expr | ast.stmt, data: bytes, start: int, end: int) -> Iterator[Edit]:
    """What could be written in another way; the node is in `data` from `start` to `end`."""
    text = data[start:end]
    if is_simple(node):
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


def is_simple(node: ast.AST) -> bool:
    """Whether a node is a statement of one line that is more than a text or a declaration."""
    value = getattr(node, "value", None)
    declares = isinstance(node, ast.AnnAssign) and value is None
    text = isinstance(node, ast.Expr) and isinstance(value, ast.Constant)
    return isinstance(node, _SIMPLE) and not declares and not text


def places_of(node: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
    """Expressions below a node that may be put into a list, or beside another one.

    The second says whether the value is what counts there. Where only its truth does, Python asks
    `a and b` once whether it is true, and a list with it once more.
    """
    yield from ((each, True) for each in _values(node) if each is not None and _fits(each))
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            yield test, False
        case ast.BoolOp(values=truths) | ast.comprehension(ifs=truths):
            yield from ((each, False) for each in truths)
        case _:
            pass


def _values(node: ast.AST) -> list[ast.expr | None]:
    """Expressions below a node of which the value counts."""
    values: list[ast.expr | None] = []
    match node:
        case ast.Return() | ast.Assign() | ast.AugAssign() | ast.AnnAssign() | ast.Yield():
            values = [node.value]
        case ast.Expr(value=value) if not isinstance(value, ast.Constant):
            values = [value]
        case ast.Raise(exc=exc):
            values = [exc]
        case ast.Call(args=args, keywords=keywords):
            values = [*args, *(keyword.value for keyword in keywords if keyword.arg)]
        case ast.Compare(left=left, comparators=others):
            values = [left, *others]
        case ast.Lambda(body=inner) | ast.For(iter=inner) | ast.comprehension(iter=inner):
            values = [inner]
        case ast.ListComp(elt=inner) | ast.SetComp(elt=inner) | ast.GeneratorExp(elt=inner):
            values = [inner]
        case _:
            pass
    return values


def _fits(node: ast.expr) -> bool:
    """Whether an expression can stand in a list. That of a generator shares the call's brackets."""
    return not isinstance(node, ast.Starred | ast.GeneratorExp | ast.JoinedStr)


def shown_edits(
    node: ast.AST, module: Module, real: Callable[[ast.expr], Iterable[Edit]], salt: int
) -> Iterator[Edit]:
    """What means the same and is compiled to something else.

    `real` gives the changes with a meaning of an expression: they are made in the arm that is
    never chosen, so that counting operators and constants tells no neutral change from another.
    """
    for place, counts in places_of(node):
        start, end = module.span(place)
        text = module.data[start:end]
        if len(text) > COPIED_BYTES:
            continue
        if counts:
            yield "boxed", start, end, b"[(%s), %d][0]" % (text, salt)
        for _, first, last, new in islice(real(place), COPIES):
            if start <= first and last <= end and new not in _WARNED:
                other = text[: first - start] + new + text[last - start :]
                yield "other-arm", start, end, b"((%s) if [%d] else (%s))" % (text, salt, other)
    if isinstance(node, ast.stmt) and is_simple(node):
        start, _ = module.span(node)
        yield "idle", start, start, b"[%d]; " % salt
        if _BLANK.search(module.data[max(0, start - COPIED_BYTES) : start]):
            yield "branch", start, start, b"if [%d]: " % salt


def alternated(first: Sequence[T], second: Sequence[T]) -> list[T]:
    """One of each in turn, the rest of the longer one at the end."""
    pairs = zip_longest(first, second)
    return [each for pair in pairs for each in pair if each is not None]
