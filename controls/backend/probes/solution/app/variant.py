"""Which shop this is."""

from __future__ import annotations

from app.shop import Shop

__all__ = ["Shop"]
