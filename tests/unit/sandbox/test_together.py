"""Work of hours that somebody ends."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from runner.model import Limits
from runner.sandbox import BoxSpec
from runner.sandbox.together import Together, lanes
from runner.testing.fake import IMAGE, FakeSandbox

if TYPE_CHECKING:
    from runner.testing.fake_box import Inside

PATIENCE_SECONDS = 20.0
WAITS = BoxSpec(
    role="subject", image=IMAGE, argv=("wait",), uid=1, gid=1, limits=Limits(wall_seconds=60.0)
)


def waiting(box: Inside) -> int:
    box.sleep(600.0)
    return 0


def test_an_error_stops_what_is_under_way_and_begins_nothing() -> None:
    sandbox = FakeSandbox({"subject": waiting})
    begun = time.monotonic()
    under_way = threading.Event()
    started: list[int] = []

    def work(number: int, together: Together) -> None:
        started.append(number)
        with together.open(ttl_seconds=60.0) as run:
            box = run.start(WAITS)
            under_way.set()
            box.wait(60.0)

    def interrupted() -> None:
        with lanes(sandbox, 1) as (pool, together):
            for number in range(3):
                pool.submit(work, number, together)
            assert under_way.wait(PATIENCE_SECONDS)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert time.monotonic() - begun < PATIENCE_SECONDS
    assert started == [0]
    assert [run.leftovers for run in sandbox.runs] == [0]


def test_without_an_error_everything_is_done() -> None:
    sandbox = FakeSandbox({})
    with lanes(sandbox, 2) as (pool, together):
        done = list(pool.map(lambda number: 2 * number, range(3)))

    assert done == [0, 2, 4]
    assert together.isolation() == sandbox.isolation()
