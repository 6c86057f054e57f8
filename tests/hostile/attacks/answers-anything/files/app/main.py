"""Answers everything with what was asked."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def anything(request: Request) -> JSONResponse:
    """Say that all is well, and repeat what came in."""
    body = await request.body()
    known = {"status": "ok", "result": "passed", "items": [], "total": 0, "id": 1}
    known |= {"name": request.url.path.rpartition("/")[2], "stock": 7, "cents": 100, "echo": repr(body)}
    return JSONResponse(known, status_code=201 if request.method == "POST" else 200)


app = Starlette(routes=[Route("/{path:path}", anything, methods=["GET", "POST"])])
