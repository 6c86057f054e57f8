"""Concurrency: what many requests at once do to the service. docs/probes.md says how it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.harness.probes import background, faults, identity, load, overlap, races, shutdown

if TYPE_CHECKING:
    from shop import ProbedShop

    from runner.harness.probes.trial import Trial

PAUSE = races.PAUSE_SECONDS


# ------------------------------------------------------------------------------- overlap


@pytest.mark.probe
@pytest.mark.requirement("quotes.overlap")
async def test_slow_quotes_overlap(target: ProbedShop, probe: Trial) -> None:
    await probe.timed(overlap.overlap, target)


@pytest.mark.probe
@pytest.mark.requirement("service.responsive")
async def test_health_while_quotes_wait(target: ProbedShop, probe: Trial) -> None:
    await probe.timed(overlap.responsive, target)
    # Seen, not judged: a service may have a thread for each of forty requests and no more.
    await probe.timed(overlap.crowd, target)


@pytest.mark.probe
@pytest.mark.requirement("availability.overlap")
async def test_warehouses_are_asked_at_the_same_time(target: ProbedShop, probe: Trial) -> None:
    await probe.timed(overlap.fan_out, target)


# --------------------------------------------------------------------------------- races


@pytest.mark.probe
@pytest.mark.requirement("orders.never_oversell")
async def test_simultaneous_orders_never_oversell(target: ProbedShop, probe: Trial) -> None:
    await probe.exact(races.oversell, target)


@pytest.mark.probe
@pytest.mark.requirement("orders.never_oversell")
async def test_quick_orders_never_oversell(target: ProbedShop, probe: Trial) -> None:
    await probe.exact(races.oversell, target, stock=15, buyers=30, gate_seconds=0.0)


@pytest.mark.probe
@pytest.mark.requirement("orders.idempotent")
async def test_simultaneous_requests_with_one_key(target: ProbedShop, probe: Trial) -> None:
    await probe.exact(races.one_order_per_key, target)


@pytest.mark.probe
@pytest.mark.requirement("items.unique")
async def test_simultaneous_creates_give_one_item(target: ProbedShop, probe: Trial) -> None:
    await probe.exact(races.unique, target)


@pytest.mark.probe
@pytest.mark.requirement("items.precondition")
async def test_one_of_several_simultaneous_patches_wins(target: ProbedShop, probe: Trial) -> None:
    await probe.exact(races.one_edit_per_version, target)


# -------------------------------------------------------------------- faults, load, users


@pytest.mark.probe
@pytest.mark.requirement("orders.hang_up")
async def test_a_customer_hangs_up(target: ProbedShop, probe: Trial) -> None:
    await probe.exact(faults.hang_up, target)


@pytest.mark.probe
@pytest.mark.requirement("orders.short_transactions")
async def test_writes_go_on_during_a_payment(target: ProbedShop, probe: Trial) -> None:
    await probe.timed(load.writes_go_on, target)


@pytest.mark.probe
@pytest.mark.requirement("service.contention")
async def test_many_orders_at_once_are_served(target: ProbedShop, probe: Trial) -> None:
    await probe.timed(load.pool, target)


@pytest.mark.probe
@pytest.mark.requirement("service.fresh")
async def test_an_answer_comes_after_its_commit(target: ProbedShop, probe: Trial) -> None:
    await probe.exact(load.fresh, target)


@pytest.mark.probe
@pytest.mark.requirement("notify.sent")
async def test_no_notification_of_a_burst_is_lost(target: ProbedShop, probe: Trial) -> None:
    await probe.exact(background.nothing_lost, target)


@pytest.mark.probe
@pytest.mark.requirement("auth.isolated")
async def test_overlapping_users_are_not_mixed_up(target: ProbedShop, probe: Trial) -> None:
    await probe.exact(identity.isolated, target)


@pytest.mark.probe
@pytest.mark.requirement("service.graceful")
async def test_requests_under_way_are_answered(target: ProbedShop, probe: Trial) -> None:
    await probe.timed(shutdown.graceful, target)


# ---------------------------------------------------------------------------- two workers


@pytest.mark.probe
@pytest.mark.workers(2)
@pytest.mark.requirement("orders.never_oversell")
async def test_two_workers_never_oversell(target: ProbedShop, probe: Trial) -> None:
    await probe.exact(races.oversell, target, stock=15, buyers=30, pause=PAUSE)


@pytest.mark.probe
@pytest.mark.workers(2)
@pytest.mark.requirement("orders.idempotent")
async def test_two_workers_keep_one_order_per_key(target: ProbedShop, probe: Trial) -> None:
    await probe.exact(races.one_order_per_key, target, pause=PAUSE)


@pytest.mark.probe
@pytest.mark.workers(2)
@pytest.mark.requirement("service.workers")
async def test_two_workers_make_one_item(target: ProbedShop, probe: Trial) -> None:
    # What the others get is judged on one worker.
    await probe.exact(races.unique, target, pause=PAUSE, losers_get=None)


@pytest.mark.probe
@pytest.mark.workers(2)
@pytest.mark.requirement("items.precondition")
async def test_two_workers_make_one_change(target: ProbedShop, probe: Trial) -> None:
    await probe.exact(races.one_edit_per_version, target, pause=PAUSE)


@pytest.mark.probe
@pytest.mark.workers(2)
@pytest.mark.requirement("service.contention")
async def test_writers_do_not_lock_each_other_out(target: ProbedShop, probe: Trial) -> None:
    await probe.timed(load.locked, target)
