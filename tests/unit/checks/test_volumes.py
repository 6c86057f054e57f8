"""The volumes of a run: room for every submission, and who may write to what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.catalog import control
from runner.checks import CheckContext
from runner.checks.boxes import (
    PAGE,
    Volumes,
    cleaner_spec,
    command_spec,
    control_spec,
    harness_spec,
    locker_spec,
    reference_spec,
    service_job,
    service_spec,
)
from runner.checks.programs import Command
from runner.errors import ChallengeError
from runner.harness.program import FILES_LIMIT
from runner.model import Limits
from runner.sandbox import BoxSpec, SandboxError
from runner.testing.fake import FakeSandbox, argv
from runner.testing.steps import leave
from runner.tree import SourceFile, pack
from tests.unit.catalog import tiny

if TYPE_CHECKING:
    from pathlib import Path

    from runner.sandbox import Box

MIB = 1024 * 1024

LIMITS = Limits()
COMMAND = Command(argv=("python", "x.py"), seconds=7.0, mark="m")


SETTINGS = tiny.GIVEN.replace(
    'MODE = "grading"', 'MODEL = "/given/model", DATABASE_URL = "sqlite:////data/app.db"'
)
TINY = {"UPSTREAM_URL": "http://127.0.0.1:9000", "DATABASE": "/tmp/tiny.db"}


def context(root: Path, sources: bytes = b"", challenge: str = tiny.CHALLENGE) -> CheckContext:
    loaded = tiny.load(root, challenge_dot_toml=challenge)
    with FakeSandbox().open(ttl_seconds=60) as run:
        return CheckContext(
            run=run,
            challenge=loaded.challenge,
            control=control(loaded),
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
    assert access(cleaner_spec(given, volumes)) == {"/data": "w"}
    assert access(control_spec(given, harness, volumes)) == {"/src": "r"}
    assert access(command_spec(given, volumes, COMMAND)) == {
        "/src": "r",
        "/in": "r",
        "/out": "w",
    }


def test_where_only_commands_run_there_are_no_data(tmp_path: Path) -> None:
    given = context(tmp_path, challenge=tiny.PROGRAM)
    volumes = Volumes.sized(given)

    assert access(harness_spec(given, volumes, 60.0)) == {
        "/src": "w",
        "/control": "w",
        "/in": "w",
        "/out": "r",
        "/ours": "r",
    }
    for spec in (locker_spec, cleaner_spec):
        with pytest.raises(SandboxError, match="there is none"):
            spec(given, volumes)


def test_a_service_that_is_given_files_only_reads_them_and_so_does_one_of_ours(
    tmp_path: Path,
) -> None:
    given = context(tmp_path, challenge=tiny.GIVEN)
    volumes, harness = Volumes.sized(given), box()

    assert access(harness_spec(given, volumes, 60.0)) == {
        "/src": "w",
        "/control": "w",
        "/in": "w",
        "/out": "r",
        "/data": "r",
        "/given": "w",
        "/ours": "r",
    }
    for stacks in (False, True):
        spec = service_spec(given, harness, volumes, 1, stacks=stacks)
        assert access(spec) == {"/src": "r", "/data": "w", "/given": "r"}
    for ours in (control_spec, reference_spec):
        assert access(ours(given, harness, volumes)) == {"/src": "r", "/given": "r"}
    assert access(command_spec(given, volumes, COMMAND)) == {"/src": "r", "/in": "r", "/out": "w"}


def test_what_commands_wrote_fits_where_a_service_finds_it(tmp_path: Path) -> None:
    given = context(tmp_path, challenge=tiny.GIVEN)
    volumes = Volumes.sized(given)
    job = service_job(given)

    assert volumes.given is not None
    assert job is not None
    assert job.given_bytes == 3 * MIB
    assert volumes.given.size_mib * MIB >= job.given_bytes + FILES_LIMIT * PAGE
    assert volumes.given.inodes >= volumes.outputs.inodes
    without = service_job(context(tmp_path))
    assert without is not None
    assert without.given_bytes == 0


def test_the_harness_has_memory_for_what_it_gives(tmp_path: Path) -> None:
    def memory(challenge: str) -> int:
        given = context(tmp_path, challenge=challenge)
        return harness_spec(given, Volumes.sized(given), 60.0).limits.memory_mib

    assert memory(tiny.GIVEN) == memory(tiny.CHALLENGE) + 4 * 3


@pytest.mark.parametrize("size", [-1, 257])
def test_a_service_is_given_so_much_at_most(tmp_path: Path, size: int) -> None:
    with pytest.raises(ChallengeError, match="given_mib"):
        context(tmp_path, challenge=tiny.GIVEN.replace("given_mib = 3", f"given_mib = {size}"))


def test_a_solution_in_the_place_of_a_service_is_configured_as_that_is(tmp_path: Path) -> None:
    tiny_one, solution = (
        control_spec(given, box(), Volumes.sized(given))
        for given in (context(tmp_path), context(tmp_path, challenge=SETTINGS))
    )

    assert tiny_one.env == TINY
    assert solution.env == {"MODEL": "/given/model", "DATABASE_URL": "sqlite:////tmp/app.db"}


@pytest.mark.parametrize("challenge", [tiny.PROGRAM, tiny.GIVEN], ids=["commands", "service"])
def test_the_reference_has_the_image_and_limits_of_a_command_and_no_volume_of_one(
    tmp_path: Path, challenge: str
) -> None:
    given = context(tmp_path, challenge=challenge)
    volumes = Volumes.sized(given)
    theirs, ours = (
        command_spec(given, volumes, replace(COMMAND, reference=reference))
        for reference in (False, True)
    )

    assert access(ours) == access(theirs) == {"/src": "r", "/in": "r", "/out": "w"}
    shared = {mount.volume for mount in ours.mounts} & {mount.volume for mount in theirs.mounts}
    assert shared == {volumes.inputs}
    assert volumes.ours is not None
    assert volumes.ours.size_mib == volumes.outputs.size_mib
    assert replace(ours, role="subject", mounts=theirs.mounts) == theirs


def test_where_a_tiny_service_is_known_to_be_good_no_reference_runs(tmp_path: Path) -> None:
    given = context(tmp_path)

    with pytest.raises(SandboxError, match="where no solution is"):
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
