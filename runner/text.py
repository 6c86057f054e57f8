r"""Candidate text made visible: what a reader sees is what is there, and no program obeys it.

Every name, message or excerpt that comes from a submission passes through here before it
reaches an error message, a terminal or a report. Escaping for HTML, Markdown or a terminal
is the renderer's own and comes after this.

What is printed may run in continuous integration, which reads its own log for commands. Their
first sign is escaped here (`\x3a:error`, `\x23#vso[`), for every output alike.
"""

from __future__ import annotations

import re
import unicodedata

_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (bidi, zero-width, tags), surrogate, private, unassigned, separators."""

_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters, marks and symbols that are drawn as nothing at all."""

_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}

_COMMAND = re.compile(
    r"^[^\S\n]*(:)(?=:[A-Za-z])"  # GitHub, Forgejo: `::error`, where a line starts
    r"|(#)(?=#[\w.-]{0,40}\[)"  # Azure, TeamCity, Octopus, GitHub: `##vso[`, anywhere in a line
    r"|section(_)(?=(?:start|end):[0-9])"  # GitLab: `section_start:17:name`
    r"|travis(_)(?=(?:fold|time):)",
    re.MULTILINE,
)
"""What a log is searched for, each with the sign that is escaped in it.

Buildkite's `---` and `+++` count in the first column only: our own text stands there.
"""


def is_hidden(character: str) -> bool:
    """Whether one character is invisible, reorders its neighbours or drives a terminal.

    Variation selectors count, but for U+FE0F, which ordinary emoji end with.
    """
    if character in _BLANK_LETTERS or unicodedata.category(character) in _CATEGORIES:
        return True
    return "\ufe00" <= character <= "\ufe0e" or "\U000e0100" <= character <= "\U000e01ef"


def _escaped(character: str) -> str:
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if code <= 0xFF:  # noqa: PLR2004 - the notations of a Python string literal
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def command_signs(text: str) -> frozenset[int]:
    """Where signs stand that have to be escaped, so that no log reader takes them for a command.

    Some log readers compare as a person would, without marks that change the letter before
    them (variation selectors among others). So marks do not count here.
    """
    if text.isascii():
        return frozenset(found.start(found.lastindex or 0) for found in _COMMAND.finditer(text))
    places = [n for n, sign in enumerate(text) if not unicodedata.category(sign).startswith("M")]
    bare = "".join(text[place] for place in places)
    found = (one.start(one.lastindex or 0) for one in _COMMAND.finditer(bare))
    return frozenset(places[place] for place in found)


def _bounded(text: str, limit: int, kept: str) -> str:
    pieces: list[str] = []
    signs = command_signs(text)
    size = fitting = 0  # characters so far; pieces that leave room for the mark of a cut
    for place, character in enumerate(text):
        plain = place not in signs and (character in kept or not is_hidden(character))
        pieces.append(character if plain else _escaped(character))
        size += len(pieces[-1])
        if size < limit:
            fitting = len(pieces)
        if size > limit:
            return "".join(pieces[:fitting]) + "…"
    return "".join(pieces)


def visible(text: str, limit: int) -> str:
    r"""`text` with every hidden character escaped (`\x1b`, `\u202e`), at most `limit` long.

    Newlines and tabs stay, `\r\n` becomes `\n`. Longer text ends in `…`; an escape is never
    cut in half. The result can be encoded as UTF-8 whatever `text` held.
    """
    # Cut first: an excerpt may be megabytes. Two characters may become one.
    return _bounded(text[: 2 * limit + 2].replace("\r\n", "\n"), limit, kept="\n\t")


def visible_name(name: str | bytes, limit: int = 120) -> str:
    r"""A file name or a person's name on one line: as `visible`, newlines escaped too.

    Bytes are decoded as UTF-8, what is not UTF-8 shown as `\xNN`.
    """
    if isinstance(name, bytes):
        name = name[: 4 * limit + 4].decode("utf-8", "backslashreplace")
    return _bounded(name[: limit + 1], limit, kept="")


def one_line(text: str, limit: int) -> str:
    """A sentence on one line: as `visible`, and a space for all white space in a row."""
    return " ".join(visible(text, limit).split())
