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


def test_what_is_awaited_aside_does_not_count() -> None:
    waiting = Waiting()
    with waiting.aside(), waiting.on_subject():
        time.sleep(0.02)
    assert waiting.seconds == 0
    with waiting.on_subject():
        time.sleep(0.01)
    assert waiting.seconds > 0
