"""What the harness may ask about its subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from runner.checks.subjects import Subjects
from runner.sandbox import Ended, Ending, Output, SandboxError

if TYPE_CHECKING:
    from runner.sandbox import Box


class Subject:
    """A box that runs until it is killed."""

    def __init__(self, number: int) -> None:
        self.id = f"box-{number}"
        self.alive = True

    def kill(self) -> Ended:
        self.alive = False
        return Ended(ending=Ending.KILLED, exit_code=137, wall_seconds=1.0)

    def output(self) -> Output:
        return Output(head=self.id.encode(), tail=b"", seen=len(self.id))

    def remove(self) -> None:
        assert not self.alive


def test_a_start_ends_the_subject_whose_start_was_never_answered() -> None:
    made: list[Subject] = []

    def start(_workers: int) -> Box:
        made.append(Subject(len(made)))
        return cast("Box", made[-1])

    subjects = Subjects(start)
    for _ in range(2):
        subjects.serve("start", {"workers": 1})
    subjects.serve("kill", {"subject": "box-1"})
    subjects.serve("start", {"workers": 2})

    assert [subject.alive for subject in made] == [False, False, True]
    assert subjects.serve("output", {}) == {"text": "box-0box-1"}


def test_more_workers_than_the_suite_needs_are_refused() -> None:
    subjects = Subjects(lambda _workers: pytest.fail("started"))
    with pytest.raises(SandboxError):
        subjects.serve("start", {"workers": 99})
