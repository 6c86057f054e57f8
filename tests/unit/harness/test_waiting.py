"""The clock of waiting for the subject."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from runner.harness.waiting import Waiting

if TYPE_CHECKING:
    import pytest


def test_waits_that_overlap_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    clock = Waiting()
    with clock.on_subject():
        now += 2
        with clock.on_subject():
            now += 3
            assert clock.seconds == 5
    now += 50
    with clock.on_subject():
        now += 1

    assert clock.seconds == 6
