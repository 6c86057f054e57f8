"""The volumes of a run: room for every submission, and who may write to what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.checks import CheckContext
from runner.checks.boxes import (
    Volumes,
    command_spec,
    harness_spec,
    locker_spec,
    service_spec,
)
from runner.checks.programs import Command
from runner.model import Limits
from runner.sandbox import BoxSpec, SandboxError
from runner.testing.fake import FakeSandbox, argv
from runner.testing.steps import leave
from runner.tree import SourceFile, pack
from tests.unit.catalog import tiny

if TYPE_CHECKING:
    from pathlib import Path

    from runner.sandbox import Box

PAGE = 4096
MIB = 1024 * 1024

LIMITS = Limits()
COMMAND = Command(argv=("python", "x.py"), seconds=7.0, mark="m")


def context(root: Path, sources: bytes = b"", challenge: str = tiny.CHALLENGE) -> CheckContext:
    with FakeSandbox().open(ttl_seconds=60) as run:
        return CheckContext(
            run=run,
            challenge=tiny.load(root, challenge_dot_toml=challenge).challenge,
            images={"subject": "s", "harness": "h"},
            sources=sources,
            starter=b"",
            suite=(),
            expected=(),
            seed=1,
        )


def box() -> Box:
    spec = BoxSpec(role="harness", image="h", argv=argv((leave(0),)), uid=1, gid=1, limits=LIMITS)
    sandbox = FakeSandbox({"harness": lambda _inside: 0})
    return sandbox.open(ttl_seconds=60).start(spec)


def access(spec: BoxSpec) -> dict[str, str]:
    return {mount.target: "r" if mount.read_only else "w" for mount in spec.mounts}


def test_many_tiny_files_fit_a_page_each(tmp_path: Path) -> None:
    files = 15_000
    sources = pack([SourceFile(path=f"z/{number}", data=b"x") for number in range(files)])

    assert Volumes.sized(context(tmp_path, sources)).source.size_mib * MIB >= files * PAGE


def test_each_role_writes_to_its_own_volumes_only(tmp_path: Path) -> None:
    given = context(tmp_path)
    volumes, harness = Volumes.sized(given), box()

    assert access(harness_spec(given, volumes, 60.0)) == {
        "/src": "w",
        "/control": "w",
        "/in": "w",
        "/data": "r",
        "/out": "r",
    }
    assert access(service_spec(given, harness, volumes, 1)) == {
        "/src": "r",
        "/data": "w",
    }
    assert access(locker_spec(given, volumes)) == {"/data": "w"}
    assert access(command_spec(given, volumes, COMMAND)) == {
        "/src": "r",
        "/in": "r",
        "/out": "w",
    }


def test_the_reference_has_the_image_and_limits_of_a_command_and_no_volume_of_one(
    tmp_path: Path,
) -> None:
    given = context(tmp_path, challenge=tiny.PROGRAM)
    volumes = Volumes.sized(given)
    theirs, ours = (
        command_spec(given, volumes, replace(COMMAND, reference=reference))
        for reference in (False, True)
    )

    assert access(ours) == access(theirs) == {"/src": "r", "/in": "r", "/out": "w"}
    shared = {mount.volume for mount in ours.mounts} & {mount.volume for mount in theirs.mounts}
    assert shared == {volumes.inputs}
    assert volumes.data.size_mib == volumes.outputs.size_mib
    assert replace(ours, role="subject", mounts=theirs.mounts) == theirs


def test_where_there_is_a_service_no_reference_runs(tmp_path: Path) -> None:
    given = context(tmp_path)

    with pytest.raises(SandboxError, match="where there is a service"):
        command_spec(given, Volumes.sized(given), replace(COMMAND, reference=True))


def test_the_locker_is_ours_and_has_no_network(tmp_path: Path) -> None:
    given = context(tmp_path)
    locker = locker_spec(given, Volumes.sized(given))

    assert (locker.image, locker.network_of, locker.env) == ("h", None, {})
    assert "-I" in locker.argv


def test_a_command_may_not_take_longer_than_the_challenge_allows(tmp_path: Path) -> None:
    given = context(tmp_path)
    volumes = Volumes.sized(given)
    long = Command(argv=("x",), seconds=1e6, mark="m")

    assert command_spec(given, volumes, COMMAND).limits.wall_seconds == COMMAND.seconds
    limit = given.challenge.subject.limits.wall_seconds
    assert command_spec(given, volumes, long).limits.wall_seconds == limit


def test_a_challenge_of_commands_has_no_service(tmp_path: Path) -> None:
    given = context(tmp_path, challenge=tiny.PROGRAM)

    with pytest.raises(SandboxError, match="there is none"):
        service_spec(given, box(), Volumes.sized(given), 1)
