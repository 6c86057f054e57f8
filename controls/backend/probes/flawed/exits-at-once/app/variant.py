"""SIGTERM ends the process at once."""

from __future__ import annotations

import os
import signal

from app import shop


class Shop(shop.Shop):
    """Takes the signal for itself."""

    async def open(self) -> None:
        await super().open()
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
