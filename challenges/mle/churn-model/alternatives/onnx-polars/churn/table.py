"""Read CSV files. Every cell is read as text first, so that nothing is guessed from a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from churn.schema import ACCOUNT, FEATURES, NUMBERS, SPECS, TARGET, DataError, Number, Word


def read(path: Path, needed: Iterable[str] = ()) -> pl.DataFrame:
    """Read a file as text; refuse it when a needed or mandatory column is not there."""
    try:
        frame = pl.read_csv(path, infer_schema=False, encoding="utf8-lossy")
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = (str(error).splitlines() or ["?"])[0]
        raise DataError(f"{path} cannot be read as CSV: {reason}") from error
    mandatory = [name for name in FEATURES if not SPECS[name].optional]
    missing = [name for name in (*needed, *mandatory) if name not in frame.columns]
    if missing:
        raise DataError(f"{path} has no column {', '.join(missing)}")
    return frame


def features(frame: pl.DataFrame) -> dict[str, NDArray[Any]]:
    """Return the columns that the model reads, checked against the schema."""
    return {name: _column(frame, name) for name in FEATURES}


def labels(frame: pl.DataFrame) -> NDArray[np.int64]:
    """Return 1 for each subscription that was cancelled, 0 for each that was not."""
    _refuse(frame[TARGET].is_in(["yes", "no"]), frame[TARGET], TARGET)
    return (frame[TARGET] == "yes").cast(pl.Int64).to_numpy()


def accounts(frame: pl.DataFrame) -> NDArray[np.int64]:
    """Return the number of each row's account: the n-th in alphabetical order."""
    _refuse(frame[ACCOUNT].is_not_null(), frame[ACCOUNT], ACCOUNT)
    return np.unique(frame[ACCOUNT].to_numpy(), return_inverse=True)[1]


def _column(frame: pl.DataFrame, name: str) -> NDArray[Any]:
    spec = SPECS[name]
    text = frame[name] if name in frame.columns else pl.Series(name, [None] * len(frame), pl.String)
    values = text.cast(pl.Float64, strict=False) if name in NUMBERS else text
    good = _fits(values, spec)
    _refuse((good & values.is_not_null()) | (text.is_null() & spec.optional), text, name)
    if isinstance(spec, Word):
        return np.array(values.to_list(), dtype=object)
    return np.array(values.fill_null(float("nan")).to_list(), dtype=np.float64)


def _fits(values: pl.Series, spec: Number | Word) -> pl.Series:
    """Whether each value is one that the schema allows; null where there is none."""
    if isinstance(spec, Number):
        good = values.is_between(spec.low, spec.high)  # no NaN is
        return good & (values == values.floor()) if spec.whole else good
    return values.is_in(list(spec.allowed)) if spec.allowed is not None else values.is_not_null()


def _refuse(good: pl.Series, text: pl.Series, name: str) -> None:
    bad = (~good.fill_null(value=False)).arg_true()
    if len(bad):
        raise DataError(f"column {name}, row {bad[0] + 1}: {text[bad[0]]!r} cannot be there")
