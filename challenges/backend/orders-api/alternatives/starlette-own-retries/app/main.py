"""The application: `uvicorn app.main:app`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from app.checkout import Checkout
from app.database import Database
from app.errors import ApiError
from app.liveness import Worker
from app.routes import health, items, orders, stock
from app.settings import Settings
from app.upstream import Upstream
from app.web import answer_api_error, answer_http_error


@asynccontextmanager
async def lifespan(application: Starlette) -> AsyncIterator[None]:
    """Open what the routes use, and close it at the end, when uvicorn has answered everybody."""
    settings: Settings = application.state.settings
    database = Database(settings.database_path)
    worker = Worker(settings.database_path)
    try:
        await database.create_tables()
        async with Upstream(settings.upstream_url) as upstream:
            checkout = Checkout(database, upstream, worker)
            application.state.database = database
            application.state.upstream = upstream
            application.state.checkout = checkout
            sweeper = asyncio.create_task(checkout.sweep_forever())
            yield
            sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await sweeper
            await checkout.drain()
    finally:
        database.close()
        worker.close()


def create_app(settings: Settings) -> Starlette:
    """Build the application."""
    application = Starlette(
        routes=[*health.routes, *items.routes, *orders.routes, *stock.routes],
        exception_handlers={ApiError: answer_api_error, HTTPException: answer_http_error},
        lifespan=lifespan,
    )
    application.router.redirect_slashes = False
    application.state.settings = settings
    return application


app = create_app(Settings.from_environment())
