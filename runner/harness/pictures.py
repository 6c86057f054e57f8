"""Whether an SVG file can be shown to a reader without stopping the browser.

An image runs no script and loads nothing. But elements can be drawn by reference, and references
to references to references make a kilobyte draw for minutes. Charts have no need of that.
"""

from __future__ import annotations

import re
from typing import NoReturn
from xml.parsers import expat

DRAWN_LIMIT = 50_000
"""Elements that are drawn, those by reference counted each time. A scatter plot has thousands."""

DEPTH_LIMIT = 100

_URL = re.compile(r"url\(\s*[\"']?#([^\s\"')]+)", re.IGNORECASE)


class _UnfitError(Exception):
    """The picture is not shown; the message says why."""


def why_unfit(svg: bytes) -> str:
    """Why a picture is not shown, as a clause; empty when nothing speaks against it."""
    try:
        _Reader().read(svg)
    except expat.ExpatError as error:
        return f"is not well-formed ({expat.ErrorString(error.code)}, line {error.lineno})"
    except _UnfitError as error:
        return str(error)
    except (LookupError, ValueError):
        # What the parser does not know itself it asks Python's codecs for.
        return "is in an encoding that is not known"
    return ""


class _Reader:
    """Reads the tags of one picture. `_open` are the elements around: start, id, tag."""

    def __init__(self) -> None:
        self._count = 0
        self._open: list[tuple[int, str, str]] = []
        self._sizes: dict[str, int] = {}
        self._references: list[str] = []
        self._holders: set[str] = set()
        self._styles: list[str] = []

    def read(self, svg: bytes) -> None:
        parser = expat.ParserCreate()
        parser.EntityDeclHandler = _refuse_entity
        parser.AttlistDeclHandler = _refuse_attributes
        parser.ProcessingInstructionHandler = _refuse_instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(svg, True)  # noqa: FBT003 - that was all of it
        styles = "".join(self._styles).lower()
        if "url(" in styles or "\\" in styles:
            raise _UnfitError("has references in its style sheet")
        if self._holders & {*self._references}:
            raise _UnfitError("has references in what is referred to")
        drawn = self._count + sum(self._sizes.get(name, 0) for name in self._references)
        if drawn > DRAWN_LIMIT:
            raise _UnfitError(f"draws {drawn} elements")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._open.append((self._count, attributes.get("id", ""), tag.rpartition(":")[2]))
        self._count += 1
        if len(self._open) > DEPTH_LIMIT:
            raise _UnfitError("is nested too deeply")
        found = [name for key, value in attributes.items() for name in _referred(key, value)]
        self._references += found
        if found:
            self._holders |= {name for _, name, _ in self._open if name}

    def _end(self, _tag: str) -> None:
        start, name, _ = self._open.pop()
        if name:
            self._sizes[name] = max(self._sizes.get(name, 0), self._count - start)

    def _text(self, text: str) -> None:
        if self._open[-1][2] == "style":
            self._styles.append(text)


def _referred(key: str, value: str) -> list[str]:
    """The ids that an attribute refers to; not told are those that are written in escapes."""
    names = _URL.findall(value)
    if key.endswith("href"):
        if value.lstrip().lower().startswith("data:image/svg"):
            raise _UnfitError("has another picture in it")
        names.append(value.partition("#")[2].strip())
    if "\\" in value or any("%" in name for name in names) or value.strip().endswith("href"):
        raise _UnfitError("has references that are hidden")
    return names


def _refuse_entity(*_declaration: object) -> NoReturn:
    raise _UnfitError("declares entities")


def _refuse_attributes(*_declaration: object) -> NoReturn:
    """An attribute that is declared once, with a long default, is there in every element."""
    raise _UnfitError("declares attributes")


def _refuse_instruction(*_instruction: object) -> NoReturn:
    raise _UnfitError("has processing instructions")
