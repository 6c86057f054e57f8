"""Files of rows."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from churn.errors import InputError
from churn.schema import Subscription

Kind = TypeVar("Kind", bound=Subscription)


def read(path: Path, kind: type[Kind]) -> list[Kind]:
    """The rows of a CSV file; an empty cell is a value that nobody knows.

    `InputError` names the columns that are missing, or the line and column that make no sense.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            header = reader.fieldnames or ()
            if missing := [name for name in kind.model_fields if name not in header]:
                raise InputError(f"{path}: the column {', '.join(missing)} is missing")
            return [_parsed(row, f"{path}, line {reader.line_num}", kind) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: this is no CSV file that can be read: {error}") from error


def _parsed(row: dict[str, str], place: str, kind: type[Kind]) -> Kind:
    known = {name: row[name] for name in kind.model_fields if row[name]}
    try:
        return kind.model_validate_strings(known)
    except ValidationError as error:
        first = error.errors()[0]
        column = ".".join(map(str, first["loc"]))
        raise InputError(f"{place}: column {column}: {first['msg']}") from error
