"""A parsed Python file of which single segments can be changed, byte by byte."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.analyser.source import NotAnalysableError, foreign_codec, parse
from runner.analyser.spelling import meaning

if TYPE_CHECKING:
    import ast
    from collections.abc import Collection

FILE_BYTES = 300_000  # hand-written modules are below a tenth of it
FILE_NODES = 30_000  # of its syntax tree; the standard library's `typing` has 12,000

Edit = tuple[str, int, int, bytes]
"""A change: what it is called, where a segment begins and ends, what stands there instead."""

LINE_END = re.compile(rb"\r\n|\r|\n")
"""Python's own; `splitlines` knows more."""

MARK = "\ufeff"
"""At the start of a file it is ordinary, but the parser refuses it in a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A parsed file as UTF-8, because syntax trees count columns in bytes."""

    path: str
    data: bytes
    starts: tuple[int, ...]
    changed: frozenset[int]
    tree: ast.Module
    meaning: list[object]

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """First byte and end of a node."""
        end_line, end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return self.starts[node.lineno - 1] + node.col_offset, self.starts[end_line - 1] + end

    def line(self, offset: int) -> int:
        """The line of a byte, from 1."""
        return bisect_right(self.starts, offset)

    def is_written(self, start: int, end: int) -> bool:
        """Whether every line of a segment is the candidate's, or blank, or a comment."""
        last = self.line(max(start, end - 1))
        return self.changed.issuperset(range(self.line(start), last + 1))


def read_module(path: str, text: str, changed: Collection[int]) -> Module:
    """The file as a `Module`; raises `NotAnalysableError`, `UnicodeError` for lone surrogates."""
    data = text.encode()
    tree, nodes = parse(text.removeprefix(MARK))
    if len(data) > FILE_BYTES or nodes > FILE_NODES or foreign_codec(text) is not None:
        raise NotAnalysableError("large, or not UTF-8")
    lines = enumerate(LINE_END.split(data), start=1)
    own = frozenset(n for n, line in lines if n in changed or line.strip()[:1] in {b"", b"#"})
    starts = (3 * text.startswith(MARK), *(found.end() for found in LINE_END.finditer(data)))
    spelled = meaning(tree)
    return Module(path=path, data=data, starts=starts, changed=own, tree=tree, meaning=spelled)
