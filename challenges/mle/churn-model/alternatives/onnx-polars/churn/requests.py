"""What a request may hold. The models are made from the schema, so that files obey the same."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, NoReturn

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, create_model

from churn.schema import FEATURES, SPECS, Columns, Number, Word, to_columns

MAX_ROWS = 1000
SHOWN_ERRORS = 20

Errors = list[dict[str, Any]]


class RefusedError(Exception):
    """A request that is answered with a client error."""

    def __init__(self, status: int, errors: Errors) -> None:
        """Keep what the answer says."""
        super().__init__(status, errors)
        self.status, self.errors = status, errors


class _Base(BaseModel):
    """Other fields than those that are declared mean nothing; numbers are numbers."""

    model_config = ConfigDict(extra="ignore", strict=True, allow_inf_nan=False)


def _whole(value: float) -> float:
    if value != int(value):
        raise ValueError("a whole number is needed")
    return value


def _field(spec: Number | Word, ranges: bool) -> tuple[Any, Any]:
    """Return the type and the default of a field."""
    kind: Any = float
    if isinstance(spec, Word):
        kind = Annotated[str, Field(min_length=1)]
        if spec.allowed is not None:
            kind = Literal[tuple(sorted(spec.allowed))]
    elif ranges:
        kind = Annotated[float, Field(ge=spec.low, le=spec.high)]
        if spec.whole:
            kind = Annotated[kind, AfterValidator(_whole)]
    return (kind | None, None) if spec.optional else (kind, ...)


def _model(name: str, ranges: bool) -> type[BaseModel]:
    fields: dict[str, Any] = {feature: _field(SPECS[feature], ranges) for feature in FEATURES}
    return create_model(name, __base__=_Base, **fields)


Row = _model("Row", ranges=True)
ObservedRow = _model("ObservedRow", ranges=False)
"""A row to compare with the training: being out of range is what it may be reported for."""


def _batch(name: str, row: type[BaseModel]) -> type[BaseModel]:
    rows: Any = Annotated[list[row], Field(max_length=MAX_ROWS)]  # type: ignore[valid-type]
    return create_model(name, __base__=_Base, rows=(rows, ...))


Batch, ObservedBatch = _batch("Batch", Row), _batch("ObservedBatch", ObservedRow)


def parse_row(body: bytes) -> Columns:
    """Return the one row of a body."""
    return to_columns([_validate(Row, _parse(body))])


def parse_rows(body: bytes, kind: type[BaseModel] = Batch) -> Columns:
    """Return the rows of a body."""
    content = _parse(body)
    rows = content.get("rows")
    if isinstance(rows, list) and len(rows) > MAX_ROWS:  # before each of them is looked at
        raise RefusedError(422, [{"loc": ["rows"], "msg": f"at most {MAX_ROWS} rows"}])
    return to_columns(_validate(kind, content)["rows"])


def _parse(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, [{"loc": [], "msg": "the body is no JSON"}]) from error
    if not isinstance(content, dict):
        raise RefusedError(422, [{"loc": [], "msg": "the body is no object"}])
    return content


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _validate(kind: type[BaseModel], content: dict[str, Any]) -> dict[str, Any]:
    try:
        return kind.model_validate(content).model_dump()
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        errors = [{"loc": list(item["loc"]), "msg": item["msg"]} for item in found[:SHOWN_ERRORS]]
        raise RefusedError(422, errors) from error
