"""The Jinja2 environments. Every expression of every template passes the finaliser.

So no template can forget to clean a text: what reaches the output is either markup of a
macro or text that went through `runner.text` and then through the escaping of its sink.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from runner.render import charts, safe, view
from runner.text import one_line, visible, visible_name

FILTERS = {
    "chart": charts.chart,
    "in_table": lambda key, table: table[key],
    "excerpt_lines": view.excerpt_lines,
    "image": safe.image,
    "line": visible_name,
    "sentence": one_line,
    "line_chart": charts.line,
    "numeric": view.numeric,
    "place": view.place,
    "points": view.points,
    "tally": view.tally,
    "telling": view.telling,
    "visible": visible,
}
GLOBALS = {
    "KINDS": view.KINDS_SHOWN,
    "EVIDENCE": view.EVIDENCE_SHOWN,
    "EXCERPT": view.EXCERPT_LENGTH,
    "FLAGS": view.FLAGS_SHOWN,
    "MEASURES": charts.BARS,
    "PLACES": view.PLACES_SHOWN,
    "OUTCOMES": view.OUTCOME_STATUS,
    "STATUS": view.STATUS_WORDS,
}


@cache
def markup() -> Environment:
    """For HTML and XML: autoescape, and hidden characters made visible first."""
    return _environment(autoescape=True, finalize=_clean)


@cache
def markdown() -> Environment:
    """For Markdown: everything is escaped but what a filter of `safe` made ready."""
    environment = _environment(autoescape=False, finalize=_escape)
    environment.filters |= {"code": _code, "block": _block}
    return environment


def _environment(**settings: Any) -> Environment:  # noqa: ANN401 - passed on as they are
    environment = Environment(  # noqa: S701 - the Markdown one escapes by its finaliser
        loader=PackageLoader("runner", "render/templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **settings,
    )
    environment.filters |= FILTERS
    environment.globals |= GLOBALS
    return environment


def _clean(value: object) -> object:
    """Text of any origin, enumerations too, but not the markup that macros return."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(str(value), safe.TEXT + view.EXCERPT_LENGTH)
    return value


class Raw(str):
    """Markdown that is ready: the finaliser leaves it alone."""

    __slots__ = ()


def _escape(value: object) -> object:
    if isinstance(value, Raw):
        return value
    return safe.markdown(str(value))


def _code(text: str) -> Raw:
    return Raw(safe.markdown_code(text))


def _block(text: str) -> Raw:
    return Raw(safe.markdown_block(text, view.EXCERPT_LENGTH))
