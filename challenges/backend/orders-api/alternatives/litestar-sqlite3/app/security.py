"""Tokens: who sent a request, and in which role."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import jwt
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import ASGIApp

from app.errors import ForbiddenError, UnauthenticatedError


class Role(StrEnum):
    """What a user may do."""

    MANAGER = "manager"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Principal:
    """The user behind a valid token."""

    user: str
    role: Role


class InvalidTokenError(Exception):
    """The token is malformed, forged, expired or lacks a claim."""


def verify_token(token: str, secret: str) -> Principal:
    """Return who `token` speaks for, or raise `InvalidTokenError`.

    Checks the signature (HS256 and nothing else), the expiry, and that `sub`, `role` and `exp`
    are there.
    """
    try:
        claims = jwt.decode(
            token, secret, algorithms=["HS256"], options={"require": ["sub", "role", "exp"]}
        )
        user: str = claims["sub"]
        user.encode()  # JSON can smuggle lone surrogates, which the database would refuse later
        return Principal(user=user, role=Role(claims["role"]))
    except (jwt.PyJWTError, ValueError, OverflowError) as error:
        raise InvalidTokenError(str(error)) from error


class TokenMiddleware(AbstractAuthenticationMiddleware):
    """Puts a `Principal` into `request.user`, or answers 401 before any handler runs.

    Handlers with `exclude_from_auth=True` are left alone.
    """

    def __init__(self, app: ASGIApp, secret: str) -> None:
        """Check tokens against `secret`."""
        super().__init__(app)
        self._secret = secret

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        """Read the `Authorization` header."""
        scheme, _, token = connection.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise UnauthenticatedError
        try:
            principal = verify_token(token.strip(), self._secret)
        except InvalidTokenError as error:
            raise UnauthenticatedError from error
        return AuthenticationResult(user=principal, auth=None)


def managers_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard of the routes that change items."""
    principal: Principal = connection.user
    if principal.role is not Role.MANAGER:
        raise ForbiddenError
