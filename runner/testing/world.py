"""What a promise of the conformance suite works with."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from runner.model import Limits
from runner.sandbox import Box, BoxSpec, Ended, Mount, Run, Sandbox, SandboxError, Volume

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.testing.steps import Program, Step

USER = 20001
OTHER_USER = 20002
GROUP = 30000
TTL_SECONDS = 300.0
PATIENCE_SECONDS = 30.0
LIMITS = Limits(
    memory_mib=96, pids=24, wall_seconds=30.0, output_kib=256, scratch_mib=4, scratch_inodes=64
)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A sandbox, an image of its, and how its boxes are told to run a program."""

    sandbox: Sandbox
    image: str
    argv: Callable[[Program], tuple[str, ...]]

    @contextmanager
    def run(self) -> Iterator[Run]:
        """A run that closes itself."""
        with self.sandbox.open(ttl_seconds=TTL_SECONDS) as run:
            yield run

    def spec(self, *steps: Step, **changes: Any) -> BoxSpec:  # noqa: ANN401 - fields of BoxSpec
        """A box that does these steps."""
        settings: dict[str, Any] = {
            "role": "subject",
            "image": self.image,
            "argv": self.argv(steps),
            "uid": USER,
            "gid": GROUP,
            "limits": LIMITS,
        }
        return BoxSpec(**settings | changes)

    def say(self, run: Run, *steps: Step, **changes: Any) -> list[str]:  # noqa: ANN401
        """The lines that a box wrote by its end."""
        box = run.start(self.spec(*steps, **changes))
        ended(box)
        return box.output().text.splitlines()


Promise: TypeAlias = Callable[[World], None]


def volume(name: str = "data", **changes: Any) -> Volume:  # noqa: ANN401 - fields of Volume
    """A small volume of the usual user and group."""
    settings = {"size_mib": 2, "inodes": 32, "uid": USER, "gid": GROUP}
    return Volume(name=name, **settings | changes)


def at(target: str, mounted: Volume, *, read_only: bool = False) -> tuple[Mount]:
    """The mounts of a box with one volume."""
    return (Mount(volume=mounted, target=target, read_only=read_only),)


def ended(box: Box) -> Ended:
    """How a box ended, which has to be soon."""
    result = box.wait(PATIENCE_SECONDS)
    if result is None:
        message = f"the box still runs after {PATIENCE_SECONDS} s"
        raise AssertionError(message)
    return result


def expect(actual: object, wanted: object, about: object = "") -> None:
    """Equality, with both sides in the message."""
    if actual != wanted:
        message = f"{actual!r} where {wanted!r} was promised {about}"
        raise AssertionError(message)


def expect_that(condition: object, about: object) -> None:
    """Truth, with the reason in the message."""
    if not condition:
        raise AssertionError(about)


def expect_error(action: Callable[[], object]) -> SandboxError:
    """The `SandboxError` of an action that has to fail with one."""
    try:
        action()
    except SandboxError as error:
        return error
    message = "no SandboxError was raised"
    raise AssertionError(message)


def parsed(lines: list[str]) -> dict[str, Any]:
    """The facts in the only line of an output."""
    expect(len(lines), 1, lines)
    found: dict[str, Any] = json.loads(lines[0])
    return found
