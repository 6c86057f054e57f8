"""Tables and pictures of a check: shown to the reader of a report, and to nobody else."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import pytest

from runner.model import Evidence, Picture, Record, Status, Table
from runner.render import RENDERERS
from runner.render.safe import image
from runner.render.view import numeric
from tests.unit.render.sample import mid, void
from tests.unit.render.test_hostile_text import html_structure
from tests.unit.render.test_pages import Page

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
HOSTILE = (
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"<svg xmlns='http://www.w3.org/2000/svg'><foreignObject><b/></foreignObject></svg>",
    b"<svg xmlns='http://www.w3.org/2000/svg'><image href='http://127.0.0.1:9/x'/></svg>",
    b"<!DOCTYPE svg [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><svg>&b;</svg>",
    b'"><script>alert(1)</script>',
    b"<svg",
    b"",
    b"\x00\xff\xfe",
)


def changed(record: Record, change: Callable[[Evidence], Evidence]) -> Record:
    """`record` with other evidence in every criterion that has some."""
    return record.model_copy(
        update={
            "criteria": tuple(
                one.model_copy(update={"evidence": tuple(map(change, one.evidence))})
                for one in record.criteria
            ),
            "evidence": tuple(map(change, record.evidence)),
        }
    )


def with_picture(svg: bytes) -> Record:
    picture = Picture(name="p", svg=base64.b64encode(svg).decode())
    return changed(mid(), lambda one: one.model_copy(update={"pictures": (picture,)}))


def without_notes(record: Record) -> Record:
    return changed(record, lambda one: one.model_copy(update={"tables": (), "pictures": ()}))


@pytest.mark.parametrize("svg", HOSTILE, ids=lambda svg: ascii(svg[:40]))
def test_a_picture_is_an_image_whatever_it_holds(svg: bytes) -> None:
    page = RENDERERS["report.html"](with_picture(svg))

    sources = {str(one["src"]) for one in Page(page).all("img")}
    assert sources == {f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"}
    plain = html_structure(RENDERERS["report.html"](with_picture(PLAIN)))
    assert re.sub("base64,[^']*", "", str(html_structure(page))) == re.sub(
        "base64,[^']*", "", str(plain)
    )


def test_a_source_is_made_of_nothing_but_base64() -> None:
    assert image('PHN2\n"> onerror=x') == "data:image/svg+xml;base64,PHN2onerror=x"
    with pytest.raises(ValueError, match="pattern"):
        Picture(name="p", svg='"><script>')


def test_pictures_have_their_names_beside_what_passed_and_what_failed() -> None:
    page = RENDERERS["report.html"](mid())

    alts = [one["alt"] for one in Page(page).all("img")]
    assert alts == ["Picture: over time", "Picture: yours", "Picture: the reference"]
    assert "<bdi>the reference</bdi></figcaption>" in page
    assert page.count('<div class="pictures">') == 2
    assert '<td class="number">65 %</td>' in page
    assert '<caption class="hidden">orders by the answer they got</caption>' in page
    assert '<th scope="col" class="number">orders</th>' in page


def test_markdown_has_the_tables_and_names_the_pictures() -> None:
    text = RENDERERS["report.md"](mid())

    head = "| answer | orders | share |\n| --- | --- | --- |\n| 201 | 13 | 65 % |"
    assert f"orders by the answer they got:\n\n{head}" in text
    assert "| round | created |" in text
    assert "Picture, in report.html: the reference" in text
    assert "base64" not in text
    assert "PHN2" not in text


@pytest.mark.parametrize("name", ["feedback.html", "feedback.md", "junit.xml", "report.sarif"])
def test_other_files_do_not_know_of_them(name: str) -> None:
    assert RENDERERS[name](mid()) == RENDERERS[name](without_notes(mid()))


def test_the_record_has_all_of_it() -> None:
    again = Record.model_validate_json(RENDERERS["report.json"](mid()))

    assert again == mid()
    assert sum(len(one.pictures) for one in again.evidence) == 3


def test_a_void_run_shows_none() -> None:
    assert Page(RENDERERS["report.html"](void())).all("img") == []


def test_a_row_that_lacks_cells_breaks_nothing() -> None:
    odd = Table(title="", columns=(), rows=(("a", "b"), ()))
    record = changed(mid(), lambda one: one.model_copy(update={"tables": (odd,)}))

    assert any(one.status is Status.PASSED for one in record.criteria)
    assert all(render(record) for render in RENDERERS.values())


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("12", True), ("-0.5", True), ("1,234.50", True), ("65 %", True), ("", False), ("1 a", False)],
)
def test_numbers_are_told_from_words(cell: str, expected: bool) -> None:  # noqa: FBT001
    assert numeric(cell) is expected
