"""The service as a WSGI application, made of a model: no framework, input is checked by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, NoReturn
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from churn.columns import FieldError, Row, check_row, table
from churn.drift import drifted
from churn.model import Model

MAX_ROWS = 1000
MAX_BODY = 16 * 2**20
INFO = ("roc_auc", "rows", "features")

Document = dict[str, Any]


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """A request that gets a 4xx."""

    def __init__(self, status: HTTPStatus, message: str, **details: object) -> None:
        """Keep the status and what the body of the answer says."""
        super().__init__(message)
        self.status = status
        self.document: Document = {"error": message} | details


def create_app(model: Model, metadata: Document) -> WSGIApplication:
    """Return the application that serves a model."""
    info = {name: metadata[name] for name in INFO}

    def predict(body: Document) -> Document:
        return {"churn_probability": float(model.predict(table([_row(body)]))[0])}

    def predict_batch(body: Document) -> Document:
        probabilities = model.predict(table(_rows(body))).tolist()
        return {"predictions": [{"churn_probability": value} for value in probabilities]}

    def drift(body: Document) -> Document:
        features = drifted(table(_rows(body, in_range=False)), model.reference)
        return {"drift": bool(features), "features": features}

    reads: dict[str, Callable[[], Document]] = {
        "/health": lambda: {"status": "ok"},
        "/model-info": lambda: info,
    }
    writes: dict[str, Callable[[Document], Document]] = {
        "/predict": predict,
        "/predict/batch": predict_batch,
        "/drift": drift,
    }

    def answer(environ: WSGIEnvironment) -> Document:
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        if path in reads:
            _only(method, "GET")
            return reads[path]()
        if path in writes:
            _only(method, "POST")
            return writes[path](_json(environ))
        raise Refused(HTTPStatus.NOT_FOUND, "there is nothing here")

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status = HTTPStatus.OK
        try:
            document = answer(environ)
        except Refused as refused:
            status, document = refused.status, refused.document
        content = json.dumps(document).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [content]

    return application


def _only(method: str, allowed: str) -> None:
    if method != allowed:
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, f"only {allowed} is answered here")


def _json(environ: WSGIEnvironment) -> Document:
    """Return the object that the body holds."""
    length = environ.get("CONTENT_LENGTH", "")
    # Without a length (chunks), the server ends the input where the body ends.
    size = min(int(length), MAX_BODY + 1) if length.isdecimal() else MAX_BODY + 1
    content = environ["wsgi.input"].read(size)
    if len(content) > MAX_BODY:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"rows: more than {MAX_BODY} bytes")
    try:
        body = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "the body is not JSON") from error
    if not isinstance(body, dict):
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY, "the body has to be an object: of fields, or of rows"
        )
    return body


def _no_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity: Python reads them, JSON has none."""
    raise ValueError(name)


def _row(values: Document, *, in_range: bool = True, **where: object) -> Row:
    try:
        return check_row(values, in_range=in_range)
    except FieldError as error:
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY, str(error), field=error.field, **where
        ) from error


def _rows(body: Document, *, in_range: bool = True) -> list[Row]:
    rows = body.get("rows")
    if not isinstance(rows, list) or len(rows) > MAX_ROWS:
        message = f"rows: must be a list of at most {MAX_ROWS} objects"
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, message, field="rows")
    checked = []
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            message = "rows: must hold objects"
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, message, field="rows", row=number)
        checked.append(_row(row, in_range=in_range, row=number))
    return checked
