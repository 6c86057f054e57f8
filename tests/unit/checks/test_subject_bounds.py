"""Even the harness, which is ours, gets no more than a suite needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from pydantic import ValidationError

from runner.checks.conversation import MESSAGES
from runner.checks.subjects import MOST_STARTS, Subjects
from runner.sandbox import SandboxError
from tests.unit.checks.test_subjects import Subject, never

if TYPE_CHECKING:
    from runner.sandbox import Box


def starting(made: list[Subject]) -> Subjects:
    def start(_kind: str, _workers: int) -> Box:
        made.append(Subject(len(made)))
        return cast("Box", made[-1])

    return Subjects(start, never)


def test_starts_are_bounded() -> None:
    made: list[Subject] = []
    subjects = starting(made)
    for _ in range(MOST_STARTS):
        subjects.serve("start", {"workers": 1, "kind": "service"})
    with pytest.raises(SandboxError, match="is refused"):
        subjects.serve("start", {"workers": 1, "kind": "service"})
    assert len(made) == MOST_STARTS


@pytest.mark.parametrize("kind", ["harness", "", "analyser"])
def test_only_subjects_are_started(kind: str) -> None:
    with pytest.raises(SandboxError, match="is refused"):
        Subjects(never, never).serve("start", {"workers": 1, "kind": kind})


@pytest.mark.parametrize("name", ["STOP", "CONT", "9", ""])
def test_only_signals_of_the_list_are_sent(name: str) -> None:
    subjects = starting([])
    box = subjects.serve("start", {"workers": 1, "kind": "service"})["subject"]
    with pytest.raises(SandboxError, match="is not one the harness may send"):
        subjects.serve("signal", {"subject": box, "signal": name})


@pytest.mark.parametrize("verb", ["exec", "copy", "mount", "", "_do_start"])
def test_only_verbs_of_the_list_are_heard(verb: str) -> None:
    call = f'{{"kind": "call", "number": 1, "verb": "{verb}", "arguments": {{}}}}'
    with pytest.raises(ValidationError):
        MESSAGES.validate_json(call)
    with pytest.raises(SandboxError, match="malformed call"):
        Subjects(never, never).serve(verb, {})
