"""Charts as a reader of SVG sees them: texts, and shapes. What they look like is for a person."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runner.harness.bounded import apart
from runner.harness.drawings import drawing
from runner.harness.errors import SubjectError

MONTHS = (
    "january february march april may june july august september october november december"
).split()
WORDS = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One chart: its texts in order, and where its shapes are."""

    texts: tuple[str, ...]
    shapes: frozenset[tuple[str, ...]]

    def names(self, *others: str) -> set[str]:
        """Texts that name something: not the marks of an axis, and none of `others`."""
        known = {word.lower() for word in others}
        return {text.lower() for text in self.texts if _naming(text) and text.lower() not in known}

    def says(self, *words: str) -> bool:
        """Whether one of these words stands in a text."""
        return any(word in text.lower() for text in self.texts for word in words)


def _naming(text: str) -> bool:
    """Has a word that is no month."""
    return any(
        not any(month.startswith(word.lower()) for month in MONTHS) for word in WORDS.findall(text)
    )


def read(document: bytes, where: str) -> Picture:
    """A chart from its SVG; `SubjectError` when it is none."""
    try:
        found = apart(drawing, document)
    except SubjectError as error:
        message = f"{where} is not the SVG of a chart ({error})"
        raise SubjectError(message, limit=error.limit) from error
    if found["root"] != "svg":
        message = f"{where} is not SVG: its outermost element is {found['root'][:40]!r}"
        raise SubjectError(message)
    return Picture(texts=tuple(found["texts"]), shapes=frozenset(map(tuple, found["shapes"])))
