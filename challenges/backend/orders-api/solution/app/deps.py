"""What routes ask for in their signatures."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, HTTPException, Request

from app.db import Database
from app.security import InvalidTokenError, Principal, Role, verify_token
from app.settings import Settings
from app.upstream import Upstream


def get_database(request: Request) -> Database:
    """Return the database of the application."""
    database: Database = request.app.state.database
    return database


def get_upstream(request: Request) -> Upstream:
    """Return the upstream client of the application."""
    upstream: Upstream = request.app.state.upstream
    return upstream


async def authenticated(request: Request) -> Principal:
    """Return who sent the request; 401 without a valid bearer token."""
    settings: Settings = request.app.state.settings
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise InvalidTokenError("no bearer token")
        return verify_token(token.strip(), settings.api_token_secret)
    except InvalidTokenError as error:
        raise HTTPException(
            401, "a valid bearer token is needed", {"WWW-Authenticate": "Bearer"}
        ) from error


Caller = Annotated[Principal, Depends(authenticated)]


async def manager_only(caller: Caller) -> None:
    """Let managers pass; 403 for all others."""
    if caller.role is not Role.MANAGER:
        raise HTTPException(403, "only a manager may do this")


ManagerOnly = Depends(manager_only)
DatabaseDep = Annotated[Database, Depends(get_database)]
UpstreamDep = Annotated[Upstream, Depends(get_upstream)]
