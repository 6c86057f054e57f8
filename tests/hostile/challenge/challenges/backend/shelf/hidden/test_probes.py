"""Concurrency: what many requests at once do to the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.harness.probes import overlap, races

if TYPE_CHECKING:
    from shelf import Shelf

    from runner.harness.probes.trial import Trial


@pytest.mark.probe
@pytest.mark.requirement("quotes.overlap")
async def test_slow_quotes_overlap(shelf: Shelf, probe: Trial) -> None:
    await probe.timed(overlap.overlap, shelf)


@pytest.mark.probe
@pytest.mark.requirement("orders.never_oversell")
async def test_simultaneous_orders_never_oversell(shelf: Shelf, probe: Trial) -> None:
    await probe.exact(races.oversell, shelf)
