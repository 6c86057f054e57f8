"""What routes ask for in their signatures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.settings import Settings
from app.upstream import Upstream


def get_settings(request: Request) -> Settings:
    """Return the configuration of the application."""
    settings: Settings = request.app.state.settings
    return settings


def get_upstream(request: Request) -> Upstream:
    """Return the upstream client of the application."""
    upstream: Upstream = request.app.state.upstream
    return upstream


def get_session(request: Request) -> Iterator[Session]:
    """Open a session for one request. It is closed at the end; committing is up to you."""
    engine: Engine = request.app.state.engine
    with Session(engine) as session:
        yield session


def not_implemented() -> HTTPException:
    """Return what a route raises until it is written."""
    return HTTPException(501, "not implemented")


SettingsDep = Annotated[Settings, Depends(get_settings)]
UpstreamDep = Annotated[Upstream, Depends(get_upstream)]
SessionDep = Annotated[Session, Depends(get_session)]
