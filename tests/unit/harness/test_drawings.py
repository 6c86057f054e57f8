"""What an SVG file draws, as suites read it; how much of it is read."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.harness import drawings as module
from runner.harness.drawings import DEPTH_LIMIT, ELEMENTS_LIMIT, TEXT_LIMIT, drawing
from runner.harness.errors import SubjectError

SVG = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'


def drawn(inner: str) -> module.Drawing:
    return drawing(SVG.format(inner).encode())


def test_texts_come_in_the_order_in_which_they_begin() -> None:
    found = drawn("<text>a <tspan>b\n</tspan> c<text>d</text></text><text> </text><text>e</text>")
    assert found["texts"] == ["a b cd", "d", "e"]
    assert found["root"] == "svg"


def test_shapes_are_where_they_are_each_once() -> None:
    found = drawn('<path id="a" d="M0"/><g><path d="M0"/></g><rect y="2" x="1" fill="red"/><g/>')
    assert found["shapes"] == [["d=M0"], ["x=1", "y=2"]]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not well-formed: no element found"),
        (b"<svg>&a;</svg>", "not well-formed: undefined entity"),
        (b"<!DOCTYPE s SYSTEM 'x'><svg>&a;</svg>", "are declared in it"),
        (b"<!DOCTYPE s [<!ENTITY a 'b'>]><svg>&a;</svg>", "are declared in it"),
        (b"<!DOCTYPE s [<!ATTLIST g x CDATA 'b'>]><svg/>", "are declared in it"),
        (b"<!DOCTYPE s [<!NOTATION n SYSTEM 'n'><!ENTITY a SYSTEM 'b' NDATA n>]><svg/>", "are d"),
        (b"<svg xlink:href='#a'/>", "unbound prefix"),
        (b'<?xml version="1.0" encoding="nonsense"?><svg/>', "encoding that is not known"),
        (b'<?xml version="1.0" encoding="hex"?><svg/>', "encoding that is not known"),
    ],
)
def test_what_is_no_drawing_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(SubjectError, match=why):
        drawing(content)


@pytest.mark.parametrize(
    ("inner", "why"),
    [
        ("<g>" * DEPTH_LIMIT + "</g>" * DEPTH_LIMIT, "elements in each other"),
        ("<text>" * 90 + "x" * (TEXT_LIMIT // 90 + 1) + "</text>" * 90, "characters of text"),
        ("<g/>" * ELEMENTS_LIMIT, "more than 200,000 elements"),
    ],
    ids=["depth", "nested texts", "elements"],
)
def test_too_much_is_refused_and_said_to_be(inner: str, why: str) -> None:
    with pytest.raises(SubjectError, match=why) as raised:
        drawn(inner)
    assert raised.value.limit


ELEMENTS = st.recursive(
    st.text("ab \n<>&é", max_size=5),
    lambda inner: st.tuples(
        st.sampled_from(["text", "tspan", "g", "path", "use"]),
        st.dictionaries(st.sampled_from(["x", "d", "id", "width"]), st.text("12é"), max_size=3),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


def element(part: object, parent: ET.Element) -> None:
    """Add a drawn part to a tree."""
    if isinstance(part, str):
        last = parent[-1] if len(parent) else None
        if last is None:
            parent.text = (parent.text or "") + part
        else:
            last.tail = (last.tail or "") + part
        return
    assert isinstance(part, tuple)
    name, attributes, inner = part
    child = ET.SubElement(parent, name, attributes)
    for one in inner:
        element(one, child)


@given(parts=st.lists(ELEMENTS, max_size=5))
def test_texts_and_shapes_are_those_of_the_tree(parts: list[object]) -> None:
    """As it was read before: all at once, by the standard library."""
    root = ET.Element("svg")
    for part in parts:
        element(part, root)
    tree = ET.fromstring(ET.tostring(root))
    texts = (" ".join("".join(one.itertext()).split()) for one in tree.iter("text"))
    shapes = {
        tuple(f"{k}={v}" for k, v in sorted(one.attrib.items()) if k in module.PLACED)
        for one in tree.iter()
        if one.tag in module.SHAPES
    }
    found = drawing(ET.tostring(root))
    assert found["texts"] == [text for text in texts if text]
    assert {tuple(one) for one in found["shapes"]} == shapes
