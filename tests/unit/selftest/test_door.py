"""Attacks at the door: what is judged, and that a taken or harmless one is noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.errors import UsageError
from runner.intake import submission_from_files
from runner.selftest import door
from runner.selftest.archives import ARCHIVES
from runner.selftest.door import at_the_door
from runner.selftest.folders import FOLDERS
from runner.selftest.submissions import arrivals
from tests.unit.selftest.build import CORPUS, loaded

if TYPE_CHECKING:
    from runner.intake import Submission


def problems(builder: str = "", **expect: Any) -> list[str]:
    one = loaded(kind="intake", guarantee="intake", builder=builder, expect=expect)
    return list(at_the_door(CORPUS, one))


def test_what_is_refused_as_expected_is_no_problem() -> None:
    assert problems("pipe-in-place", outcome="refused", says="a named pipe") == []


def test_a_refusal_for_another_reason_is_told() -> None:
    (found,) = problems("pipe-in-place", outcome="refused", says="it is encrypted")
    assert found.startswith("number 1: it is refused for another reason")


def test_a_message_that_drives_a_terminal_is_told() -> None:
    def careless() -> Submission:
        raise UsageError("refused for \x1b[2J")

    one = loaded(kind="intake", guarantee="intake", expect={"outcome": "refused"})
    assert list(door._judged(one.attack, careless)) == ["the message holds hidden characters"]


def test_what_is_taken_and_should_not_be_is_told() -> None:
    assert problems(outcome="refused") == ["number 1: it is taken"]


def test_what_is_refused_and_should_not_be_is_told() -> None:
    (found,) = problems("folder-link", outcome="accepted")
    assert found.startswith("number 1: it is refused: ")


def test_what_should_be_left_out_or_raise_an_alarm_is_told() -> None:
    assert problems("forged", outcome="accepted", dropped=("model.pkl",)) == []
    assert problems("forged", outcome="accepted", dropped=("README.md",)) == [
        "number 1: README.md is not left out"
    ]
    assert problems("repository", outcome="accepted", alarms=("intake.git_hook",)) == []
    assert problems(outcome="accepted", alarms=("intake.git_hook",)) == [
        "number 1: it does not raise the alarm intake.git_hook"
    ]


def test_what_takes_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_SECONDS", -1.0)
    assert problems(outcome="accepted") == ["number 1: it took 0 s"]


def test_honest_files_come_in_unchanged() -> None:
    (arrival,) = arrivals(CORPUS, loaded())
    honest = submission_from_files(CORPUS.base("service", "honest"))
    assert arrival().digest == honest.digest


@pytest.mark.parametrize("builder", sorted(ARCHIVES))
def test_an_archive_is_written_the_same_each_time(builder: str) -> None:
    files = CORPUS.base("service", "honest")
    once = [hash(packed) for packed in ARCHIVES[builder](files)]
    assert once
    assert once == [hash(packed) for packed in ARCHIVES[builder](files)]


@pytest.mark.parametrize("builder", sorted(FOLDERS))
def test_a_folder_is_hostile(builder: str) -> None:
    """Without the change it comes in; with it, it does not."""
    assert problems(builder, outcome="accepted") != []
