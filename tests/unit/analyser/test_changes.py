"""What counts as the candidate's: lines that differ from the starter."""

from __future__ import annotations

from runner.analyser import limits
from runner.analyser.changes import touched_lines


def test_a_file_that_the_starter_lacks_is_all_theirs() -> None:
    assert touched_lines("a.py", b"x\n\n  \ny", {}) == {1, 4}


def test_an_unchanged_file_is_not() -> None:
    assert touched_lines("a.py", b"x\ny\n", {"a.py": b"x\ny\n"}) == frozenset()


def test_a_starter_file_that_moved_is_not() -> None:
    assert touched_lines("src/a.py", b"x\n", {"a.py": b"x\n"}) == frozenset()


def test_inserted_and_replaced_lines_count() -> None:
    starter = {"a.py": b"one\ntwo\nthree\nfour\n"}
    assert touched_lines("a.py", b"one\nnew\ntwo\nTHREE\nfour\n", starter) == {2, 4}


def test_line_ends_and_byte_order_marks_are_no_change() -> None:
    starter = {"a.py": b"one\ntwo\n"}
    assert touched_lines("a.py", b"\xef\xbb\xbfone\r\ntwo\r\n", starter) == frozenset()


def test_a_very_long_file_is_not_compared() -> None:
    lines = b"x\n" * (limits.DIFF_LINES + 1)
    assert len(touched_lines("a.py", lines, {"a.py": b"x\n"})) == limits.DIFF_LINES + 1
