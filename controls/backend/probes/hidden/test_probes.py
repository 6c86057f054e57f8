"""Every probe, on the tiny shop: what needs one worker, then what two make worse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.harness.probes import (
    background,
    faults,
    identity,
    load,
    overlap,
    races,
    shutdown,
)

if TYPE_CHECKING:
    from runner.harness.probes.tiny import TinyShop
    from runner.harness.probes.trial import Trial

PAUSE = races.PAUSE_SECONDS


@pytest.mark.probe
@pytest.mark.requirement("overlap")
async def test_overlap(shop: TinyShop, probe: Trial) -> None:
    await probe.timed(overlap.overlap, shop)


@pytest.mark.probe
@pytest.mark.requirement("responsive")
async def test_responsive(shop: TinyShop, probe: Trial) -> None:
    await probe.timed(overlap.responsive, shop)


@pytest.mark.probe
@pytest.mark.requirement("fan-out")
async def test_fan_out(shop: TinyShop, probe: Trial) -> None:
    await probe.timed(overlap.fan_out, shop)


@pytest.mark.probe
@pytest.mark.requirement("oversell")
async def test_oversell(shop: TinyShop, probe: Trial) -> None:
    await probe.exact(races.oversell, shop)


@pytest.mark.probe
@pytest.mark.workers(2)
@pytest.mark.requirement("oversell")
async def test_oversell_on_two_workers(shop: TinyShop, probe: Trial) -> None:
    await probe.exact(races.oversell, shop, stock=15, buyers=30, pause=PAUSE)


@pytest.mark.probe
@pytest.mark.requirement("idempotency")
async def test_one_order_per_key(shop: TinyShop, probe: Trial) -> None:
    await probe.exact(races.one_order_per_key, shop)


@pytest.mark.probe
@pytest.mark.workers(2)
@pytest.mark.requirement("idempotency")
async def test_one_order_per_key_on_two_workers(shop: TinyShop, probe: Trial) -> None:
    await probe.exact(races.one_order_per_key, shop, pause=PAUSE)


@pytest.mark.probe
@pytest.mark.requirement("unique")
async def test_unique(shop: TinyShop, probe: Trial) -> None:
    await probe.exact(races.unique, shop)


@pytest.mark.probe
@pytest.mark.workers(2)
@pytest.mark.requirement("unique")
async def test_unique_on_two_workers(shop: TinyShop, probe: Trial) -> None:
    await probe.exact(races.unique, shop, pause=PAUSE, losers_get=None)


@pytest.mark.probe
@pytest.mark.requirement("optimistic")
async def test_one_edit_per_version(shop: TinyShop, probe: Trial) -> None:
    await probe.exact(races.one_edit_per_version, shop)


@pytest.mark.probe
@pytest.mark.workers(2)
@pytest.mark.requirement("optimistic")
async def test_one_edit_per_version_on_two_workers(shop: TinyShop, probe: Trial) -> None:
    await probe.exact(races.one_edit_per_version, shop, pause=PAUSE)


@pytest.mark.probe
@pytest.mark.requirement("hang-up")
async def test_hang_up(shop: TinyShop, probe: Trial) -> None:
    await probe.exact(faults.hang_up, shop)


@pytest.mark.probe
@pytest.mark.requirement("kill")
async def test_killed_while_paying(shop: TinyShop, probe: Trial) -> None:
    await probe.exact(faults.killed_while_paying, shop)


@pytest.mark.probe
@pytest.mark.workers(2)
@pytest.mark.requirement("locked")
async def test_locked(shop: TinyShop, probe: Trial) -> None:
    await probe.exact(load.locked, shop)


@pytest.mark.probe
@pytest.mark.requirement("pool")
async def test_pool(shop: TinyShop, probe: Trial) -> None:
    await probe.exact(load.pool, shop)


@pytest.mark.probe
@pytest.mark.requirement("transactions")
async def test_writes_go_on(shop: TinyShop, probe: Trial) -> None:
    await probe.timed(load.writes_go_on, shop)


@pytest.mark.probe
@pytest.mark.requirement("fresh")
async def test_fresh(shop: TinyShop, probe: Trial) -> None:
    await probe.exact(load.fresh, shop)


@pytest.mark.probe
@pytest.mark.requirement("background")
async def test_nothing_lost(shop: TinyShop, probe: Trial) -> None:
    await probe.exact(background.nothing_lost, shop)


@pytest.mark.probe
@pytest.mark.requirement("identity")
async def test_isolated(shop: TinyShop, probe: Trial) -> None:
    await probe.exact(identity.isolated, shop)


@pytest.mark.probe
@pytest.mark.requirement("shutdown")
async def test_graceful(shop: TinyShop, probe: Trial) -> None:
    await probe.timed(shutdown.graceful, shop)


@pytest.mark.probe
@pytest.mark.requirement("crowd")
async def test_crowd(shop: TinyShop, probe: Trial) -> None:
    await probe.exact(overlap.crowd, shop)
