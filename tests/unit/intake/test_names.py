from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.intake.names import BadNameError, NameBook, folded, split_name

HOSTILE = {
    b"../evil": "climbs out",
    b"a/../../evil": "climbs out",
    b"a/..": "climbs out",
    b"/etc/passwd": "absolute",
    b"//server/share": "absolute",
    b"C:/evil": "absolute",
    b"c:evil": "absolute",
    b"..\\evil": "backslash",
    b"\\\\server\\share": "backslash",
    b"a\0b": "control character",
    b"a\nb": "control character",
    b"\x1b[2J": "control character",
    b"a\x7f": "control character",
    "a\x85b".encode(): "control character",
    b"caf\xe9": "not valid UTF-8",
    b"\xed\xa0\x80": "not valid UTF-8",
    b"\xc0\xae\xc0\xae/evil": "not valid UTF-8",
    b"": "empty",
}


@pytest.mark.parametrize(("raw", "why"), HOSTILE.items())
def test_names_that_no_honest_tool_writes(raw: bytes, why: str) -> None:
    with pytest.raises(BadNameError, match=why):
        split_name(raw)


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        (b"./", ()),
        (b".", ()),
        (b"./a//b/./c/", ("a", "b", "c")),
        (b"-rf", ("-rf",)),
        (b"a;b $(c) `d`", ("a;b $(c) `d`",)),
        (b"..a/b..", ("..a", "b..")),
        (b"CON/aux.py", ("CON", "aux.py")),
        ("東京/ü.py".encode(), ("東京", "ü.py")),
    ],
)
def test_odd_names_are_only_names(raw: bytes, parts: tuple[str, ...]) -> None:
    assert split_name(raw) == parts


@given(st.binary(max_size=60) | st.text(st.characters(codec="utf-8")).map(str.encode))
def test_a_name_is_refused_or_stays_inside(raw: bytes) -> None:
    try:
        parts = split_name(raw)
    except BadNameError:
        return
    assert not {"", ".", ".."} & set(parts)
    assert not any(character in part for part in parts for character in "/\\\0\n\x1b")
    assert split_name("/".join(parts).encode() or b".") == parts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("README.md", "readme.MD"),
        ("straße", "STRASSE"),
        ("caf\u00e9", "cafe\u0301"),
        ("\ufb01le.py", "file.py"),
        ("\u212bngstrom", "\u00e5ngstrom"),
        ("main.py", "main.py. ."),
        ("a?.py", "a_.py"),
        ("main.py::$DATA", "MAIN.py__$data"),
        ("ma\u200bin.py", "main.py"),
        ("main\u3164.py", "main.py"),
        ("heart\u2764\ufe0f", "heart\u2764"),
    ],
)
def test_names_that_meet_elsewhere(one: str, other: str) -> None:
    assert folded(one) == folded(other)
    book = NameBook()
    assert book.add(("a", one), folder=False) is None
    assert book.add(("a", other), folder=False) == ("a", one)
    assert book.add(("a", other, "below"), folder=False) == ("a", one)
    assert book.add(("b", other), folder=False) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("...", "..x"),
        ("notes.md", "notes.md.bak"),
        ("\U0001fae8.md", "\U0001fa77.md"),  # newer than the tables of this Python
        ("a b", "a_b"),
        ("\ue000.md", "\ue001.md"),
    ],
)
def test_names_that_lie_side_by_side(one: str, other: str) -> None:
    book = NameBook()
    assert book.add((one,), folder=False) is None
    assert book.add((other,), folder=False) is None


def test_folders_may_come_again_and_files_may_not() -> None:
    book = NameBook()
    assert book.add(("a",), folder=True) is None
    assert book.add(("a",), folder=True) is None
    assert book.add(("a", "b"), folder=False) is None
    assert book.add(("a", "b"), folder=False) == ("a", "b")
    assert book.add(("a", "b"), folder=True) == ("a", "b")
    assert book.add(("a", "b", "c"), folder=False) == ("a", "b")
    assert book.add(("a",), folder=False) == ("a",)


PARTS = st.lists(
    st.sampled_from(["a", "A", "b", "é", "e\u0301", "\u2167", "viii"]), min_size=1, max_size=3
)


@given(st.lists(st.tuples(PARTS.map(tuple), st.booleans()), max_size=12))
def test_what_was_accepted_can_lie_side_by_side(paths: list[tuple[tuple[str, ...], bool]]) -> None:
    book = NameBook()
    taken = [item for item in paths if book.add(item[0], folder=item[1]) is None]
    spelling: dict[tuple[str, ...], tuple[str, ...]] = {}
    for parts, _ in taken:
        for depth in range(1, len(parts) + 1):
            key = tuple(map(folded, parts[:depth]))
            assert spelling.setdefault(key, parts[:depth]) == parts[:depth]
    files = [parts for parts, folder in taken if not folder]
    assert len(files) == len(set(files))
