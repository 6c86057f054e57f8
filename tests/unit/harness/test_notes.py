"""What a check writes down, and where that ends."""

from __future__ import annotations

import base64

import pytest

from runner.harness import bounded
from runner.harness import notes as module
from runner.harness.collect import BULK_LIMIT, Collected, summarise
from runner.harness.messages import SuitePlace
from runner.harness.notes import (
    CELL_LIMIT,
    COLUMNS_LIMIT,
    EACH_LIMIT,
    MEASURES_LIMIT,
    NOTES_LIMIT,
    PICTURE_BYTES,
    PLACES_LIMIT,
    ROWS_LIMIT,
    SERIES_LIMIT,
    SUMMARY_LIMIT,
    Notes,
)

LARGE = b"<svg>".ljust(PICTURE_BYTES - 6) + b"</svg>"
"""As large as a picture may be."""


def test_a_table_is_text_and_every_row_has_all_columns() -> None:
    notes = Notes()
    notes.table("by\nregion", ["region", "EUR"], [("East", 312345.67), ["West"], (1, 0.1 + 0.2, 9)])

    (table,) = notes.tables
    assert table.title == "by region"
    assert table.columns == ("region", "EUR")
    assert table.rows == (("East", "312345.67"), ("West", ""), ("1", "0.3"))
    assert notes.notes == []


def test_numbers_that_are_none_and_text_that_is_no_text_can_be_sent() -> None:
    notes = Notes()
    notes.table("\ud800", ["\udfff"], [[float("nan")], ["a\x00\nb"], [True]])

    assert notes.tables[0].rows == (("nan",), ("a\x00 b",), ("True",))
    assert notes.tables[0].model_dump_json().encode()


def test_a_table_is_bounded_and_says_so() -> None:
    notes = Notes()
    notes.table("large", ["x" * 200] * 20, [["y" * 200] * 20] * 100)

    (table,) = notes.tables
    assert (len(table.rows), len(table.rows[0]), len(table.columns)) == (
        ROWS_LIMIT,
        COLUMNS_LIMIT,
        COLUMNS_LIMIT,
    )
    assert {len(cell) for cell in (*table.columns, *table.rows[0])} == {CELL_LIMIT}
    assert notes.notes == ["the table large is cut: it has 100 rows, 20 columns"]


@pytest.mark.parametrize(
    "value",
    [10**400, -(10**5_000), float("inf"), float("nan"), 1.7e308 - -1.7e308],
    ids=["large", "unsayable", "infinite", "none", "difference"],
)
def test_a_number_that_is_none_is_left_out_and_named(value: float) -> None:
    notes = Notes()
    notes.measure("the ratio", value, "times")
    notes.plot("c", [(1, 2.0), (2, value), (value, 3), (4, 5)], x="x", y="y", limit=value)

    assert notes.measures == []
    assert notes.notes == ["the measure the ratio is left out: it is no finite number"]
    assert notes.series[0].points == ((1.0, 2.0), (4.0, 5.0))
    assert notes.series[0].limit is None


def test_no_kind_of_note_grows_without_end() -> None:
    notes, long = Notes(), "\ud800" * 1_000
    for _ in range(200):
        notes.measure(long, 1, long)
        notes.plot(long, [(1, 1)] * 1_000, x=long, y=long)
        notes.note(long)
        notes.places.append(SuitePlace(path="a.py", line=1, note="x"))
    item = Collected(check="a.py::x", requirement="r", name="", notes=notes, called=True)
    case = item.case()

    assert len(case.measures) == MEASURES_LIMIT
    assert len(case.series) == SERIES_LIMIT
    assert len(case.notes) == NOTES_LIMIT
    assert len(case.places) == PLACES_LIMIT
    assert len(case.model_dump_json().encode()) < 200_000


def test_a_picture_whose_reader_dies_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "RESULT_BYTES", 1)
    notes = Notes()
    notes.picture("p", b"<svg/>")

    assert notes.pictures == []
    assert notes.notes[0].startswith("the picture p is left out: it cannot be looked into: ")


def test_a_picture_is_kept_byte_for_byte() -> None:
    notes = Notes()
    notes.picture("a" * 200, b"<svg><script>alert(1)</script>\n</svg> ")

    (picture,) = notes.pictures
    assert base64.b64decode(picture.svg) == b"<svg><script>alert(1)</script>\n</svg> "
    assert len(picture.name) == CELL_LIMIT


def test_what_is_too_large_or_too_much_is_left_out_and_named() -> None:
    notes = Notes()
    notes.picture("large", bytes(PICTURE_BYTES + 1))
    notes.picture("torn", b"<svg>")
    for number in range(EACH_LIMIT + 1):
        notes.picture(f"p{number}", LARGE)
        notes.table(f"t{number}", ["x"], [])
        notes.alarm("copied", f"a{number} {'long ' * 200}")

    assert [one.name for one in notes.pictures] == [f"p{number}" for number in range(EACH_LIMIT)]
    assert len(notes.tables) == len(notes.alarms) == EACH_LIMIT
    assert max(len(one.summary) for one in notes.alarms) == SUMMARY_LIMIT
    assert notes.notes == [
        "the picture large is left out: it has 400001 bytes",
        "the picture torn is left out: it is not well-formed (no element found, line 1)",
        "the picture p6 is left out: a case has up to 6",
        "the table t6 is left out: a case has up to 6",
    ]


def test_notes_can_be_copied_and_put_together() -> None:
    one = Notes()
    one.measure("n", 1)
    one.table("t", ["x"], [])
    two = one.copy()
    two.picture("p", b"<svg/>")
    two.alarm("a", "s")

    assert (one.pictures, one.alarms) == ([], [])
    one.replace(one.copy(), two)
    assert (len(one.measures), len(one.tables), len(one.pictures), len(one.alarms)) == (2, 2, 1, 1)


def test_many_large_pictures_do_not_outgrow_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "apart", lambda work, data: work(data))  # 54 processes less
    items = [
        Collected(check="a.py::x", requirement="r", name=str(n), called=True) for n in range(9)
    ]
    for item in items:
        item.notes.measure("n", 1)
        for _ in range(EACH_LIMIT):
            item.notes.picture("p", LARGE)

    (check,) = summarise(items)

    assert len(check.model_dump_json()) < BULK_LIMIT
    assert [len(case.pictures) for case in check.cases] == [EACH_LIMIT] + [0] * 8
    assert all("no room for more" in case.notes[-1] for case in check.cases[1:])
    assert {len(case.measures) for case in check.cases} == {1}
