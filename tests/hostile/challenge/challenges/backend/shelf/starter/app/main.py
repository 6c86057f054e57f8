"""The service: it lives, and does nothing yet."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def health(_request: Request) -> JSONResponse:
    """Say that the service lives."""
    return JSONResponse({"status": "ok"})


app = Starlette(routes=[Route("/healthz", health)])
