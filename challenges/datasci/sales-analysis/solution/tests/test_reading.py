"""Files as they come from other desks."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.cleaning import clean
from analysis.errors import InputError
from analysis.reading import COLUMNS, read
from tests import making

SPELLED = making.rows(
    {"segment": "büro", "price_per_kg": "€ 24,50"}, {"price_per_kg": "24.50 EUR"}, {"unit": "lb"}
)


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_same_rows_from_every_file(encoding: str, delimiter: str) -> None:
    """Whatever the encoding and the delimiter."""
    found = read(making.export(SPELLED, delimiter=delimiter, encoding=encoding))
    assert found.to_dict("records") == SPELLED


def test_a_decimal_comma_in_a_file_with_semicolons() -> None:
    """Numbers without a currency sign, and with one."""
    content = making.rows({"quantity": "2,25", "price_per_kg": "30,50", "discount": "7,5"})
    (order,) = clean(read(making.export(content, delimiter=";"))).to_dict("records")
    numbers = [order[name] for name in ("quantity_kg", "price_per_kg", "discount_pct")]
    assert numbers == [2.25, 30.5, 7.5]


def test_columns_in_any_order_and_others_beside_them() -> None:
    """Their names decide, blanks around them do not."""
    table = pd.DataFrame(SPELLED)[[*reversed(COLUMNS)]]
    table.insert(0, "Unnamed: 0", "x;y")
    table.insert(5, "warehouse, old", "7")
    found = read(making.written(table.rename(columns={"date": " date "})))
    assert found[list(COLUMNS)].to_dict("records") == SPELLED
    assert set(found.columns) == set(COLUMNS)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b" \r\n\r\n", "the file is empty"),
        (making.export([]), "a header and no rows"),
        (making.export([], encoding="utf-8-sig"), "a header and no rows"),
        (making.export([], delimiter=";"), "a header and no rows"),
        (b"order_id,date\nORD-1,2025-01-01\n", "lacks the column customer, segment"),
        (b"\x81\x8d", "neither UTF-8 nor Windows-1252"),
        (making.export([]) + b'"ORD-1', "no CSV file"),
    ],
)
def test_what_is_no_export(data: bytes, message: str) -> None:
    """Each has a sentence of its own."""
    with pytest.raises(InputError, match=message):
        read(data)
