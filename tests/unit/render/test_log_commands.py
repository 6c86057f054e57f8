"""Reports that somebody prints in a pipeline: no text in them becomes a command of the log."""

from __future__ import annotations

import json
from functools import cache

import pytest

from runner.render import RENDERERS
from runner.render.safe import json_text, markdown, markdown_block
from tests.unit.render.log_reader import COMMANDS, commands_in
from tests.unit.render.sample import mid, small, void, with_text

RECORDS = {"graded": small(mid()), "void": small(void())}
PAGES = ("report.html", "feedback.html")
ALL = "\n".join(COMMANDS)


@cache
def rendered(kind: str, text: str, name: str) -> str:
    return RENDERERS[name](with_text(RECORDS[kind], text))


def test_the_texts_are_what_they_are_meant_to_be() -> None:
    assert [text for text in COMMANDS if not commands_in(text)] == []


@pytest.mark.parametrize("kind", RECORDS)
@pytest.mark.parametrize("name", RENDERERS)
def test_no_rendering_holds_a_command(kind: str, name: str) -> None:
    # In a page, a line of an excerpt may begin with three dashes: nobody prints a page to a log.
    column = name not in PAGES
    assert commands_in(rendered(kind, ALL, name), column=column) == []
    assert commands_in(rendered(kind, COMMANDS[0], name), column=column) == []


@pytest.mark.parametrize("name", [name for name in RENDERERS if name not in PAGES])
def test_no_line_begins_with_a_text(name: str) -> None:
    text = "\n".join(f"EVIL {number} \\" for number in range(9))
    lines = rendered("graded", text, name).split("\n")
    # A paragraph of Markdown may begin with a text of the rubric: it is on one line then.
    first = () if name.endswith(".md") else ("EVIL 0",)
    begun = (*first, *(f"EVIL {number}" for number in range(1, 9)))
    assert not [line for line in lines if line.strip().startswith(begun)]


@pytest.mark.parametrize("text", COMMANDS)
def test_a_markdown_line_never_begins_with_one(text: str) -> None:
    assert commands_in(markdown(text)) == []
    assert commands_in(markdown_block(f"{text}\n{text}")) == []


def test_json_with_commands_reads_back_equal() -> None:
    values = [*COMMANDS, *(f"{text}\n{text}" for text in COMMANDS), "section_start: int", "##"]
    document = json_text(json.dumps(values, indent=2, ensure_ascii=False))

    assert json.loads(document) == values
    assert commands_in(document) == []
    assert r"\u0023#vso[task" in document
    assert r"section\u005fstart:17" in document
    assert json_text('{"a": "::error::"}') == '{"a": "::error::"}'
