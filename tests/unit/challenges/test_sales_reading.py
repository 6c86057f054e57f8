"""How the suite of the sales challenge reads what people write: prose, charts, tables."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from runner.harness.errors import SubjectError
from tests.unit.challenges.hidden import modules

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = (
    "order_id,date,customer,segment,region,channel,newsletter,price_group,product,quantity_kg,"
    "price_per_kg,discount_pct\n"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'


@pytest.fixture(scope="module")
def hidden() -> Iterator[Any]:
    with modules(
        "sales", "dirt", "accepted", "exports", "cleaned", "numbers_in_prose", "pictures"
    ) as found:
        yield found


# ----------------------------------------------------------------------------------- prose


@pytest.mark.parametrize(
    "text",
    [
        "a total of 312,345.67 EUR",
        "312345.67",
        "€312 345,67",
        "312'346",
        "312.346 EUR",
        "about 312k",
        "0.31 million",
        "EUR 312 thousand",
        "310,000",
        "3.1e5 or 312\u202f346",
        "**312,346**.",
        "(312 345.67)",
    ],
)
def test_a_total_is_found_however_it_is_written(hidden: Any, text: str) -> None:
    numbers = hidden.numbers_in_prose
    assert numbers.states(numbers.numbers_in(text), 312_345.67)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("an effect of 0.71 [0.38, 1.04]", 0.38),
        ("an effect of 0.71 (0.38 to 1.04)", 1.04),
        ("between −8.1 and 3", -8.12),
        ("lowers it by 8.1 EUR", -8.12),
        ("from -0.00 to", 0.0012),
        ("305 295 customers", 295.0),
        ("26,7 EUR", 26.71),
    ],
)
def test_small_numbers_are_found(hidden: Any, text: str, value: float) -> None:
    numbers = hidden.numbers_in_prose
    assert numbers.states(numbers.numbers_in(text), value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no number at all", 312_345.67),
        ("a total of 212,345.67 EUR in 12 months", 312_345.67),
        ("300,000 or so", 312_345.67),
        ("an effect of 0.71", 0.38),
        ("26.7 EUR", -8.12),
    ],
)
def test_another_number_is_another_number(hidden: Any, text: str, value: float) -> None:
    numbers = hidden.numbers_in_prose
    assert not numbers.states(numbers.numbers_in(text), value)


def test_long_prose_is_read_in_no_time(hidden: Any) -> None:
    """A text of digits and blanks has nothing that could be tried in many ways."""
    found = hidden.numbers_in_prose.numbers_in("1 " * 400_000)
    assert 1.0 in found


# ---------------------------------------------------------------------------------- charts


def test_a_chart_is_its_texts_and_its_shapes(hidden: Any) -> None:
    picture = hidden.pictures.read(
        SVG.format(
            "<text>Revenue by <tspan>month</tspan></text><text>2025-03</text><text>Jan 2025</text>"
            '<text>East</text><text>Revenue (EUR)</text><path d="M0 0"/><!-- c -->'
        ).encode(),
        "chart",
    )

    assert picture.names("East") == {"revenue by month", "revenue (eur)"}
    assert picture.says("month")
    assert picture.says("eur", "€")
    assert not picture.says("share")
    assert picture.shapes == {("d=M0 0",)}


def test_what_is_drawn_tells_charts_apart_and_ids_do_not(hidden: Any) -> None:
    first, same, other = (
        hidden.pictures.read(SVG.format(inner).encode(), "chart").shapes
        for inner in (
            '<path id="a" d="M0 1"/><text x="1">a</text>',
            '<path id="b" d="M0 1"/><text x="2">b</text>',
            '<path id="a" d="M0 2"/>',
        )
    )
    assert first == same
    assert first != other


def test_the_doctype_that_plotting_libraries_write_is_no_reason_to_refuse(hidden: Any) -> None:
    doctype = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://127.0.0.1/svg11.dtd">'
    assert hidden.pictures.read((doctype + SVG.format("<text>a</text>")).encode(), "x").texts


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<svg",
        b"\x89PNG\r\n",
        b"<html/>",
        b'<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><svg>&b;</svg>',
        b'<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg><text>&a;</text></svg>',
        b'<?xml version="1.0" encoding="nonsense"?><svg/>',
    ],
)
def test_what_is_no_chart_is_the_submissions_fault(hidden: Any, document: bytes) -> None:
    with pytest.raises(SubjectError, match="charts/x.svg is not"):
        hidden.pictures.read(document, "charts/x.svg")


# -------------------------------------------------------------------------------- clean.csv


def written(hidden: Any, drawn: Any, **changes: dict[str, str]) -> str:
    """`clean.csv` as it should be, but for changed rows."""
    rows = []
    for order in drawn.orders:
        cells = {name: str(value) for name, value in hidden.cleaned.due(order).items()}
        cells |= changes.get(order.id.replace("-", "_"), {})
        rows.append(",".join(cells[name] for name in hidden.cleaned.COLUMNS) + "\n")
    return HEADER + "".join(rows)


def test_the_truth_scores_everything(hidden: Any) -> None:
    drawn = hidden.exports.small(1)
    clean = hidden.cleaned.read(written(hidden, drawn), "x")

    assert not [*hidden.cleaned.wrong_cells(clean, drawn.orders)]
    for kind, columns in hidden.cleaned.CONCERNED.items():
        found = hidden.cleaned.score(clean, drawn, kind)
        assert (found.f1, found.harmed, found.marked - found.right) == (1.0, 0, 0)
        assert found.marked > 3, kind
        assert columns
    assert hidden.cleaned.unharmed(clean, drawn).examples == ()


def test_a_corrupted_cell_that_stays_wrong_and_a_good_one_that_is_harmed(hidden: Any) -> None:
    drawn = hidden.exports.small(1)
    marked = sorted(who for who, _ in drawn.export.marks["dates"])
    plain = next(order.id for order in drawn.orders if order.id not in marked)
    changes = {who.replace("-", "_"): {"date": "1999-01-01"} for who in (*marked[:2], plain)}
    clean = hidden.cleaned.read(written(hidden, drawn, **changes), "x")
    found = hidden.cleaned.score(clean, drawn, "dates")

    right = len(marked) - 2
    assert (found.marked, found.right, found.harmed) == (len(marked), right, 1)
    assert found.f1 == pytest.approx(2 * right / (2 * right + 3))
    assert "'1999-01-01' where 2025-" in found.examples[0]
    assert hidden.cleaned.score(clean, drawn, "money").f1 == 1.0
    harmed = hidden.cleaned.unharmed(clean, drawn)
    assert harmed.marked - harmed.right == 1


def test_two_tables_are_compared_order_by_order(hidden: Any) -> None:
    drawn = hidden.exports.small(1)
    name = drawn.orders[0].id
    first = hidden.cleaned.read(written(hidden, drawn), "x")
    other = hidden.cleaned.read(written(hidden, drawn, **{name.replace("-", "_"): {"customer": "C-1"}}), "x")
    fewer = hidden.cleaned.read(HEADER, "x")

    assert hidden.cleaned.differences(first, first) == []
    [changed] = hidden.cleaned.differences(first, other)
    assert changed == f"{name}, customer: '{drawn.orders[0].customer}' and 'C-1'"
    assert hidden.cleaned.differences(first, other, lambda *_: True) == []
    [gone] = hidden.cleaned.differences(first, fewer)
    assert gone.startswith(f"{len(drawn.orders)} orders are in one of both only")
    assert hidden.cleaned.full(first, drawn) is first
    for needs_rows in (hidden.cleaned.full, hidden.cleaned.there):
        with pytest.raises(SubjectError, match=f"0 of {len(drawn.orders)} orders"):
            needs_rows(fewer, drawn)


def test_rows_of_another_file_tell_nothing_about_this_one(hidden: Any) -> None:
    drawn, other = hidden.exports.small(1), hidden.exports.small(2)
    clean = hidden.cleaned.read(written(hidden, other).upper().replace(HEADER.upper(), HEADER), "x")

    assert hidden.cleaned.full(clean, other) is clean
    assert hidden.cleaned.there(clean, drawn) is clean
    with pytest.raises(SubjectError, match="with their customers: too few to compare"):
        hidden.cleaned.full(clean, drawn)


def test_orders_that_are_missing_say_nothing_about_cells(hidden: Any) -> None:
    drawn = hidden.exports.small(1)
    lines = written(hidden, drawn).splitlines(keepends=True)
    clean = hidden.cleaned.read("".join(lines[:-40] + lines[1:2]), "x")

    assert hidden.cleaned.score(clean, drawn, "dates").f1 == 1.0
    assert len(clean.rows) == len(drawn.orders) - 40
    assert max(clean.counts.values()) == 2


@pytest.mark.parametrize(
    ("column", "cell", "wanted", "right"),
    [
        ("quantity_kg", "1.2500", 1.25, True),
        ("quantity_kg", "1.2505", 1.25, True),
        ("quantity_kg", "1.26", 1.25, False),
        ("quantity_kg", "1,25", 1.25, False),
        ("quantity_kg", "nan", 1.25, False),
        ("quantity_kg", "1.25 kg", 1.25, False),
        ("price_per_kg", "", "", True),
        ("price_per_kg", "nan", "", False),
        ("price_per_kg", "0", "", False),
        ("price_per_kg", "24.5", 24.5, True),
        ("discount_pct", "5.0", 5.0, True),
        ("discount_pct", "5e0", 5.0, True),
        ("discount_pct", "", 0.0, False),
        ("region", "East", "East", True),
        ("region", "east", "East", False),
    ],
)
def test_cells_are_held_against_what_is_due(
    hidden: Any,
    column: str,
    cell: str,
    wanted: str | float,
    right: bool,  # noqa: FBT001 - a row of the table
) -> None:
    assert hidden.cleaned.holds(column, cell, wanted) is right


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "lacks the column order_id"),
        ("a,b\n", "lacks the column"),
        (HEADER.replace("date,", ""), "lacks the column date"),
        (HEADER + '"x\n', "no CSV file"),
        (HEADER + "x,\n" * 40_001, "more than 40000 rows"),
        (HEADER + "x" * 200_000, "no CSV file"),
        ("x," * 900_000 + HEADER + "\n" * 900_000, "more than 50 columns"),
    ],
)
def test_what_is_no_table_is_refused(hidden: Any, text: str, message: str) -> None:
    with pytest.raises(SubjectError, match=message):
        hidden.cleaned.read(text, "export 1")


def test_short_rows_and_doubled_columns_are_read_as_far_as_they_go(hidden: Any) -> None:
    clean = hidden.cleaned.read(f"more,order_id,{HEADER}\n1,ORD-1,ORD-2{',' * 900_000}\n\n", "x")
    assert clean.rows["ORD-1"]["product"] == ""
    assert clean.counts == {"ORD-1": 1}


# ------------------------------------------------------------------------------------ files


def test_telling_files_are_far_from_the_truth_and_sound_intervals_hold_it(hidden: Any) -> None:
    accepted = hidden.accepted
    files = hidden.exports.telling(5, 6)

    assert {drawn.effect for drawn in files[::2]} == {0}
    assert min(drawn.effect for drawn in files[1::2]) > 1
    for drawn in files:
        found = accepted.price_test_of(drawn.orders)
        deviation = abs(found.effect - drawn.effect) / found.error
        assert 1.0 <= deviation <= 1.45


def test_a_grown_file_has_so_many_times_the_orders(hidden: Any) -> None:
    drawn = hidden.exports.small(1)
    data, orders = hidden.exports.grown(drawn, 48)
    rows = data.decode().splitlines()[1:]

    assert len(rows) == 48 * len(drawn.export.rows) > 40_000
    assert {row.split(",")[0].strip().upper() for row in rows} == orders
    assert len(orders) == 48 * len(drawn.orders)


def test_what_is_planted_differs_between_the_files_of_a_run(hidden: Any) -> None:
    files = [hidden.exports.graded(3, number) for number in range(1, 6)]
    verdicts = [hidden.accepted.accepted_conclusions(drawn.orders) for drawn in files]
    tests = [hidden.accepted.price_test_of(drawn.orders) for drawn in files]

    assert sorted(verdicts, key=sorted) == [{"lowers"}] * 3 + [{"raises"}] * 2
    assert sum(one.effect > 4.5 * one.error for one in tests) == 2
    assert sum(one.effect < 1.2 for one in tests) == 3


def test_a_candidates_export_is_the_one_of_the_seed(hidden: Any) -> None:
    with modules("sales", "dirt", "export") as own:
        assert own.export.data(7) == own.export.data(7) != own.export.data(8)
    assert sys.modules["sales"] is hidden.sales
