"""Fixtures. Upstream answers as the brief says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from shelf import Shelf, answer_payment, answer_price

if TYPE_CHECKING:
    import random

    from runner.harness.service import Service
    from runner.harness.upstream import Upstream


@pytest.fixture
def shelf(service: Service, upstream: Upstream, rng: random.Random) -> Shelf:
    """The running service."""
    upstream.reply("GET", "/prices/{name}", answer_price)
    upstream.reply("POST", "/payments", answer_payment)
    return Shelf(service, upstream, rng)
