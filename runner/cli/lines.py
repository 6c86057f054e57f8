"""Text of strangers on a terminal or in a log: a line that holds some starts with our own words.

Continuous integration takes what stands at the start of a line for a command or a heading. What
this module is given may be several lines long; none of them begins where the output's begin.
"""

from __future__ import annotations

from runner.text import visible

REST = "     | "
"""What stands before every further line."""


def block(first: str, text: str, limit: int) -> str:
    """`text` behind `first`, at most `limit` characters of it, each further line behind `REST`."""
    lines = visible(text, limit).split("\n")
    return "\n".join([first + lines[0], *(REST + line for line in lines[1:])])
