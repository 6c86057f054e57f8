"""Whether the process lives."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()


@router.get("/healthz")
async def health() -> dict[str, str]:
    """Answer without touching anything, so that only this process is judged by it."""
    return {"status": "ok"}
