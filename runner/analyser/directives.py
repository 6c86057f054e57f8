"""Comments that would silence a tool: counted, and made inert at the same columns.

mypy has no switch against `# type: ignore`, and it obeys a line that starts with `# mypy: `
even inside a string, so both are overwritten in the copy that tools see. Every character of
such a comment becomes `x`: no column moves, and `ruff format` sees a comment of equal length.
"""

from __future__ import annotations

import re
import tokenize
from dataclasses import dataclass

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("type-ignore", re.compile(r"#\s*type:\s*ignore")),
    ("mypy", re.compile(r"#\s*mypy:")),
    ("pyright", re.compile(r"#\s*(pyright|pyre|pytype|ty)\s*:")),
    ("ruff", re.compile(r"#\s*(ruff|flake8)\s*:", re.IGNORECASE)),
    ("noqa", re.compile(r"#\s*noqa\b", re.IGNORECASE)),
    ("pragma", re.compile(r"#\s*pragma(\s*:)?\s*no", re.IGNORECASE)),
    ("format", re.compile(r"#\s*(fmt|yapf|isort|autopep8)\s*:", re.IGNORECASE)),
    ("pylint", re.compile(r"#\s*pylint\s*:", re.IGNORECASE)),
    ("nosec", re.compile(r"#\s*(nosec|nosonar)\b", re.IGNORECASE)),
)
"""Kind → what the comment looks like; the first that is found names it."""

_BLANKET = re.compile(
    r"#\s*("
    r"mypy:\s*(ignore-errors|disable-error-code|check-untyped-defs\s*=\s*false)"
    r"|(ruff|flake8)\s*:\s*noqa\s*$|ruff\s*:\s*disable\b"
    r"|pyright:\s*(basic|off)|pylint:\s*(skip-file|disable\s*=\s*all)"
    r")",
    re.IGNORECASE,
)

_MYPY_LINE = re.compile(r"^# mypy: ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """One comment that asks a tool to look away; `blanket` when it covers the whole file."""

    kind: str
    line: int
    text: str
    blanket: bool


def neutralise(text: str, tokens: list[tokenize.TokenInfo]) -> tuple[str, tuple[Suppression, ...]]:
    """`text` with inert comments, as long as before, and what was found, by line."""
    lines = text.split("\n")
    found: dict[int, Suppression] = {}
    code_seen = False
    for token in tokens:
        if token.type == tokenize.COMMENT:
            kind = _kind(token.string)
            if kind:
                row, column = token.start
                found[row] = _suppression(kind, row, token.string, code_seen=code_seen)
                lines[row - 1] = lines[row - 1][:column] + _inert(token.string)
        elif token.type not in {tokenize.NL, tokenize.STRING, tokenize.NEWLINE}:
            code_seen = True
    for number, line in enumerate(lines, start=1):
        if _MYPY_LINE.match(line):
            found[number] = _suppression("mypy", number, line, code_seen=True)
            lines[number - 1] = _inert(line)
    return "\n".join(lines), tuple(found[line] for line in sorted(found))


def _kind(comment: str) -> str | None:
    return next((kind for kind, form in _KINDS if form.search(comment)), None)


def _suppression(kind: str, line: int, text: str, *, code_seen: bool) -> Suppression:
    whole = kind == "type-ignore" and not code_seen
    return Suppression(
        kind=kind, line=line, text=text, blanket=whole or _BLANKET.search(text) is not None
    )


def _inert(comment: str) -> str:
    return "#" + re.sub(r"\S", "x", comment[1:])
