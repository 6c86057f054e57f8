"""Charts as a reader of SVG sees them: texts, and shapes. What they look like is for a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from runner.harness.errors import SubjectError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

PLACED = frozenset(
    {"d", "points", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height"}
)
"""Attributes that say where a shape is."""

SHAPES = frozenset({"path", "polyline", "polygon", "line", "rect", "circle", "ellipse", "use"})
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
        root = fromstring(document)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        message = f"{where} is not the SVG of a chart ({type(error).__name__}: {error})"
        raise SubjectError(message) from error
    if _name(root) != "svg":
        message = f"{where} is not SVG: its outermost element is {_name(root)[:40]!r}"
        raise SubjectError(message)
    texts = (
        " ".join("".join(one.itertext()).split()) for one in root.iter() if _name(one) == "text"
    )
    return Picture(texts=tuple(text for text in texts if text), shapes=frozenset(_shapes(root)))


def _shapes(root: Element) -> Iterator[tuple[str, ...]]:
    for element in root.iter():
        if _name(element) in SHAPES:
            yield tuple(f"{k}={v}" for k, v in sorted(element.attrib.items()) if k in PLACED)


def _name(element: Element) -> str:
    """Its name without the namespace; comments have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
