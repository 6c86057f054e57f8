"""Fixtures of the suite. Upstream answers as the brief's section 8 says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from shop import ProbedShop, Shop, answer_notification, answer_payment, answer_price, answer_stock

if TYPE_CHECKING:
    import random

    from runner.harness.service import Service
    from runner.harness.upstream import Upstream


@pytest.fixture(autouse=True)
def _answers(upstream: Upstream) -> None:
    """Teach the stub its services. The same answers again change nothing."""
    upstream.reply("GET", "/prices/{sku}", answer_price)
    upstream.reply("GET", "/warehouses/{n}/stock/{sku}", answer_stock)
    upstream.reply("POST", "/payments", answer_payment)
    upstream.reply("POST", "/notify", answer_notification)


@pytest.fixture
def shop(
    service: Service, upstream: Upstream, settings: dict[str, str], rng: random.Random
) -> Shop:
    """The running service with tokens for it."""
    return Shop(service, upstream, settings["API_TOKEN_SECRET"], rng)


@pytest.fixture
def target(shop: Shop) -> ProbedShop:
    """The shop as the probes see it."""
    return ProbedShop(shop)
