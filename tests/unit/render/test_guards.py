"""Guards below those of the templates, and what hosts make of text beyond CommonMark."""

from __future__ import annotations

import re

import pytest

from runner.render import environment
from runner.render.safe import markdown

EVIL = "\x1b[2J \u202e <b>*x*</b>"


def test_no_page_can_forget_to_clean_a_text() -> None:
    page = environment.markup().from_string("<p>{{ text }}</p>").render(text=EVIL)
    assert page == "<p>\\x1b[2J \\u202e &lt;b&gt;*x*&lt;/b&gt;</p>"


def test_no_markdown_can_forget_to_clean_a_text() -> None:
    line = environment.markdown().from_string("- {{ text }}").render(text=EVIL)
    assert line == "- \\\\x1b\\[2J \\\\u202e \\<b\\>\\*x\\*\\</b\\>"


@pytest.mark.parametrize(
    "text", ["http://a.example", "see HTTPS://a.example/x now", "ftp://a", "x://y"]
)
def test_an_address_is_no_link(text: str) -> None:
    assert not re.search(r"(?<!\\)://", markdown(text))


@pytest.mark.parametrize("text", ["www.a.example", "(WWW.a.example)", "see www.a.example"])
def test_a_name_of_a_host_is_no_link(text: str) -> None:
    assert not re.search(r"\bwww\.", markdown(text), re.IGNORECASE)


@pytest.mark.parametrize("text", ["@team", "ping @a/b please", "a@b.example", "@@x"])
def test_a_name_is_no_mention(text: str) -> None:
    assert "@" not in markdown(text).replace("`@`", "")


@pytest.mark.parametrize("text", ["# a", "- a", "+ a", "= a", "1. a", "12) a", "--- ", "###"])
def test_a_line_begins_nothing(text: str) -> None:
    line = markdown(text)
    assert line.startswith("\\") or re.match(r"\d+\\[.)]", line)


@pytest.mark.parametrize("text", ["-1 is less", "1.5 s", "+1 for it", "2026", "a # b", "a - b"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert markdown(text) == text
