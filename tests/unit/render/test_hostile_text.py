"""No text in a record can become structure of a report, hide in it, or flood it."""

from __future__ import annotations

import json
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from runner.model import Alarm, Location, Record
from runner.render import RENDERERS
from runner.render.view import KINDS_SHOWN
from runner.text import is_hidden
from tests.unit.render.hostile import HOSTILE
from tests.unit.render.sample import mid, small, void, with_text

BENIGN = "plain"
RECORDS = {"graded": small(mid()), "void": small(void())}
PAGES = ("report.html", "feedback.html")
TEXTS = ("report.md", "feedback.md")
INLINE = {"text", "text_special", "code_inline", "strong_open", "strong_close", "softbreak"}


@cache
def rendered(kind: str, text: str) -> dict[str, str]:
    """Every rendering of a record that says nothing but `text`."""
    record = with_text(RECORDS[kind], text)
    return {name: render(record) for name, render in RENDERERS.items()}


@cache
def benign_structure(kind: str, name: str) -> list[object]:
    """What the structure of a rendering is when nobody means harm."""
    output = rendered(kind, BENIGN)[name]
    return html_structure(output) if name in PAGES else markdown_structure(output)


class Structure(HTMLParser):
    """Every tag with its attributes, comment and declaration, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.found.append(("declaration", decl))

    def handle_pi(self, data: str) -> None:
        self.found.append(("instruction", data))


def html_structure(text: str) -> list[object]:
    parser = Structure()
    parser.feed(text)
    parser.close()
    return parser.found


def markdown_structure(text: str) -> list[object]:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    for token in tokens:
        for child in token.children or ():
            assert child.type in INLINE, child
    return [(token.type, token.tag, token.info) for token in tokens]


@pytest.fixture(params=HOSTILE, ids=lambda text: ascii(text[:30]))
def text(request: pytest.FixtureRequest) -> str:
    assert isinstance(request.param, str)
    return request.param


@pytest.fixture(params=RECORDS)
def kind(request: pytest.FixtureRequest) -> str:
    assert isinstance(request.param, str)
    return request.param


def test_html_keeps_its_structure(text: str, kind: str) -> None:
    for name in PAGES:
        assert html_structure(rendered(kind, text)[name]) == benign_structure(kind, name)


def test_markdown_keeps_its_structure(text: str, kind: str) -> None:
    for name in TEXTS:
        assert markdown_structure(rendered(kind, text)[name]) == benign_structure(kind, name)


def test_junit_keeps_its_structure(text: str, kind: str) -> None:
    def tree(value: str) -> list[tuple[str, list[str]]]:
        root = ET.fromstring(rendered(kind, value)["junit.xml"])
        return [(one.tag, sorted(one.attrib)) for one in root.iter()]

    assert tree(text) == tree(BENIGN)


def test_sarif_stays_sarif(text: str) -> None:
    log = json.loads(rendered("graded", text)["report.sarif"])

    [run] = log["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert run["results"]
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in {"error", "warning"}
        assert result["message"]["text"]
        for place in result["locations"]:
            uri = urlsplit(place["physicalLocation"]["artifactLocation"]["uri"])
            assert not uri.scheme
            assert not uri.netloc
            assert uri.path


def test_json_reads_back_equal(text: str) -> None:
    record = with_text(RECORDS["graded"], text)

    assert Record.model_validate_json(rendered("graded", text)["report.json"]) == record


def test_nothing_hidden_reaches_any_output(text: str, kind: str) -> None:
    for output in rendered(kind, text).values():
        assert not {one for one in set(output) if is_hidden(one)} - {"\n", "\t"}
        assert output.encode()


def test_hidden_characters_are_shown_where_they_stand() -> None:
    record = with_text(mid(), "a\x1b[2Jb\u202ec")

    assert r"a\x1b[2Jb\u202ec" in RENDERERS["report.html"](record)
    assert r"a\\x1b\[2Jb\\u202ec" in RENDERERS["report.md"](record)
    assert r"a\u001b[2Jb\u202ec" in RENDERERS["report.json"](record)


def flooded() -> Record:
    """Ten thousand of everything that a submission can multiply, each of them long."""
    record = with_text(mid(), "long " * 500)
    places = tuple(Location(path=f"app/{number}.py", line=number) for number in range(10_000))
    alarms = tuple(Alarm(id=f"alarm.{number}", summary="x" * 5_000) for number in range(10_000))
    lines = tuple(
        one.model_copy(
            update={
                "evidence": tuple(
                    item.model_copy(
                        update={
                            "locations": places,
                            "excerpt": "line\n" * 10_000,
                            "measures": item.measures * 100,
                        }
                    )
                    for item in one.evidence
                )
                * 20
            }
        )
        for one in record.criteria
    )
    return record.model_copy(update={"alarms": alarms, "criteria": lines})


@pytest.mark.parametrize("name", [*PAGES, *TEXTS, "junit.xml", "report.sarif"])
def test_a_flood_is_cut_with_its_size_stated(name: str) -> None:
    output = RENDERERS[name](flooded())

    assert len(output) < 3_000_000
    if name == "report.html":
        assert "10000 signs of tampering" in output
        assert f"and {10_000 - KINDS_SHOWN} more in report.json" in output
        assert "and 9995 more places" in output
        assert "more checks in report.json" in output
        assert "and 9970 more lines" in output
