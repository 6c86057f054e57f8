"""From a record to the files that people and programs read. Pure functions, no I/O.

All text in a record is treated as hostile, whoever wrote it: see `runner.render.safe`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.render.document import report_json
from runner.render.feedback import feedback_html, feedback_markdown
from runner.render.html import report_html
from runner.render.junit import junit_xml
from runner.render.markdown import report_markdown
from runner.render.sarif import sarif

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.model import Record

RENDERERS: dict[str, Callable[[Record], str]] = {
    "report.json": report_json,
    "report.html": report_html,
    "report.md": report_markdown,
    "junit.xml": junit_xml,
    "report.sarif": sarif,
    "feedback.html": feedback_html,
    "feedback.md": feedback_markdown,
}
"""File name → rendering. The `feedback.*` files may be sent to the candidate, no other."""
