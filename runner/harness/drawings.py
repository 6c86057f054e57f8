"""What an SVG file draws: its texts, and where its shapes are. It is data, and shown nowhere here.

For suites, by way of `bounded.apart(drawing, content)`: how much there may be of it is bounded
here, what its parser does with it, there.
"""

from __future__ import annotations

from typing import NoReturn, TypedDict
from xml.parsers import expat

from runner.harness.errors import SubjectError

DEPTH_LIMIT = 100
ELEMENTS_LIMIT = 200_000
"""A scatter plot has tens of thousands."""

TEXT_LIMIT = 1_000_000
"""Characters of all texts. What stands in a text within a text counts for both."""

PLACED = frozenset(
    {"d", "points", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height"}
)
"""Attributes that say where a shape is."""

SHAPES = frozenset({"path", "polyline", "polygon", "line", "rect", "circle", "ellipse", "use"})


class Drawing(TypedDict):
    """The name of the outermost element, the texts in order, and for each shape where it is."""

    root: str
    texts: list[str]
    shapes: list[list[str]]


def drawing(content: bytes) -> Drawing:
    """Read an SVG file; `SubjectError` says why it is none, or which limit it is over."""
    reader = _Reader()
    try:
        reader.read(content)
    except expat.ExpatError as error:
        message = f"not well-formed: {expat.ErrorString(error.code)}, line {error.lineno}"
        raise SubjectError(message) from error
    except (LookupError, ValueError) as error:
        message = f"in an encoding that is not known: {error}"
        raise SubjectError(message) from error
    texts = (" ".join("".join(pieces).split()) for pieces in reader.texts)
    return Drawing(
        root=reader.root,
        texts=[text for text in texts if text],
        shapes=sorted(map(list, {*map(tuple, reader.shapes)})),
    )


class _Reader:
    """Reads the elements of one file. `_open` are those around, with their pieces of text."""

    def __init__(self) -> None:
        self.root = ""
        self.texts: list[list[str]] = []
        self.shapes: list[list[str]] = []
        self._open: list[list[str] | None] = []
        self._elements = 0
        self._characters = 0

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.EntityDeclHandler = _refuse
        parser.AttlistDeclHandler = _refuse
        parser.UnparsedEntityDeclHandler = _refuse
        parser.ExternalEntityRefHandler = _refuse
        parser.SkippedEntityHandler = _refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(content, True)  # noqa: FBT003 - that was all of it

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        self.root = self.root or name
        self._elements += 1
        if self._elements > ELEMENTS_LIMIT:
            message = f"more than {ELEMENTS_LIMIT:,} elements"
            raise SubjectError(message, limit=True)
        if len(self._open) == DEPTH_LIMIT:
            message = f"more than {DEPTH_LIMIT} elements in each other"
            raise SubjectError(message, limit=True)
        pieces: list[str] | None = [] if name == "text" else None
        self._open.append(pieces)
        if pieces is not None:
            self.texts.append(pieces)
        if name in SHAPES:
            self.shapes.append([f"{k}={v}" for k, v in sorted(attributes.items()) if k in PLACED])

    def _end(self, _tag: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        for pieces in self._open:
            if pieces is not None:
                self._characters += len(text)
                pieces.append(text)
        if self._characters > TEXT_LIMIT:
            message = f"more than {TEXT_LIMIT:,} characters of text"
            raise SubjectError(message, limit=True)


def _refuse(*_declaration: object) -> NoReturn:
    message = "entities, attributes or references are declared in it"
    raise SubjectError(message)
