"""The application: `uvicorn app.main:app`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.middleware import DefineMiddleware

from app.checkout import Checkout
from app.db import Database
from app.errors import ShopError, on_bug, on_http_exception, on_shop_error
from app.routes import health, items, orders, upstream
from app.security import TokenMiddleware
from app.settings import Settings
from app.upstream import Upstream


@asynccontextmanager
async def lifespan(application: Litestar) -> AsyncIterator[None]:
    """Open what the routes use, and close it at the end."""
    settings: Settings = application.state.settings
    database = Database(settings.database_path)
    await database.prepare()
    try:
        async with Upstream(settings.upstream_url) as client:
            checkout = Checkout(database, client)
            application.state.update(
                {"database": database, "upstream": client, "checkout": checkout}
            )
            sweeper = asyncio.create_task(checkout.sweep_forever())
            yield
            sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await sweeper
    finally:
        database.close()


def get_database(state: State) -> Database:
    """Provide the database of this process."""
    database: Database = state.database
    return database


def get_upstream(state: State) -> Upstream:
    """Provide the upstream client of this process."""
    client: Upstream = state.upstream
    return client


def get_checkout(state: State) -> Checkout:
    """Provide what places orders."""
    checkout: Checkout = state.checkout
    return checkout


def create_app(settings: Settings) -> Litestar:
    """Build the application."""
    return Litestar(
        route_handlers=[health.health, *items.handlers, *orders.handlers, *upstream.handlers],
        state=State({"settings": settings}),
        lifespan=[lifespan],
        middleware=[DefineMiddleware(TokenMiddleware, secret=settings.api_token_secret)],
        dependencies={
            "database": Provide(get_database, sync_to_thread=False),
            "upstream": Provide(get_upstream, sync_to_thread=False),
            "checkout": Provide(get_checkout, sync_to_thread=False),
        },
        exception_handlers={
            ShopError: on_shop_error,
            HTTPException: on_http_exception,
            Exception: on_bug,
        },
        openapi_config=None,
        logging_config=None,
    )


app = create_app(Settings.from_environment())
