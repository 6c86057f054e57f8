"""Files of rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from churn.errors import InputError
from churn.reading import read
from churn.schema import Example, Row
from tests import making

ROW = making.JSON | making.KNOWN


def test_a_row(tmp_path: Path) -> None:
    """Numbers are read from their text."""
    assert read(making.write(tmp_path / "rows.csv", [ROW]), Example) == [making.example()]


def test_an_empty_cell_is_not_known(tmp_path: Path) -> None:
    """In the three columns where that may be."""
    gaps = {"days_since_login": "", "rating": "", "auto_renew": ""}
    (found,) = read(making.write(tmp_path / "rows.csv", [ROW | gaps]), Row)
    assert (found.days_since_login, found.rating, found.auto_renew) == (None, None, None)


def test_columns_in_any_order_and_others_beside_them(tmp_path: Path) -> None:
    """Their names decide, and a byte order mark does not matter."""
    turned = dict(reversed(ROW.items())) | {"refund_eur": 'a "b", c\n'}
    path = making.write(tmp_path / "rows.csv", [turned, turned])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read(path, Example) == [making.example()] * 2


def test_a_header_without_rows(tmp_path: Path) -> None:
    """It is a file as well."""
    path = tmp_path / "rows.csv"
    path.write_text(",".join(ROW) + "\n", encoding="utf-8")
    assert read(path, Row) == []


@pytest.mark.parametrize("name", [*making.JSON, "row_id"])
def test_a_column_that_is_missing(tmp_path: Path, name: str) -> None:
    """Even one that may have gaps: that nobody knows any is more likely a mistake."""
    path = making.write(tmp_path / "rows.csv", [making.without(ROW, name)])
    with pytest.raises(InputError, match=f"the column {name} is missing"):
        read(path, Row)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tickets": "many"}, "line 3: column tickets: .*valid number"),
        ({"tickets": "101"}, "line 3: column tickets: .*less than or equal to 100"),
        ({"tickets": ""}, "line 3: column tickets: Field required"),
        ({"rating": "nan"}, "line 3: column rating: .*finite"),
        ({"churned": "maybe"}, "line 3: column churned: .*'yes' or 'no'"),
        ({"account_id": ""}, "line 3: column account_id"),
    ],
)
def test_a_cell_without_meaning(tmp_path: Path, changes: dict[str, str], message: str) -> None:
    """The message says where it is."""
    path = making.write(tmp_path / "rows.csv", [ROW, ROW | changes])
    with pytest.raises(InputError, match=message):
        read(path, Example)


def test_a_row_that_ends_early(tmp_path: Path) -> None:
    """Its last cells are empty."""
    path = making.write(tmp_path / "rows.csv", [ROW])
    path.write_text(path.read_text(encoding="utf-8") + "beans,card\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 3: column country: Field required"):
        read(path, Example)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the column plan, payment, country, .* is missing"),
        (b"\xff\xfe\n", "no CSV file that can be read"),
        (b'"' + b"x" * 200_000, "no CSV file that can be read"),
    ],
)
def test_what_is_no_csv_file(tmp_path: Path, data: bytes, message: str) -> None:
    """Each has a sentence."""
    path = tmp_path / "rows.csv"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message):
        read(path, Row)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """The message names it."""
    with pytest.raises(InputError, match=r"none\.csv: no|No such file"):
        read(tmp_path / "none.csv", Row)
