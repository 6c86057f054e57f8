"""Escaping for the sinks of a report, on top of `runner.text`.

`runner.text` makes every hidden character visible. What is left is ordinary text that a
sink could still take for structure: HTML and XML escape it by Jinja2's autoescaping, the
functions here do it for Markdown and JSON. All text that reaches a report passes one of
them, whoever wrote it.
"""

from __future__ import annotations

import re
from typing import NewType

from markupsafe import Markup

from runner.text import command_signs, is_hidden, visible, visible_name

TEXT = 1_000
"""Characters of any single text in a report; longer ones are cut."""

Ready = NewType("Ready", str)
"""Markdown that is markup already, or text that was escaped."""

_SPECIAL = re.compile(r"[\\`*_\[\]<>&|~$]")
_OPENING = re.compile(r"^(?:[#=^]|[-+](?=[-+\s]|$)|\d{1,9}(?=[.)](?:\s|$)))")
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/=]")
_LINKS = re.compile(r"(?i)\bwww(?=\.)|:(?=//)")


def markdown(text: str, limit: int = TEXT) -> Ready:
    """`text` on one line, without any meaning to a Markdown parser.

    No heading, list, table cell, link, image, HTML or code, and neither the bare links nor
    the mentions that some hosts make of plain addresses.
    """
    line = " ".join(visible(text, limit).split()) or "(blank)" * bool(text)
    line = _SPECIAL.sub(r"\\\g<0>", line)
    line = _LINKS.sub(lambda found: "\\:" if found[0] == ":" else f"{found[0]}\\", line)
    line = _OPENING.sub(_escape_opening, line)
    # A code span keeps the sign as it is and cannot become a mention.
    return Ready(line.replace("@", "`@`"))


def _escape_opening(found: re.Match[str]) -> str:
    """Escape a sign; a number keeps its digits, the escape goes before its full stop."""
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"


def markdown_code(text: str, limit: int = 300) -> Ready:
    """`text` as a code span, fenced by more backticks than it holds in a row."""
    line = visible_name(text, limit)
    fence = "`" * (_longest_run(line) + 1)
    pad = " " if not line.strip() or line.startswith("`") or line.endswith("`") else ""
    return Ready(f"{fence}{pad}{line or ' '}{pad}{fence}")


def markdown_block(text: str, limit: int = TEXT) -> Ready:
    """`text` as a fenced block, fenced by more backticks than it holds in a row.

    It stands in a quotation, so that none of its lines begins where a line of the file does.
    """
    block = visible(text, limit)
    fence = "`" * max(3, _longest_run(block) + 1)
    lines = (f"{fence}text", *block.split("\n"), fence)
    return Ready("\n".join(f"> {line}" for line in lines))


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)


def image(svg: str) -> Markup:
    """The `src` of an `<img>` for an SVG file in base64, whoever wrote it.

    A browser runs no script in an image, follows nothing that it refers to, and shows none where
    it cannot read it.
    """
    data = _NO_BASE64.sub("", svg)
    return Markup(f"data:image/svg+xml;base64,{data}")  # noqa: S704 - 65 signs, none of them markup


def json_text(document: str) -> str:
    r"""A JSON document with hidden characters as `\uXXXX`: the same values, safe to print.

    The signs by which a log reader knows its commands are written like that as well. Outside of
    its strings a JSON document has none of either but line breaks.
    """
    signs = command_signs(document)
    if not signs and document.isascii() and "\x7f" not in document:
        return document
    return "".join(
        _json_escape(one) if place in signs or (is_hidden(one) and one != "\n") else one
        for place, one in enumerate(document)
    )


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
