from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.text import command_signs, is_hidden, one_line, visible, visible_name

ANYTHING = st.text(st.characters())
"""Any character at all, lone surrogates too."""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("windows\r\nlines", "windows\nlines"),
        ("over\rwritten", "over\\rwritten"),
        ("\x1b[2J\x07\x00", "\\x1b[2J\\x07\\x00"),
        ("\x7f\x9b", "\\x7f\\x9b"),
        ("evil\u202etxt.exe", "evil\\u202etxt.exe"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("line\u2028end", "line\\u2028end"),
        ("lone\ud800", "lone\\ud800"),
        ("filler\u3164", "filler\\u3164"),
        ("variant\ufe01\U000e0100", "variant\\ufe01\\U000e0100"),
        ("heart \u2764\ufe0f, Zoë, 東京", "heart \u2764\ufe0f, Zoë, 東京"),
    ],
)
def test_hidden_characters_are_shown(text: str, shown: str) -> None:
    assert visible(text, 100) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", "\\x3a:error::x"),
        ("a\n \u3000::error::x", "a\n \u3000\\x3a:error::x"),
        ("\ufe0f:\ufe0f:error::x", "\ufe0f\\x3a\ufe0f:error::x"),
        ("é ##[group]", "é \\x23#[group]"),
        ("x##vso[task.x]y", "x\\x23#vso[task.x]y"),
        ("####[x]", "##\\x23#[x]"),
        ("section_start:17:x", "section\\x5fstart:17:x"),
        ("travis_time:end", "travis\\x5ftime:end"),
    ],
)
def test_commands_of_a_log_are_shown_and_not_obeyed(text: str, shown: str) -> None:
    assert visible(text, 100) == shown
    assert visible_name(text) == shown.replace("\n", "\\n")


@pytest.mark.parametrize(
    "text",
    [
        "tests/test_a.py::test_x",
        "Usage::\n\n    example",
        "::\n    literal",
        "a[::2] and ::1",
        "# heading [1]\n## [Unreleased]\n### x",
        "section_start: int, travis: str",
        "--- expected\n+++ actual",
        "#️⃣ keycap",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert visible(text, 200) == text


def test_a_sentence_is_on_one_line() -> None:
    assert one_line(" a\n\n b\t::error c\r\n", 100) == "a b ::error c"
    assert one_line("a\n::error::b", 100) == "a \\x3a:error::b"
    assert one_line("::error::b", 6) == "\\x3a:…"


def test_a_name_stays_on_one_line() -> None:
    assert visible_name("a\nb\tc\rd") == "a\\nb\\tc\\rd"


def test_bytes_that_are_not_utf8_are_shown() -> None:
    assert visible_name(b"caf\xe9\x1b") == "caf\\xe9\\x1b"


def test_long_text_is_cut_between_escapes() -> None:
    assert visible("abcdef", 6) == "abcdef"
    assert visible("abcdefg", 6) == "abcde…"
    assert visible("ab\x1b\x1b", 7) == "ab\\x1b…"
    assert visible_name(b"x" * 10_000, 5) == "xxxx…"


@given(ANYTHING, st.integers(min_value=1, max_value=60))
def test_whatever_comes_in_is_bounded_and_harmless(text: str, limit: int) -> None:
    for shown in (visible(text, limit), visible_name(text, limit)):
        assert len(shown) <= limit
        assert not any(is_hidden(character) for character in shown if character not in "\n\t")
        shown.encode()


SIGNS = st.text(st.sampled_from(":#[ae_17 \t\n\ufe0f\u0301") | st.characters(), max_size=30)


@given(SIGNS | ANYTHING, st.sampled_from(("::error::", "##[x]", "##vso[x]", "section_end:1:")))
def test_no_text_makes_a_command(text: str, command: str) -> None:
    for one in (text, command + text, text + command, text[: len(text) // 2] + command + text):
        for shown in (visible(one, 200), visible_name(one, 200), one_line(one, 200)):
            assert not command_signs(shown)


@given(st.binary())
def test_names_of_any_bytes_can_be_shown(raw: bytes) -> None:
    assert "\n" not in visible_name(raw)
