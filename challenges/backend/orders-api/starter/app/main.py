"""The application: `uvicorn app.main:app`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.db import create_tables, make_engine
from app.routes import health, items, orders, stock
from app.settings import Settings
from app.upstream import Upstream


@asynccontextmanager
async def lifespan(application: FastAPI) -> AsyncIterator[None]:
    """Open what the routes use, and close it at the end."""
    settings: Settings = application.state.settings
    engine = make_engine(settings.database_url)
    await asyncio.to_thread(create_tables, engine)
    application.state.engine = engine
    async with Upstream(settings.upstream_url) as upstream:
        application.state.upstream = upstream
        yield
    engine.dispose()


def create_app(settings: Settings) -> FastAPI:
    """Build the application."""
    application = FastAPI(title="Orders API", lifespan=lifespan)
    application.state.settings = settings
    for router in (health.router, items.router, orders.router, stock.router):
        application.include_router(router)
    return application


app = create_app(Settings.from_environment())
