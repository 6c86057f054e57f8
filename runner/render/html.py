"""`report.html`: one self-contained page that asks nothing of a network."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from runner.render.environment import markup
from runner.render.view import view

if TYPE_CHECKING:
    from runner.model import Record


class Style(NamedTuple):
    """The style sheet, and the one source of styles that the page's policy allows."""

    text: Markup
    source: Markup


@cache
def style() -> Style:
    """The style sheet with its hash; nothing else on a page can style anything."""
    environment = markup()
    text = environment.get_template("style.css").render()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Style(Markup(text), Markup(f"sha256-{digest}"))  # noqa: S704 - our own file


def report_html(record: Record) -> str:
    """The report for the people who decide. Scripts are neither needed nor allowed."""
    own = style()
    template = markup().get_template("report.html.j2")
    return template.render(view=view(record), style=own.text, style_hash=own.source)
