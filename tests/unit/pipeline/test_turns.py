"""Which checks run beside which, and what an interruption leaves."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from runner.harness.messages import Job, Progress
from tests.unit.catalog import tiny
from tests.unit.pipeline.scenes import Stage, suite_report

if TYPE_CHECKING:
    from pathlib import Path

    from runner.checks import Event
    from runner.testing.fake_box import Inside

PATIENCE_SECONDS = 10.0


def progress(name: str) -> str:
    check = f"test_items.py::test_{name}"
    return Progress(check=check, outcome="passed", done=1, total=2).model_dump_json()


def test_other_checks_begin_when_the_probes_are_over(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    marked = '@pytest.mark.requirement("items.create")'
    stage.challenge = tiny.load(
        tmp_path,
        hidden__test_items_dot_py=tiny.TESTS.replace(marked, f"@pytest.mark.probe\n{marked}"),
    )
    beside: list[list[str]] = []

    def roles() -> list[str]:
        return [spec.role for spec in stage.sandbox.runs[0].specs]

    def act(box: Inside) -> int:
        job = Job.model_validate_json(box.read_line())
        box.read(job.sources_bytes)
        box.write_line(progress("create"))
        time.sleep(0.2)
        beside.append(roles())
        box.write_line(progress("read"))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while "analyser" not in roles() and time.monotonic() < deadline:
            time.sleep(0.01)
        beside.append(roles())
        box.write_line(suite_report().model_dump_json())
        return 0

    assert stage.play(harness=act).outcome == "graded"
    assert beside == [["harness"], ["harness", "analyser"]]


def test_an_interruption_waits_for_nobody_and_leaves_nothing(tmp_path: Path) -> None:
    stage = Stage(tmp_path)

    def stuck(box: Inside) -> int:
        box.read_line()
        box.write_line(progress("read"))
        box.sleep(600.0)
        return 0

    def watch(event: Event) -> None:
        if event.stage == "analysis":
            raise KeyboardInterrupt

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        stage.play(harness=stuck, on_event=watch)
    assert time.monotonic() - begun < PATIENCE_SECONDS
    assert stage.sandbox.runs[0].leftovers == 0
