"""What the harness may ask about its subject."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any, cast

import pytest

from runner.checks import subjects as subjects_module
from runner.checks.subjects import MOST_COMMANDS, Subjects
from runner.model import Limits
from runner.sandbox import BoxSpec, Ended, Ending, Output, SandboxError
from runner.testing.fake import IMAGE, FakeSandbox, argv
from runner.testing.steps import leave, say, sleep

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.checks.programs import Command
    from runner.sandbox import Box
    from runner.testing.fake_box import Actor, Inside
    from runner.testing.steps import Program


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


def never(*_asked: object) -> Box:
    pytest.fail("started")


def test_a_start_ends_the_subject_whose_start_was_never_answered() -> None:
    made: list[Subject] = []

    def start(_kind: str, _workers: int) -> Box:
        made.append(Subject(len(made)))
        return cast("Box", made[-1])

    subjects = Subjects(start, never)
    for _ in range(2):
        subjects.serve("start", {"workers": 1, "kind": "service"})
    subjects.serve("kill", {"subject": "box-1"})
    subjects.serve("start", {"workers": 2, "kind": "stacks"})

    assert [subject.alive for subject in made] == [False, False, True]
    assert subjects.serve("output", {}) == {"text": "box-0box-1"}


def test_more_workers_than_the_suite_needs_are_refused() -> None:
    subjects = Subjects(never, never)
    with pytest.raises(SandboxError):
        subjects.serve("start", {"workers": 99, "kind": "service"})


def asked(**changes: Any) -> dict[str, Any]:
    parts = {"argv": ["x"], "seconds": 1.0, "usage": False, "joined": False, "reference": False}
    return parts | changes


def ran(
    steps: Callable[[str], Program], *, seconds: float = 5.0, reference: bool = False
) -> dict[str, Any]:
    """What the harness is told about a command whose box does these steps, given the mark."""
    with FakeSandbox().open(ttl_seconds=60) as run:

        def launch(command: Command) -> Box:
            assert command.reference == reference
            limits = Limits(wall_seconds=command.seconds, output_kib=1)
            program = argv(steps(command.mark))
            return run.start(
                BoxSpec(role="subject", image=IMAGE, argv=program, uid=1, gid=1, limits=limits)
            )

        subjects = Subjects(never, launch)
        answer = subjects.serve("run", asked(seconds=seconds, usage=True, reference=reference))
        assert run.leftovers == 0
        shown = "" if reference else answer["output"]
        assert subjects.serve("output", {}) == {"text": shown}
        return answer


def test_a_command_ends_when_its_launcher_says_so() -> None:
    answer = ran(lambda mark: (say("hello"), say(f"\n{mark} 3\n"), sleep(60.0)))

    assert (answer["exit_code"], answer["how"]) == (3, "it exited with code 3")
    assert answer["output"] == "hello\n\n"
    assert answer["wall_seconds"] < 5
    assert answer["peak_memory_bytes"] is not None


def test_what_the_reference_says_is_no_output_of_the_subject() -> None:
    answer = ran(lambda mark: (say("secret"), say(f"\n{mark} 0\n"), sleep(60.0)), reference=True)

    assert (answer["exit_code"], answer["output"]) == (0, "secret\n\n")


def test_a_command_whose_launcher_dies_has_the_exit_code_of_its_box() -> None:
    answer = ran(lambda _mark: (say("bye"), leave(4)))

    assert (answer["exit_code"], answer["limit"], answer["output"]) == (4, False, "bye\n")


def test_a_command_that_takes_too_long_has_no_exit_code() -> None:
    answer = ran(lambda _mark: (sleep(60.0),), seconds=0.1)

    assert (answer["exit_code"], answer["limit"]) == (None, True)
    assert "wall-clock limit" in answer["how"]


def test_a_limit_counts_though_the_command_ended() -> None:
    flood = "x" * 4096
    answer = ran(lambda mark: (say(f"\n{mark} 0\n{flood}"), sleep(60.0)))

    assert answer["limit"]
    assert "more output" in answer["how"]


def test_marks_are_different_and_commands_bounded() -> None:
    marks = []

    def launch(command: Command) -> Box:
        marks.append(command.mark)
        raise SandboxError("no engine")

    subjects = Subjects(never, launch)
    for _ in range(MOST_COMMANDS):
        with pytest.raises(SandboxError, match="no engine"):
            subjects.serve("run", asked())
    with pytest.raises(SandboxError, match="refused"):
        subjects.serve("run", asked())
    assert len(set(marks)) == MOST_COMMANDS
    assert all(re.fullmatch(r"[\w-]{30,}", mark) for mark in marks)


def told(actor: Actor, *words: str) -> list[dict[str, Any]]:
    """What the harness is told that asks for these words, by a locker that does so."""
    with FakeSandbox({"locker": actor}).open(ttl_seconds=60) as run:

        def locker() -> Box:
            return run.start(
                BoxSpec(
                    role="locker",
                    image=IMAGE,
                    argv=("x",),
                    uid=1,
                    gid=1,
                    limits=Limits(),
                    interactive=True,
                )
            )

        subjects = Subjects(never, never, locker)
        assert run.specs == []
        answers = [subjects.serve(word, {}) for word in words]
        assert len(run.specs) == 1
        return answers


def test_one_locker_serves_all_that_is_to_be_locked() -> None:
    def actor(inside: Inside) -> int:
        for number in itertools.count():
            word = inside.read_line().decode().strip()
            inside.write_line(f'{{"files": {number if word != "unlock" else 0}}}')
        return 0

    words = ("keep", "lock", "unlock", "keep", "lock")
    assert [answer["files"] for answer in told(actor, *words)] == [0, 1, 0, 3, 4]


def silent(inside: Inside) -> int:
    inside.sleep(60)
    return 0


def broken(inside: Inside) -> int:
    inside.emit(b"no such module", error=True)
    return 1


def babbling(inside: Inside) -> int:
    inside.write_line('{"files": "many"}')
    inside.sleep(60)
    return 0


@pytest.mark.parametrize("actor", [silent, broken, babbling])
def test_a_locker_that_does_not_answer_voids_the_run(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subjects_module, "LOCKER_SECONDS", 0.2)
    with pytest.raises(SandboxError):
        told(actor, "lock")


def test_a_harness_without_a_locker_locks_nothing() -> None:
    with pytest.raises(SandboxError, match="locks nothing"):
        Subjects(never, never).serve("lock", {})


def test_data_are_emptied_while_nobody_uses_them() -> None:
    with FakeSandbox().open(ttl_seconds=60) as run:
        spec = BoxSpec(
            role="subject", image=IMAGE, argv=argv((sleep(60),)), uid=1, gid=1, limits=Limits()
        )
        cleaner = BoxSpec(
            role="cleaner", image=IMAGE, argv=argv((leave(1),)), uid=1, gid=1, limits=Limits()
        )
        subjects = Subjects(
            lambda _kind, _workers: run.start(spec), never, cleaner=lambda: run.start(cleaner)
        )
        started = subjects.serve("start", {"workers": 1, "kind": "service"})
        with pytest.raises(SandboxError, match="a service uses them"):
            subjects.serve("clear", {})
        subjects.serve("kill", started)

        assert subjects.serve("clear", {}) == {}
        assert [one.role for one in run.specs] == ["subject", "cleaner"]
        assert run.leftovers == 0


def test_a_harness_without_data_empties_none() -> None:
    with pytest.raises(SandboxError, match="no data to empty"):
        Subjects(never, never).serve("clear", {})
