"""Tokens: who sent a request, and in which role."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import jwt


class Role(StrEnum):
    """What a user may do."""

    MANAGER = "manager"
    CUSTOMER = "customer"


MALFORMED = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)
"""What decoding raises. The last three come from odd JSON: `exp` as a list, as 1e400, `[[[[…`."""


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
        user.encode()  # a lone surrogate is valid JSON, but no text that can be stored
        return Principal(user=user, role=Role(claims["role"]))
    except MALFORMED as error:
        raise InvalidTokenError(str(error)) from error
