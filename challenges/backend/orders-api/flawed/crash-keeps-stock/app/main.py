"""The application: `uvicorn app.main:app`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse

from app.db import Database
from app.deps import authenticated
from app.errors import ApiError
from app.routes import health, items, orders, stock
from app.settings import Settings
from app.upstream import Upstream


@asynccontextmanager
async def lifespan(application: FastAPI) -> AsyncIterator[None]:
    """Open what the routes use, and close it at the end."""
    settings: Settings = application.state.settings
    database = Database(settings.database_url)
    await asyncio.to_thread(database.create_tables)
    application.state.database = database
    async with Upstream(settings.upstream_url) as upstream:
        application.state.upstream = upstream
        yield
    database.close()


async def answer_error(_request: Request, error: Exception) -> JSONResponse:
    """Turn an `ApiError` into the answer that it stands for."""
    if not isinstance(error, ApiError):
        raise error
    return JSONResponse({"detail": error.detail}, error.status)


def create_app(settings: Settings) -> FastAPI:
    """Build the application. All routers but the health check need a token."""
    application = FastAPI(title="Orders API", lifespan=lifespan)
    application.state.settings = settings
    application.add_exception_handler(ApiError, answer_error)
    application.include_router(health.router)
    for router in (items.router, orders.router, stock.router):
        application.include_router(router, dependencies=[Depends(authenticated)])
    return application


app = create_app(Settings.from_environment())
