"""The simulated sandbox keeps the promises of a real one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.sandbox import BoxSpec, Ending
from runner.testing import fake
from runner.testing.conformance import PROMISES
from runner.testing.fake import FakeSandbox
from runner.testing.world import LIMITS, Promise, World, volume

if TYPE_CHECKING:
    from runner.testing.fake_box import Inside


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_promise(promise: Promise) -> None:
    promise(World(sandbox=FakeSandbox(), image=fake.IMAGE, argv=fake.argv))


def _spec(role: str, *, interactive: bool = True) -> BoxSpec:
    return BoxSpec(
        role=role,
        image="sha256:any",
        argv=("python", "-m", "anything"),
        uid=1000,
        gid=1000,
        limits=LIMITS,
        interactive=interactive,
    )


def test_an_actor_plays_its_role() -> None:
    def harness(box: Inside) -> int:
        count = int(box.read_line())
        box.write_line(box.read(count).upper())
        return 3

    with FakeSandbox({"harness": harness}).open(ttl_seconds=1) as run:
        box = run.start(_spec("harness"))
        box.write(b"5\nhello")
        assert box.read_line(5) == b"HELLO\n"
        ended = box.wait(5)
    assert ended is not None
    assert (ended.ending, ended.exit_code) == (Ending.EXITED, 3)


def test_a_failing_actor_crashes_like_a_program() -> None:
    def subject(box: Inside) -> int:
        raise ValueError(box.spec.role)

    with FakeSandbox({"subject": subject}).open(ttl_seconds=1) as run:
        box = run.start(_spec("subject", interactive=False))
        ended = box.wait(5)
    assert ended is not None
    assert (ended.ending, ended.exit_code) == (Ending.EXITED, 1)
    assert "ValueError: subject" in box.output().text


def test_leftovers_are_counted_until_the_run_closes() -> None:
    def subject(box: Inside) -> int:
        box.sleep(600)
        return 0

    sandbox = FakeSandbox({"subject": subject})
    with sandbox.open(ttl_seconds=1) as run:
        run.volume(volume())
        run.start(_spec("subject"))
        assert run.leftovers == 2
    assert sandbox.runs[0].leftovers == 0
    assert [spec.role for spec in sandbox.runs[0].specs] == ["subject"]
