"""Text made to mislead a reader or a machine: hidden characters, look-alikes, commands to it."""

from __future__ import annotations

import ast
import re
import unicodedata
from typing import TYPE_CHECKING

from runner.analyser.tally import Suspicion

if TYPE_CHECKING:
    from collections.abc import Iterator

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_ZERO_WIDTH = frozenset("\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\u180e")
_JOINERS = frozenset("\u200c\u200d")
_UNSEEN = dict.fromkeys(map(ord, _ZERO_WIDTH | _JOINERS))
_TAGS = range(0xE0000, 0xE0080)
_SUSPECT = re.compile(
    "[\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)

_BETWEEN = r"[\s#*/\"'>_-]{1,20}"
_PHRASES = (
    (
        r"(ignore|disregard|forget|override) (all |any |the |your |these ){0,3}(previous|prior"
        r"|earlier|above|preceding|system) (instruction|prompt|rule|direction)s?"
    ),
    (
        r"(you are|acting as|as) (an? |the )(ai|llm|automated|language) "
        r"(reviewer|grader|assessor|evaluator|judge|model)"
    ),
    (
        r"(give|award|assign|grant) (this |the |my |it ){0,2}(submission |candidate |code )?"
        r"(a |the )?(full|maximum|perfect|highest|top) (mark|score|point|grade|rating)s?"
    ),
    (
        r"(attention|note to|message to|instructions? for) (all |any |the ){0,2}"
        r"(ai|llm|automated|language model) (reviewer|grader|assessor|evaluator|model|agent)s?"
    ),
)
_ADDRESS = re.compile("|".join(_PHRASES).replace(" ", _BETWEEN), re.IGNORECASE)
"""Sentences that speak to an automated reviewer. `_BETWEEN` lets them run over comment lines."""

_TOLD = (
    *("instruction", "prompt", "rule", "direction", "mark", "score", "point", "grade", "rating"),
    *("reviewer", "assessor", "evaluator", "judge", "model", "agent"),
)
"""What such a sentence ends with. Where none of these words is, nobody has to look closer."""


def invisible(path: str, text: str, given: str) -> Iterator[Suspicion]:
    """Characters that a reader does not see, on lines that `given` (the starter's) lacks."""
    known = set(given.splitlines())
    for number, line in enumerate(text.split("\n"), start=1):
        # A byte order mark at the very start is ordinary.
        body = line[1:] if number == 1 and line.startswith("\ufeff") else line
        found = {*_SUSPECT.findall(body)}
        if not found or line in known:
            continue
        kinds = {_kind_of(c, code=path.endswith(".py")) for c in found} - {""}
        for kind in sorted(kinds):
            names = sorted(f"U+{ord(c):04X}" for c in found if _kind_of(c, code=True) == kind)
            summary = f"{kind} in the text: {', '.join(names[:4])}"
            yield Suspicion("invisible-text", summary, path, number)


def _kind_of(character: str, *, code: bool) -> str:
    if character in _BIDI:
        return "bidirectional control"
    if ord(character) in _TAGS:
        return "tag character"
    # Joiners are part of many emoji and scripts; in code they have no business.
    invisible = character in _ZERO_WIDTH or (code and character in _JOINERS)
    return "zero-width character" if invisible else ""


def addressed(path: str, text: str, given: str) -> Iterator[Suspicion]:
    """Sentences that speak to an automated reviewer and are not in `given`, the starter's text."""
    visible = text.translate(_UNSEEN)
    lowered = visible.casefold()
    if not any(word in lowered for word in _TOLD):
        return
    line, seen = 1, 0
    for found in _ADDRESS.finditer(visible):
        line += visible.count("\n", seen, found.start())
        seen = found.start()
        if found[0] not in given:
            summary = f"note: text speaks to an automated reviewer: {' '.join(found[0].split())}"
            yield Suspicion("addresses-reviewer", summary, path, line)


def confusable(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    """Names that mix letters which look alike: summary, kind and line."""
    for node in ast.walk(tree):
        name = (
            getattr(node, "id", None) or getattr(node, "arg", None) or getattr(node, "name", None)
        )
        if isinstance(name, str) and not name.isascii() and _mixed(name):
            summary = f"a name mixes letters that look alike: {name!a}"
            yield summary, "confusable-name", getattr(node, "lineno", 0)


def _mixed(name: str) -> bool:
    scripts = {unicodedata.name(c, "").partition(" ")[0] for c in name if c.isalpha()}
    return "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK", "ARMENIAN"})
