"""Absolute addresses of what was created."""

from __future__ import annotations

import re
from typing import Any

from litestar import Request

_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")


def location(request: Request[Any, Any, Any], path: str) -> str:
    """Return the absolute URL of `path`; only the path if the client named no sensible host."""
    host = request.headers.get("Host", "")
    if not _HOST.fullmatch(host):
        return path
    return f"{request.scope['scheme']}://{host}{path}"
