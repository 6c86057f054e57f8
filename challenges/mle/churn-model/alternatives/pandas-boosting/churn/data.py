"""From files and requests to the data frame that the model reads."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from churn import schema
from churn.schema import InputError


def read_csv(path: Path) -> pd.DataFrame:
    """Return a file as text: an id keeps its zeros, and the country "NA" is not a missing value."""
    try:
        return pd.read_csv(
            path, dtype=str, keep_default_na=False, index_col=False, encoding="utf-8-sig"
        )
    except (OSError, UnicodeDecodeError, pd.errors.EmptyDataError, pd.errors.ParserError) as error:
        raise InputError(f"cannot read {path}: {error}") from error


def require(table: pd.DataFrame, columns: Iterable[str]) -> None:
    """Raise `InputError` when one of the columns is not there."""
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise InputError(f"missing column: {', '.join(missing)}")


def features_of(table: pd.DataFrame) -> pd.DataFrame:
    """Return the features of a file that was read by `read_csv`; check all of their cells."""
    require(table, (name for name in schema.FEATURES if name not in schema.OPTIONAL))
    columns: dict[str, Sequence[object]] = {}
    for name in schema.FEATURES:
        cells = table[name].tolist() if name in table.columns else [""] * len(table)
        columns[name] = _numbers(name, cells) if name in schema.NUMBERS else _words(name, cells)
    return to_frame(columns)


def to_frame(columns: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    """Return the features as a data frame; `None` is what is not known."""
    frame = {}
    for name in schema.FEATURES:
        if name in schema.NUMBERS:
            frame[name] = np.array(columns[name], dtype=float)
        else:
            frame[name] = np.array([_word(word) for word in columns[name]], dtype=object)
    return pd.DataFrame(frame)


def _word(word: object) -> str:
    """Return a word that a data frame can hold: JSON may spell half of a surrogate pair."""
    return schema.UNKNOWN if word is None else str(word).encode("utf-8", "replace").decode("utf-8")


def target_of(table: pd.DataFrame) -> np.ndarray:
    """Return 1 for each subscription that was cancelled and 0 for the others."""
    require(table, [schema.TARGET])
    cells = table[schema.TARGET]
    for place, cell in enumerate(cells):
        if cell not in ("yes", "no"):
            raise _bad_cell(schema.TARGET, place, cell)
    return np.array([cell == "yes" for cell in cells], dtype=int)


def _numbers(name: str, cells: list[str]) -> list[float]:
    allowed = schema.NUMBERS[name]
    numbers = []
    for place, cell in enumerate(cells):
        try:
            number = float(cell) if cell.strip() else math.nan
        except ValueError:
            raise _bad_cell(name, place, cell) from None
        empty_is_fine = allowed.may_be_empty and not cell.strip()
        if not empty_is_fine and not allowed.allows(number):
            raise _bad_cell(name, place, cell)
        numbers.append(number)
    return numbers


def _words(name: str, cells: list[str]) -> list[str | None]:
    if name != schema.AUTO_RENEW:
        return list(cells)
    for place, cell in enumerate(cells):
        if cell not in ("yes", "no", ""):
            raise _bad_cell(name, place, cell)
    return [cell or None for cell in cells]


def _bad_cell(name: str, place: int, cell: str) -> InputError:
    return InputError(f"column {name}, row {place + 1}: {cell[:40]!r} is not allowed")
