"""`NOTES.md`: which sections of the starter's template the candidate filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.analyser import limits
from runner.analyser.collect import cut
from runner.analyser.document import Notes, Section

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTES_FILE = "NOTES.md"

WORDS_MINIMUM = 15
"""A section with fewer words of its own says nothing that a reviewer could ask about."""

DISTINCT_MINIMUM = 8
"""Distinct words among them, so that one word repeated is no text."""

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_WORD = re.compile(r"[^\W_][\w'’-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A heading and the lines up to the next one."""

    title: str
    level: int
    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def notes(files: Mapping[str, bytes], starter: Mapping[str, bytes]) -> Notes:
    """The template's sections with the words that the candidate wrote in each."""
    template = starter.get(NOTES_FILE)
    if template is None:
        return Notes(expected=False, present=NOTES_FILE in files)
    written = {part.title: part for part in _parts(files.get(NOTES_FILE, b""))}
    sections = tuple(_section(part, written.get(part.title)) for part in _asked(_parts(template)))
    return Notes(expected=True, present=NOTES_FILE in files, sections=sections)


def _section(asked: _Part, written: _Part | None) -> Section:
    words = _own_words(written.text, asked.text) if written else []
    return Section(
        title=cut(asked.title),
        line=written.line if written else None,
        words=len(words),
        filled=len(words) >= WORDS_MINIMUM and len(set(words)) >= DISTINCT_MINIMUM,
    )


def _asked(parts: list[_Part]) -> list[_Part]:
    """All sections but the document's title: a first heading that stands above the others."""
    if len(parts) > 1 and parts[0].level < min(part.level for part in parts[1:]):
        return parts[1:]
    return parts


def _parts(data: bytes) -> list[_Part]:
    """Every section of a Markdown text; titles are compared in lower case."""
    text = _without_comments(data[: limits.TEXT_BYTES].decode("utf-8", "replace"))
    parts: list[_Part] = []
    fenced = False
    for number, line in enumerate(text.split("\n"), start=1):
        fenced ^= _FENCE.match(line) is not None
        heading = None if fenced else _HEADING.match(line)
        if heading:
            title = line[heading.end() :].strip().rstrip("#").strip().lower()
            parts.append(_Part(title=title, level=len(heading[1]), line=number))
        elif parts:
            parts[-1].lines.append(line)
    return parts


def _without_comments(text: str) -> str:
    """`text` with HTML comments taken out and their line ends kept."""
    pieces = text.split("<!--")
    kept = [pieces[0]]
    for piece in pieces[1:]:
        inside, closed, after = piece.partition("-->")
        kept.append("\n" * inside.count("\n") + after if closed else piece)
    return "".join(kept)


def _own_words(text: str, template: str) -> list[str]:
    given = {line.strip() for line in template.splitlines()}
    own = "\n".join(line for line in text.splitlines() if line.strip() not in given)
    return [word.lower() for word in _WORD.findall(own)]
