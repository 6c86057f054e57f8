"""Bytes of an export → a table of texts. What the texts mean is decided elsewhere."""

from __future__ import annotations

import csv
import io

import pandas as pd

from analysis.errors import InputError

COLUMNS = (
    "order_id",
    "date",
    "customer",
    "segment",
    "region",
    "channel",
    "newsletter",
    "price_group",
    "product",
    "quantity",
    "unit",
    "price_per_kg",
    "discount",
    "exported_at",
)


def read(data: bytes) -> pd.DataFrame:
    """The rows of an export with `COLUMNS` as texts; other columns are dropped.

    `InputError` for a file without rows, without one of the columns, or that is no CSV file.
    """
    text = decoded(data)
    if not text.strip():
        raise InputError("the file is empty")
    try:
        table = pd.read_csv(
            io.StringIO(text),
            sep=_delimiter(text),
            dtype=object,
            na_filter=False,
            index_col=False,
            header=0,
            names=[*COLUMNS, *map(str, range(text[: text.find(chr(10))].count(_delimiter(text)) - 13))],
        )
    except (ValueError, csv.Error) as error:
        raise InputError(f"the file is no CSV file that can be read: {error}") from error
    table = table.rename(columns=str.strip)
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise InputError(f"the file lacks the column {', '.join(missing)}")
    if table.empty:
        raise InputError("the file has a header and no rows")
    return table


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte order mark, or Windows-1252.

    Text in Windows-1252 with a sign beyond ASCII is practically never valid UTF-8, so UTF-8 is
    tried first.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise InputError("the file is neither UTF-8 nor Windows-1252") from error


def _delimiter(text: str) -> str:
    """Comma or semicolon, whichever finds more of the columns in the header."""

    def found(sign: str) -> int:
        header = next(csv.reader(io.StringIO(text.lstrip()), delimiter=sign))
        return len({name.strip() for name in header} & set(COLUMNS))

    return max(",;", key=found)
