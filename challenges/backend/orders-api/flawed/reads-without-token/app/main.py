"""The application: `uvicorn app.main:app`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from app import ordering
from app.db import Database
from app.deps import authenticated
from app.errors import ApiError
from app.routes import health, items, orders, stock
from app.settings import Settings
from app.upstream import Upstream

SWEEP_SECONDS = 1.0
logger = logging.getLogger(__name__)


async def sweep(database: Database) -> None:
    """Release, for ever, the reservations that a killed process left behind."""
    while True:
        try:
            released = await asyncio.to_thread(ordering.release_dead, database)
        except SQLAlchemyError:
            logger.exception("releasing dead reservations failed; the next round tries again")
        else:
            if released:
                logger.warning("released %d dead reservations", released)
        await asyncio.sleep(SWEEP_SECONDS)


@asynccontextmanager
async def lifespan(application: FastAPI) -> AsyncIterator[None]:
    """Open what the routes use, and close it at the end."""
    settings: Settings = application.state.settings
    database = Database(settings.database_url)
    await asyncio.to_thread(database.create_tables)
    application.state.database = database
    async with Upstream(settings.upstream_url) as upstream:
        application.state.upstream = upstream
        sweeper = asyncio.create_task(sweep(database))
        yield
        sweeper.cancel()
        with suppress(asyncio.CancelledError):
            await sweeper
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
    application.include_router(items.router)  # its routes that write ask for a manager
    for router in (orders.router, stock.router):
        application.include_router(router, dependencies=[Depends(authenticated)])
    return application


app = create_app(Settings.from_environment())
