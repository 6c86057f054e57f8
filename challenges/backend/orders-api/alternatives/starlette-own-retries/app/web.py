"""What the routes share: who asks, what was sent, and how errors look."""

from __future__ import annotations

import re
from typing import Protocol, TypeVar, cast

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.checkout import Checkout
from app.database import Database
from app.errors import ApiError
from app.schemas import SKU, Schema
from app.security import InvalidTokenError, Principal, Role, verify_token
from app.settings import Settings
from app.upstream import Upstream

S = TypeVar("S", bound=Schema)

MAX_BODY_BYTES = 1_000_000


class Services(Protocol):
    """What `app.main` puts into the state of the application."""

    settings: Settings
    database: Database
    upstream: Upstream
    checkout: Checkout


def services(request: Request) -> Services:
    """Return what the application runs on."""
    return cast(Services, request.app.state)


def authenticate(request: Request) -> Principal:
    """Return who asks; 401 without a valid token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise InvalidTokenError("no bearer token")
        return verify_token(token.strip(), services(request).settings.api_token_secret)
    except InvalidTokenError as error:
        raise ApiError(401, "a valid token is needed", {"WWW-Authenticate": "Bearer"}) from error


def authenticate_manager(request: Request) -> Principal:
    """Return who asks; 403 if it is no manager."""
    principal = authenticate(request)
    if principal.role is not Role.MANAGER:
        raise ApiError(403, "only a manager may do this")
    return principal


async def body_of(request: Request, schema: type[S]) -> S:
    """Return the body of the request; 422 if it is not what `schema` says."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise ApiError(413, "the body is too large")
    try:
        return schema.model_validate_json(bytes(body))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        raise ApiError(
            422, [{"field": problem["loc"], "problem": problem["msg"]} for problem in problems]
        ) from error


def sku_in_path(request: Request, status: int) -> str:
    """Return the sku of the path; `status` if there can be none like it."""
    sku: str = request.path_params["sku"]
    if not SKU.fullmatch(sku):
        raise ApiError(status, "this is no sku")
    return sku


def number_in_query(request: Request, name: str, default: int, low: int, high: int) -> int:
    """Return an integer of the query; 422 if it is none or out of range."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise ApiError(422, f"{name} is an integer from {low} to {high}")
    return int(text)


async def answer_api_error(_request: Request, error: Exception) -> Response:
    """Answer what an `ApiError` says."""
    api_error = cast(ApiError, error)
    return JSONResponse(
        {"detail": api_error.detail}, status_code=api_error.status, headers=api_error.headers
    )


async def answer_http_error(_request: Request, error: Exception) -> Response:
    """Answer an error of the framework (404 and 405 of unknown routes) as JSON, too."""
    http_error = cast(HTTPException, error)
    return JSONResponse(
        {"detail": http_error.detail},
        status_code=http_error.status_code,
        headers=http_error.headers,
    )
