"""Files that cannot be analysed are named with a reason, never passed over as clean."""

from __future__ import annotations

import pytest

from runner.analyser import limits
from runner.analyser.source import (
    NotAnalysableError,
    decode,
    foreign_codec,
    is_test_path,
    parse,
    read,
)
from tests.unit.analyser.build import source


def refusal(data: bytes) -> str:
    with pytest.raises(NotAnalysableError) as caught:
        read("a.py", data, frozenset())
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x = 1\n" * 200_000, "larger than 1024 KiB"),
        (b"x = '\xff'\n", "not UTF-8 at byte 5"),
        (b"x = '" + b"a" * 10_000 + b"'\n", "a line is longer than 10000 characters"),
        (b"# coding: utf-7\nx = 1\n", "declares the encoding utf-7"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=no-such-codec :\n", "no-such-codec"),
        ("# coding: latin-1\nx = 'é'\n".encode(), "declares the encoding iso8859-1"),
        (b"x = \0\n", "null bytes"),
        (b"def (:\n", "syntax error: line 1: "),
        (b"x = " + b"(" * 9_000 + b")" * 900 + b"\n", "too many nested parentheses"),
        (b"x = " + b"-" * 9_000 + b"1\n", "nested too deeply to be parsed"),
        (b"x = a" + b".b" * 160 + b"\n", "nested more than 150 levels deep"),
        (b"x = [" + b"1,\n" * 120_000 + b"]\n", "more than 100,000 syntax nodes"),
        (b"if x:\n\ty\n        z\n", "syntax error"),
        (b"print 'hello'\n", "syntax error"),
        (b"if 1:\n    a\n \\\n  # c\n", "cannot be split into tokens"),
    ],
)
def test_each_refusal_has_its_reason(data: bytes, reason: str) -> None:
    assert reason in refusal(data)


def test_line_ends_and_byte_order_marks_are_normalised() -> None:
    assert decode(b"\xef\xbb\xbfa = 1\r\nb = 2\rc = 3\n") == "a = 1\nb = 2\nc = 3\n"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("x = 1\n# coding: latin-1\n", None),
        ("# -*- coding: utf8 -*-\n", None),
        ("# coding: utf-8-sig\n", None),
        ("\n# coding: ascii\n", "ascii"),
        ("# first\n# second\n# coding: utf-7\n", None),
        ("# coding: cp1252\nx = 1\n", "cp1252"),
        ("", None),
    ],
)
def test_only_the_first_two_comment_lines_declare_a_codec(text: str, codec: str | None) -> None:
    assert foreign_codec(text) == codec


def test_ascii_in_a_compatible_codec_is_read() -> None:
    assert decode(b"# coding: latin-1\nx = 1\n").endswith("x = 1\n")


def test_only_lines_with_code_count_as_changed() -> None:
    found = source(
        '''
        """Docstring
        over two lines."""

        # comment
        x = """text
        over two"""


        def f():
            "inner docstring"
            return 1  # comment
        '''
    )
    assert found.changed == {6, 7, 10, 12}
    assert {2, 3, 5} <= found.touched


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/helpers.py", True),
        ("app/test/x.py", True),
        ("conftest.py", True),
        ("app/test_x.py", True),
        ("app/x_test.py", True),
        ("app/testing.py", False),
        ("app/contest.py", False),
    ],
)
def test_test_files_are_told_by_their_path(path: str, expected: bool) -> None:  # noqa: FBT001
    assert is_test_path(path) is expected
    assert source("x = 1", path).is_test is expected


def test_ceilings_leave_room_for_ordinary_code() -> None:
    _, nodes = parse("def f(x):\n    return [y + 1 for y in x if y]\n" * 1_000)
    assert nodes < limits.TREE_NODES
