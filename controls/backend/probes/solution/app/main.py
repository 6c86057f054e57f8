"""The application: routes to the methods of the shop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Route

from app.variant import Shop

shop = Shop()


@asynccontextmanager
async def lifespan(_application: Starlette) -> AsyncIterator[None]:
    """Open and close the shop."""
    await shop.open()
    yield
    await shop.close()


app = Starlette(
    lifespan=lifespan,
    routes=[
        Route("/healthz", shop.health),
        Route("/slow/{name}", shop.slow),
        Route("/fan/{name}", shop.fan),
        Route("/items", shop.create, methods=["POST"]),
        Route("/items/{name}", shop.read),
        Route("/items/{name}", shop.edit, methods=["PUT"]),
        Route("/orders", shop.buy, methods=["POST"]),
        Route("/orders/{id}", shop.order),
    ],
)
