"""When the failure of a probe stands."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest

from runner.harness.errors import Inconclusive, SubjectError, UnservedError
from runner.harness.messages import SuitePlace
from runner.harness.notes import POINTS_LIMIT, Notes
from runner.harness.probes import trial
from runner.harness.probes.trial import Trial

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from runner.harness.probes.target import Target

GOOD, SUSPECT = "good", "suspect"


class Story:
    """A probe whose attempts end as told; `calls` are the targets it was tried on."""

    def __init__(self, error: SubjectError | None = None, **ends: list[bool]) -> None:
        self.error = error
        self.ends = ends
        self.calls: list[str] = []

    async def __call__(self, target: Any, notes: Notes) -> None:
        self.calls.append(target)
        notes.measure("attempt", len(self.calls))
        if not self.ends[target].pop(0):
            message = f"attempt {len(self.calls)} failed"
            raise self.error or SubjectError(message)


PLACE = SuitePlace(path="app/main.py", line=3, note="stuck")


class Stage:
    """A stage on which the control is good."""

    @asynccontextmanager
    async def control(self) -> AsyncIterator[Any]:
        yield GOOD

    async def stack(self, target: object) -> list[SuitePlace]:
        assert target == SUSPECT
        return [PLACE]


def tried(story: Story, *, timed: bool = True) -> Notes:
    notes = Notes()
    tried_by = Trial(notes, Stage())
    run = tried_by.timed if timed else tried_by.exact
    asyncio.run(run(story, cast("Target", SUSPECT)))
    return notes


def test_what_an_earlier_probe_of_the_same_check_saw_is_kept() -> None:
    notes = Notes()
    tried_by = Trial(notes, Stage())

    async def run() -> None:
        target = cast("Target", SUSPECT)
        await tried_by.timed(Story(suspect=[True]), target)
        await tried_by.timed(Story(suspect=[False, True], good=[True]), target)

    asyncio.run(run())
    assert [one.value for one in notes.measures] == [1.0, 3.0]


def test_a_probe_that_passes_is_tried_once() -> None:
    story = Story(suspect=[True])

    assert tried(story).notes == []
    assert story.calls == [SUSPECT]


def test_a_failure_stands_when_the_control_passes_and_it_fails_again() -> None:
    story = Story(suspect=[False, False], good=[True])

    with pytest.raises(SubjectError, match="attempt 3 failed"):
        tried(story)
    assert story.calls == [SUSPECT, GOOD, SUSPECT]


def test_nothing_is_told_on_a_machine_where_the_control_fails() -> None:
    story = Story(suspect=[False], good=[False])

    with pytest.raises(Inconclusive, match=r"known to be good fails .*attempt 2.*attempt 1 failed"):
        tried(story)


def test_a_failure_that_does_not_come_again_is_a_pass_with_a_note() -> None:
    notes = tried(Story(suspect=[False, True], good=[True]))

    assert notes.notes == ["passed when tried again; at the first attempt: attempt 1 failed"]
    assert [measure.value for measure in notes.measures] == [3.0]


def test_the_failure_of_an_exact_probe_stands_at_once() -> None:
    story = Story(suspect=[False])

    with pytest.raises(SubjectError, match="attempt 1"):
        tried(story, timed=False)


UNSERVED = pytest.mark.parametrize(
    "error",
    [UnservedError("5 × 500"), SubjectError("no answer", limit=True)],
    ids=["5xx", "deadline"],
)


@UNSERVED
def test_requests_unserved_are_a_failure_when_it_comes_again(error: SubjectError) -> None:
    story = Story(error, suspect=[False, True, False], good=[True])

    with pytest.raises(SubjectError, match=str(error)):
        tried(story, timed=False)
    assert story.calls == [SUSPECT, GOOD, SUSPECT, SUSPECT]


@UNSERVED
def test_requests_unserved_once_are_a_pass_with_a_note(error: SubjectError) -> None:
    story = Story(error, suspect=[False, True, True], good=[True])

    assert tried(story, timed=False).notes == [
        f"passed when tried again; at the first attempt: {error}"
    ]


@UNSERVED
def test_where_the_control_is_not_served_either_nothing_is_told(error: SubjectError) -> None:
    with pytest.raises(Inconclusive, match="known to be good fails as well"):
        tried(Story(error, suspect=[False], good=[False]), timed=False)


def test_a_chart_keeps_so_many_points() -> None:
    notes = Notes()
    notes.plot("x", [(n, n) for n in range(POINTS_LIMIT + 5)], x="s", y="n", limit=3)

    assert len(notes.series[0].points) == POINTS_LIMIT
    assert notes.series[0].limit == 3


def test_a_blocked_event_loop_gets_a_hint_where(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story(suspect=[False, False], good=[True])
    monkeypatch.setattr(trial, "BLOCKABLE", (story,))
    notes = Notes()

    with pytest.raises(SubjectError):
        asyncio.run(Trial(notes, Stage()).timed(story, cast("Target", SUSPECT)))
    assert notes.places == [PLACE]
