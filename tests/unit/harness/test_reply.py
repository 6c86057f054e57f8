from __future__ import annotations

import json
import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.harness.errors import SubjectError, UnservedError
from runner.harness.reply import (
    DEPTH_LIMIT,
    LARGEST_NUMBER,
    Fields,
    Reply,
    parse_json,
    shorten,
)

NUMBERS = st.floats(-LARGEST_NUMBER, LARGEST_NUMBER) | st.integers(-(10**100), 10**100)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers(-(10**500), 10**500)
    | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


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
        ("integer", [0, -3, 2**63 - 1, -(2**63)], [True, 1.0, "1", None, [], {}, 2**63, 10**400]),
        (
            "number",
            [1, 2.5, -1e100],
            [True, "1", None, float("inf"), float("nan"), 1.1e100, -(10**400)],
        ),
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


@pytest.mark.parametrize("value", [10**400, -(10**101), 1e101, float("inf")])
def test_a_number_with_which_nothing_can_be_computed_is_refused(value: float) -> None:
    with pytest.raises(SubjectError, match="finite number"):
        Fields("GET /x", {"a": value}).number("a")


@given(low=NUMBERS, high=NUMBERS, other=NUMBERS)
def test_what_is_read_can_be_computed_with(low: float, high: float, other: float) -> None:
    fields = Fields("x", {"low": low, "high": high, "other": other})
    a, b, c = (fields.number(key) for key in ("low", "high", "other"))
    for found in (b - a, a * b * c, (b - a) / (2 * 1.96 * max(0.01, abs(c))), abs(a) + abs(b)):
        assert math.isfinite(found)
        assert len(f"{found:.2f}") < 400


@given(
    value=JSON, keys=st.sampled_from(["integer", "number", "text", "array", "object", "boolean"])
)
def test_whatever_is_there_a_reader_reads_it_or_refuses_it(value: object, keys: str) -> None:
    document = reply(json.dumps({"k": value}).encode())
    with suppress(SubjectError):
        found = getattr(document.object(), keys)("k")
        assert str(found) or keys == "text"
        json.dumps(found if keys != "object" else dict(found.content))


@given(body=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_bytes_are_json_that_can_be_written_again_or_none(body: bytes) -> None:
    with suppress(SubjectError):
        assert json.dumps(reply(body).json())


@pytest.mark.parametrize("bracket", ["[", '{"a": '])
def test_what_is_nested_too_deeply_is_none(bracket: str) -> None:
    closed = {"[": "]", '{"a": ': "}"}[bracket]
    for depth, fine in ((DEPTH_LIMIT - 1, True), (3 * DEPTH_LIMIT, False)):
        body = bracket * depth + "1" + closed * depth
        if fine:
            parse_json(body.encode())
        else:
            with pytest.raises(ValueError, match="nested too deeply"):
                parse_json(body.encode())


def test_many_brackets_that_are_not_nested_are_fine() -> None:
    many = [{"a": ["[[[[", '"{{{'], "b\\": {}} for _ in range(2_000)]
    assert parse_json(json.dumps(many).encode()) == many


@pytest.mark.parametrize("depth", [100, 900, 930, 960, 990])
def test_a_wrong_value_is_refused_however_deep_it_is(depth: int) -> None:
    with pytest.raises(SubjectError):
        reply(b'{"a": ' + b"[" * depth + b"]" * depth + b"}").object().integer("a")
