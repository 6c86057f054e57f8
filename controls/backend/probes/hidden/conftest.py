"""The tiny shop as the probes see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.harness.probes.tiny import TinyShop

if TYPE_CHECKING:
    import random

    from runner.harness.service import Service
    from runner.harness.upstream import Upstream


@pytest.fixture
def shop(service: Service, upstream: Upstream, rng: random.Random) -> TinyShop:
    """The running service."""
    return TinyShop(service, upstream, rng)
