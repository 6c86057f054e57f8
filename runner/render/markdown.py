"""`report.md`: the same report for pull requests, wikis and terminals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.render.environment import markdown
from runner.render.view import view

if TYPE_CHECKING:
    from runner.model import Record


def report_markdown(record: Record) -> str:
    """CommonMark with tables; all text in it is escaped, whoever wrote it."""
    return tidy(markdown().get_template("report.md.j2").render(view=view(record)))


def tidy(text: str) -> str:
    """No space at the end of a line, at most one empty line in a row, none at the end."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip() + "\n"
