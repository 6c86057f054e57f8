"""One Python file: from bytes to text that tools can be run on, or the reason why not."""

from __future__ import annotations

import ast
import codecs
import io
import re
import tokenize
from dataclasses import dataclass
from pathlib import PurePosixPath

from runner.analyser import limits
from runner.analyser.directives import Suppression, neutralise

_COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
"""The form that the Python reference gives for an encoding declaration."""

_ASCII_COMPATIBLE = re.compile(r"^(ascii|iso8859-\d+|cp125\d|cp437|cp85\d|koi8-r)$")

_LAYOUT = frozenset(
    {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
)


class NotAnalysableError(Exception):
    """The file cannot be analysed; the message is the reason, shown to the candidate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    r"""A Python file that can be analysed.

    `text` has `\n` line ends and no byte order mark; `neutral` is the same, character for
    character, but for comments that would silence a tool. `touched` are the lines that differ
    from the starter, `changed` those of them that carry code. `nodes` counts its syntax tree.
    """

    path: str
    text: str
    neutral: str
    touched: frozenset[int]
    changed: frozenset[int]
    suppressions: tuple[Suppression, ...]
    nodes: int
    in_program: bool = False
    """Whether the program runs it, whatever its path says."""

    @property
    def is_test(self) -> bool:
        """Whether the file belongs to the candidate's tests."""
        return is_test_path(self.path) and not self.in_program


def is_test_path(path: str) -> bool:
    """Whether pytest would look for tests or fixtures in a file of this path."""
    pure = PurePosixPath(path)
    inside = any(part in {"test", "tests"} for part in pure.parts[:-1])
    stem = pure.stem
    return inside or stem == "conftest" or stem.startswith("test_") or stem.endswith("_test")


def decode(data: bytes) -> str:
    r"""The text of a Python file with `\n` line ends; raises `NotAnalysableError`."""
    if len(data) > limits.FILE_BYTES:
        raise NotAnalysableError(f"larger than {limits.FILE_BYTES // 1024} KiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotAnalysableError(f"not UTF-8 at byte {error.start}") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if max(map(len, text.split("\n"))) > limits.LINE_CHARACTERS:
        raise NotAnalysableError(f"a line is longer than {limits.LINE_CHARACTERS} characters")
    codec = foreign_codec(text)
    if codec is not None and not (text.isascii() and _ASCII_COMPATIBLE.match(codec)):
        raise NotAnalysableError(f"declares the encoding {codec} instead of UTF-8")
    return text


def foreign_codec(text: str) -> str | None:
    """The codec that the file declares in its first two lines when it is not UTF-8."""
    for line in text.split("\n", 2)[:2]:
        found = _COOKIE.match(line)
        if found:
            try:
                name = codecs.lookup(found[1]).name
            except (LookupError, ValueError):
                return found[1][: limits.MESSAGE_CHARACTERS]
            return None if name in {"utf-8", "utf-8-sig"} else name
        if line.strip() and not line.lstrip().startswith("#"):
            return None
    return None


def parse(text: str) -> tuple[ast.Module, int]:
    """The syntax tree and how many nodes it has; raises `NotAnalysableError`."""
    try:
        tree = ast.parse(text, type_comments=False)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f"line {line}: " if line else ""
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        raise NotAnalysableError(f"syntax error: {where}{message}") from error
    except (RecursionError, MemoryError) as error:
        raise NotAnalysableError("nested too deeply to be parsed") from error
    return tree, _measured(tree)


def _measured(tree: ast.Module) -> int:
    nodes = 0
    level: list[ast.AST] = [tree]
    for _ in range(limits.TREE_DEPTH):
        nodes += len(level)
        if nodes > limits.TREE_NODES:
            raise NotAnalysableError(f"more than {limits.TREE_NODES:,} syntax nodes")
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return nodes
    raise NotAnalysableError(f"nested more than {limits.TREE_DEPTH} levels deep")


def read(path: str, data: bytes, touched: frozenset[int]) -> Source:
    """The file at `path` as a `Source`; raises `NotAnalysableError` with the reason."""
    text = decode(data)
    tree, nodes = parse(text)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError) as error:
        raise NotAnalysableError(f"cannot be split into tokens: {error}") from error
    neutral, suppressions = neutralise(text, tokens)
    code = _code_lines(tokens) - _string_lines(tree)
    return Source(
        path=path,
        text=text,
        neutral=neutral,
        touched=touched,
        changed=touched & code,
        suppressions=tuple(found for found in suppressions if found.line in touched),
        nodes=nodes,
    )


def _code_lines(tokens: list[tokenize.TokenInfo]) -> frozenset[int]:
    return frozenset(
        line
        for token in tokens
        if token.type not in _LAYOUT
        for line in range(token.start[0], token.end[0] + 1)
    )


def _string_lines(tree: ast.Module) -> frozenset[int]:
    """Lines of docstrings and other strings that stand alone as a statement."""
    return frozenset(
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    )
