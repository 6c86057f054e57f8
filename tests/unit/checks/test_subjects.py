"""What the harness may ask about its subject."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any, cast

import pytest

from runner.checks import subjects as subjects_module
from runner.checks.programs import until_said
from runner.checks.subjects import Subjects
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
    parts = {"argv": ["x"], "seconds": 1.0, "usage": False, "slot": 0, "joined": False}
    return parts | {"reference": False, "stop": ""} | changes


def ran(
    steps: Callable[[str], Program],
    *,
    seconds: float = 5.0,
    reference: bool = False,
    stop: str = "",
) -> dict[str, Any]:
    """What the harness is told about a command whose box does these steps, given the mark."""
    with FakeSandbox().open(ttl_seconds=60) as run:

        def launch(command: Command, beside: Box | None) -> Box:
            assert (command.reference, beside) == (reference, None)
            limits = Limits(wall_seconds=command.seconds, output_kib=1)
            program = argv(steps(command.mark))
            return run.start(
                BoxSpec(role="subject", image=IMAGE, argv=program, uid=1, gid=1, limits=limits)
            )

        subjects = Subjects(never, launch)
        answer = subjects.serve(
            "run", asked(seconds=seconds, usage=True, reference=reference, stop=stop)
        )
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


def test_a_command_is_ended_at_the_line_where_it_is_to_stop() -> None:
    answer = ran(lambda _mark: (say("\nhalt (1)"), sleep(60.0)), stop="halt (1)")

    assert (answer["exit_code"], answer["limit"]) == (None, False)
    assert answer["how"] == "it was ended where it was to stop"
    assert answer["output"] == "\nhalt (1)\n"


def test_what_only_looks_like_that_line_stops_nothing() -> None:
    steps = (say("\nhalt (1) and more"), say("halt"))
    answer = ran(lambda mark: (*steps, say(f"\n{mark} 1\n"), sleep(60.0)), stop="halt (1)")

    assert (answer["exit_code"], answer["how"]) == (1, "it exited with code 1")


def test_a_limit_counts_though_the_command_was_to_stop() -> None:
    flood = "x" * 4096
    answer = ran(lambda _mark: (say(f"\nhalt\n{flood}"), sleep(60.0)), stop="halt")

    assert answer["limit"]
    assert "more output" in answer["how"]


def test_marks_are_different_and_slots_are_handed_on() -> None:
    commands = []

    def launch(command: Command, _beside: Box | None) -> Box:
        commands.append(command)
        raise SandboxError("no engine")

    subjects = Subjects(never, launch)
    for slot in range(40):
        with pytest.raises(SandboxError, match="no engine"):
            subjects.serve("run", asked(slot=slot))
    assert [command.slot for command in commands] == [*range(40)]
    assert len({command.mark for command in commands}) == 40
    assert all(re.fullmatch(r"[\w-]{30,}", command.mark) for command in commands)


def test_a_call_without_a_slot_is_malformed() -> None:
    details = asked()
    del details["slot"]
    with pytest.raises(SandboxError, match="malformed call of 'run'"):
        Subjects(never, never).serve("run", details)


def test_a_joined_command_joins_the_service_that_runs() -> None:
    joined: list[Box | None] = []

    def launch(_command: Command, beside: Box | None) -> Box:
        joined.append(beside)
        raise SandboxError("no engine")

    service = cast("Box", Subject(1))
    subjects = Subjects(lambda _kind, _workers: service, launch)
    for _ in range(2):
        for wanted in (True, False):
            with pytest.raises(SandboxError, match="no engine"):
                subjects.serve("run", asked(joined=wanted))
        subjects.serve("start", {"workers": 1, "kind": "reference"})
    assert joined == [None, None, service, None]


def waited(program: Program, seconds: float = 5.0) -> None:
    """Start a box that does this, and wait until it has said "ready"."""
    spec = BoxSpec(role="control", image=IMAGE, argv=argv(program), uid=1, gid=1, limits=Limits())
    with FakeSandbox().open(ttl_seconds=60) as run:
        until_said(run.start(spec), "ready", seconds)


def test_a_service_of_ours_is_waited_for_until_it_says_that_it_serves() -> None:
    waited((sleep(0.1), say("\nready"), sleep(60.0)))


@pytest.mark.parametrize(
    ("program", "how"),
    [
        ((say("no such module"), leave(1)), "ended while starting"),
        ((say("not yet ready"), sleep(60.0)), "did not serve within 0.2 s"),
    ],
    ids=["ends", "hangs"],
)
def test_a_service_of_ours_that_does_not_serve_voids_the_run(program: Program, how: str) -> None:
    with pytest.raises(SandboxError, match=how) as caught:
        waited(program, 0.2)
    assert caught.value.why in ("no such module\n", "not yet ready\n")


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


def test_data_are_given_up_while_nobody_uses_them() -> None:
    """The locker of the old ones goes with them."""

    def lock(inside: Inside) -> int:
        while inside.read_line():
            inside.write_line('{"files": 0}')
        return 0

    renewed: list[int] = []
    with FakeSandbox({"locker": lock}).open(ttl_seconds=60) as run:

        def started(role: str) -> Box:
            program = argv((sleep(60),))
            return run.start(
                BoxSpec(
                    role=role,
                    image=IMAGE,
                    argv=program,
                    uid=1,
                    gid=1,
                    limits=Limits(),
                    interactive=role == "locker",
                )
            )

        subjects = Subjects(
            lambda _kind, _workers: started("subject"),
            never,
            lambda: started("locker"),
            lambda: renewed.append(run.leftovers),
        )
        service = subjects.serve("start", {"workers": 1, "kind": "service"})
        subjects.serve("lock", {})
        with pytest.raises(SandboxError, match="a service uses them"):
            subjects.serve("forget", {})
        subjects.serve("kill", service)

        assert subjects.serve("forget", {}) == {}
        assert renewed == [0]
        subjects.serve("lock", {})
        subjects.serve("forget", {})
        assert [one.role for one in run.specs] == ["subject", "locker", "locker"]
        assert renewed == [0, 0]


def test_a_harness_without_data_gives_up_none() -> None:
    with pytest.raises(SandboxError, match="no data to forget"):
        Subjects(never, never).serve("forget", {})
