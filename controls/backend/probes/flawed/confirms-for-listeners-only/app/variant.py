"""After the payment the order is confirmed only if the client is still there."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app import shop


class Shop(shop.Shop):
    """Looks for the client before it confirms."""

    async def buy(self, request: Request) -> Response:
        await request.body()
        self.request = request
        return await super().buy(request)

    async def pay(self, order: str, name: str) -> bool:
        request = self.request
        paid = await super().pay(order, name)
        if await request.is_disconnected():
            raise ConnectionError
        return paid

    async def sweep(self) -> None:
        return None
