from __future__ import annotations

import pytest

from runner.harness.errors import SubjectError, UnservedError
from runner.harness.reply import Fields, Reply, parse_json, shorten


def reply(body: bytes, status: int = 200) -> Reply:
    return Reply(where="GET /x", status=status, headers={}, body=body, seconds=0.0, at=0.0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"NaN",
        b"[Infinity]",
        b'{"a": 1, "a": 2}',
        b"[" * 100_000,
        b"1" * 10_000,
        b"{'a': 1}",
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_not_json_is_the_subjects_failure(body: bytes) -> None:
    with pytest.raises(SubjectError, match="not JSON"):
        reply(body).json()


@pytest.mark.parametrize("body", [b"null", b"[]", b"1", b'"x"', b"true"])
def test_an_object_is_insisted_on(body: bytes) -> None:
    with pytest.raises(SubjectError, match="should be a JSON object"):
        reply(body).object()


@pytest.mark.parametrize("body", [b"null", b"{}", b"1"])
def test_an_array_is_insisted_on(body: bytes) -> None:
    with pytest.raises(SubjectError, match="should be a JSON array"):
        reply(body).array()


def test_an_array_of_objects_holds_nothing_else() -> None:
    assert [item.integer("a") for item in reply(b'[{"a": 1}, {"a": 2}]').objects()] == [1, 2]
    with pytest.raises(SubjectError, match="element 1"):
        reply(b"[{}, 3]").objects()


@pytest.mark.parametrize(
    ("reader", "good", "bad"),
    [
        ("integer", [0, -3, 10**20], [True, 1.0, "1", None, [], {}]),
        ("number", [1, 2.5], [True, "1", None, float("inf"), float("nan")]),
        ("text", ["", "é"], [1, None, []]),
        ("boolean", [True, False], [0, 1, "true", None]),
        ("array", [[], [1]], [{}, "x", None]),
        ("object", [{}], [[], None, 1]),
        ("objects", [[], [{}]], [[1], {}, None]),
    ],
)
def test_readers_insist_on_the_exact_type(
    reader: str, good: list[object], bad: list[object]
) -> None:
    for value in good:
        getattr(Fields("x", {"k": value}), reader)("k")
    for value in bad:
        with pytest.raises(SubjectError):
            getattr(Fields("x", {"k": value}), reader)("k")


def test_an_absent_field_is_named() -> None:
    with pytest.raises(SubjectError, match="field 'sku' is missing"):
        Fields("POST /items", {}).text("sku")


def test_a_wrong_status_shows_what_was_answered() -> None:
    with pytest.raises(UnservedError, match="answered 500, expected 200 or 201; body: boom"):
        reply(b"boom\n", 500).expect(200, 201)
    with pytest.raises(SubjectError, match="answered 409, expected 200") as raised:
        reply(b"", 409).expect(200)
    assert type(raised.value) is SubjectError
    with pytest.raises(SubjectError, match="empty body"):
        reply(b"", 500).expect(200)


def test_a_missing_header_is_named() -> None:
    with pytest.raises(SubjectError, match="header ETag is missing"):
        reply(b"").header("ETag")


def test_text_is_shortened_to_one_line() -> None:
    assert shorten("a\n  b") == "a b"
    assert len(shorten("x" * 500)) == 120


def test_fields_behave_like_a_set_of_names() -> None:
    fields = Fields("x", {"a": 1, "b": None})

    assert "a" in fields
    assert list(fields) == ["a", "b"]
    assert fields.value("b") is None


def test_plain_json_is_read() -> None:
    assert parse_json(b' {"a": [1, 2.5, "x", null, true]} ') == {"a": [1, 2.5, "x", None, True]}


def test_half_a_surrogate_pair_cannot_break_the_line_to_the_host() -> None:
    text = reply(rb'{"id": "\ud800 \udfff"}').object().text("id")

    assert shorten(text).encode() == rb"\ud800 \udfff"


def test_a_number_beyond_every_float_is_refused() -> None:
    with pytest.raises(SubjectError, match="finite number"):
        Fields("GET /x", {"a": 10**400}).number("a")


@pytest.mark.parametrize("depth", [100, 900, 930, 960, 990])
def test_a_wrong_value_is_refused_however_deep_it_is(depth: int) -> None:
    with pytest.raises(SubjectError):
        reply(b'{"a": ' + b"[" * depth + b"]" * depth + b"}").object().integer("a")
