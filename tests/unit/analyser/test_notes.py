"""Notes count when they say something that the template did not."""

from __future__ import annotations

from runner.analyser.document import Notes
from runner.analyser.notes import notes

TEMPLATE = b"""# Notes of somebody

<!-- One page. -->

## Decisions

<!-- What did you
decide? -->

Write here.

## Known limits ##
"""
WORDS = b"We keep one row per order because two workers may race for the same stock at any time."


def judged(text: bytes, template: bytes = TEMPLATE) -> Notes:
    return notes({"NOTES.md": text}, {"NOTES.md": template})


def filled(result: Notes) -> dict[str, bool]:
    return {each.title: each.filled for each in result.sections}


def test_the_template_itself_says_nothing() -> None:
    result = judged(TEMPLATE)
    assert filled(result) == {"decisions": False, "known limits": False}
    assert [each.words for each in result.sections] == [0, 0]


def test_own_words_fill_a_section() -> None:
    result = judged(TEMPLATE.replace(b"Write here.", WORDS))
    assert filled(result) == {"decisions": True, "known limits": False}
    assert result.sections[0].line == 5


def test_one_word_repeated_does_not() -> None:
    assert not filled(judged(TEMPLATE.replace(b"Write here.", b"word " * 50)))["decisions"]


def test_text_in_comments_and_missing_headings_do_not() -> None:
    hidden = TEMPLATE.replace(b"Write here.", b"<!-- " + WORDS + b" -->")
    assert not any(filled(judged(hidden)).values())
    assert not any(filled(judged(WORDS)).values())


def test_headings_inside_fences_are_text() -> None:
    fenced = b"## Decisions\n```\n## Known limits\n" + WORDS + b"\n```\n"
    assert filled(judged(fenced)) == {"decisions": True, "known limits": False}


def test_an_open_comment_is_text() -> None:
    assert filled(judged(b"## Decisions\n<!-- " + WORDS))["decisions"]


def test_a_template_without_a_title_keeps_its_first_section() -> None:
    assert list(filled(judged(b"", b"## A\n## B\n"))) == ["a", "b"]
    assert list(filled(judged(b"", b"# Only\n"))) == ["only"]


def test_without_a_template_nothing_is_expected() -> None:
    assert notes({"NOTES.md": WORDS}, {}) == Notes(expected=False, present=True)


def test_deleted_notes_are_empty() -> None:
    result = notes({}, {"NOTES.md": TEMPLATE})
    assert (result.expected, result.present) == (True, False)
    assert not any(filled(result).values())


def test_a_comment_bomb_ends_quickly() -> None:
    assert not any(filled(judged(b"<!--" * 60_000 + b"# " + b" #" * 60_000)).values())
