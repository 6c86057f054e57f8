"""Whether the process lives."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

LOCK = asyncio.Lock()
router = APIRouter()


@router.get("/healthz")
async def health() -> dict[str, str]:
    """Answer without touching anything, so that only this process is judged by it."""
    async with LOCK:
        return {"status": "ok"}
