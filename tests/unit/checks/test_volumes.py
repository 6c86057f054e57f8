"""The volumes of a run: room for every submission, and who may write to what, how often."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.catalog import control
from runner.checks import HARNESS_USER, SHARED_GROUP, SUBJECT_USER, CheckContext, boxes
from runner.checks.boxes import (
    command_spec,
    control_spec,
    harness_spec,
    locker_spec,
    reference_spec,
    service_job,
    service_spec,
)
from runner.checks.programs import Command
from runner.checks.volumes import PAGE, Shelf, Volumes, make
from runner.errors import ChallengeError
from runner.harness.program import FILES_LIMIT
from runner.model import Limits, TestRuns
from runner.sandbox import BoxSpec, SandboxError, Volume
from runner.testing.fake import FakeSandbox, argv
from runner.testing.steps import leave
from runner.tree import SourceFile, pack
from tests.unit.catalog import tiny

if TYPE_CHECKING:
    from pathlib import Path

    from runner.sandbox import Box

MIB = 1024 * 1024

LIMITS = Limits()
COMMAND = Command(argv=("python", "x.py"), seconds=7.0, mark="m", slot=0)
SUITE = (("test_x.py", "async def test_x(subject): pass"),)


SETTINGS = tiny.GIVEN.replace(
    'MODE = "grading"', 'MODEL = "/given/model", DATABASE_URL = "sqlite:////data/app.db"'
)
TINY = {"UPSTREAM_URL": "http://127.0.0.1:9000", "DATABASE": "/tmp/tiny.db"}


def context(
    root: Path,
    sources: bytes = b"",
    challenge: str = tiny.CHALLENGE,
    suite: tuple[tuple[str, str], ...] = SUITE,
) -> CheckContext:
    loaded = tiny.load(root, challenge_dot_toml=challenge)
    with FakeSandbox().open(ttl_seconds=60) as run:
        return CheckContext(
            run=run,
            challenge=loaded.challenge,
            control=control(loaded),
            images={"subject": "s", "harness": "h"},
            sources=sources,
            starter=b"",
            suite=suite,
            expected=(),
            seed=1,
        )


def box() -> Box:
    spec = BoxSpec(role="harness", image="h", argv=argv((leave(0),)), uid=1, gid=1, limits=LIMITS)
    sandbox = FakeSandbox({"harness": lambda _inside: 0})
    return sandbox.open(ttl_seconds=60).start(spec)


def access(spec: BoxSpec) -> dict[str, str]:
    return {mount.target: "r" if mount.read_only else "w" for mount in spec.mounts}


def slots(count: int) -> dict[str, str]:
    """What a harness mounts for commands."""
    return {f"/slots/{number}/{name}": "w" for number in range(count) for name in ("in", "out")}


def data_of(volumes: Volumes) -> Volume | None:
    return Shelf(volumes).data


def test_many_tiny_files_fit_a_page_each(tmp_path: Path) -> None:
    files = 15_000
    sources = pack([SourceFile(path=f"z/{number}", data=b"x") for number in range(files)])
    given = context(tmp_path, sources)
    source = Volumes.of_suite(given).source
    tests = Volumes.of_tests(given, 1).slots[0].inputs

    assert source is not None
    for volume in (source, tests):
        assert volume.size_mib * MIB >= files * PAGE
        assert volume.inodes > files


def test_each_role_writes_to_its_own_volumes_only(tmp_path: Path) -> None:
    given = context(tmp_path)
    volumes, harness = Volumes.of_suite(given), box()

    assert access(harness_spec(given, volumes, 60.0)) == {
        "/src": "w",
        "/control": "w",
        "/data/0": "r",
        "/data/1": "r",
        **slots(given.challenge.suite.commands),
    }
    mounts = volumes.of_service(data_of(volumes))
    assert access(service_spec(given, harness, mounts, 1)) == {"/src": "r", "/data": "w"}
    assert access(locker_spec(given, data_of(volumes))) == {"/data": "w"}
    assert access(control_spec(given, harness, volumes)) == {"/src": "r"}
    assert access(command_spec(given, volumes, volumes.slots[0], COMMAND)) == {
        "/src": "r",
        "/in": "r",
        "/out": "w",
    }


def test_where_only_commands_run_there_are_no_data(tmp_path: Path) -> None:
    given = context(tmp_path, challenge=tiny.PROGRAM)
    volumes = Volumes.of_suite(given)

    assert access(harness_spec(given, volumes, 60.0)) == {
        "/src": "w",
        "/control": "w",
        **slots(given.challenge.suite.commands),
    }
    with pytest.raises(SandboxError, match="there is none"):
        locker_spec(given, data_of(volumes))


def test_a_suite_that_runs_no_command_has_no_slots(tmp_path: Path) -> None:
    given = context(tmp_path, suite=(("test_x.py", "def test_x(service): subjects = 1"),))

    assert Volumes.of_suite(given).slots == ()


def test_a_challenge_says_how_many_commands_its_suite_runs(tmp_path: Path) -> None:
    stated = tiny.CHALLENGE.replace(
        "[[requirements]]", "[suite]\ncommands = 7\n\n[[requirements]]", 1
    )

    assert len(Volumes.of_suite(context(tmp_path, challenge=stated)).slots) == 7


def test_no_two_commands_write_to_one_volume(tmp_path: Path) -> None:
    given = context(tmp_path)

    for volumes in (Volumes.of_suite(given), Volumes.of_tests(given, 9)):
        outputs = [slot.outputs.name for slot in volumes.slots]
        assert len(set(outputs)) == len(outputs)
        assert {slot.outputs.uid for slot in volumes.slots} == {SUBJECT_USER}
        # The harness removes what it has read, by the group.
        assert {slot.outputs.mode for slot in volumes.slots} == {0o770}
        assert {slot.outputs.gid for slot in volumes.slots} == {SHARED_GROUP}
        assert {slot.inputs.uid for slot in volumes.slots} == {HARNESS_USER}


def test_each_run_of_the_own_tests_finds_all_in_a_volume_of_its_own(tmp_path: Path) -> None:
    given = context(tmp_path)
    volumes = Volumes.of_tests(given, 9)
    specs = [
        boxes.tests_spec(given, volumes.of_command(slot), COMMAND, TestRuns(), None)
        for slot in volumes.slots
    ]

    assert access(harness_spec(given, volumes, 60.0)) == {"/control": "w", **slots(9)}
    assert [access(spec) for spec in specs] == [{"/in": "r", "/out": "w"}] * 9
    assert len({mount.volume.name for spec in specs for mount in spec.mounts}) == 18
    assert [replace(spec, mounts=()) for spec in specs] == [replace(specs[0], mounts=())] * 9


def test_names_of_volumes_tell_nothing(tmp_path: Path) -> None:
    volumes = Volumes.of_tests(context(tmp_path), 9)

    assert all(re.fullmatch(r"(in|out|control)-[0-9a-f]{12}", one.name) for one in volumes.all)


def test_a_slot_is_used_once(tmp_path: Path) -> None:
    volumes = Volumes.of_tests(context(tmp_path), 2)
    shelf = Shelf(volumes)

    assert shelf.slot(1) == volumes.slots[1]
    for number in (1, 2, -1):
        with pytest.raises(SandboxError, match=f"the slot {number} for a command is refused"):
            shelf.slot(number)
    assert shelf.slot(0) == volumes.slots[0]


def test_data_are_given_up_for_empty_ones_as_often_as_there_are_any(tmp_path: Path) -> None:
    volumes = Volumes.of_suite(context(tmp_path))
    shelf = Shelf(volumes)
    first = shelf.data
    shelf.renew()

    assert (first, shelf.data) == volumes.data
    with pytest.raises(SandboxError, match="other data are refused"):
        shelf.renew()
    with pytest.raises(SandboxError, match="other data are refused"):
        Shelf(Volumes.of_tests(context(tmp_path), 1)).renew()


def test_each_volume_is_made_once(tmp_path: Path) -> None:
    volumes = Volumes.of_suite(context(tmp_path, challenge=tiny.GIVEN))
    with FakeSandbox().open(ttl_seconds=60) as run:
        make(run, volumes)

        single = ("source", "control", "given", "inputs", "data", "data")
        assert run.leftovers == len(volumes.all) == len(volumes.slots) + len(single)


def test_a_service_that_is_given_files_only_reads_them_and_so_does_one_of_ours(
    tmp_path: Path,
) -> None:
    given = context(tmp_path, challenge=tiny.GIVEN)
    volumes, harness = Volumes.of_suite(given), box()

    assert access(harness_spec(given, volumes, 60.0)) == {
        "/src": "w",
        "/control": "w",
        "/given": "w",
        "/data/0": "r",
        "/data/1": "r",
        **slots(given.challenge.suite.commands),
    }
    mounts = volumes.of_service(data_of(volumes))
    for stacks in (False, True):
        spec = service_spec(given, harness, mounts, 1, stacks=stacks)
        assert access(spec) == {"/src": "r", "/data": "w", "/given": "r"}
    for ours in (control_spec(given, harness, volumes), reference_spec(given, volumes, "m")):
        assert access(ours) == {"/src": "r", "/given": "r"}
    command = command_spec(given, volumes, volumes.slots[0], COMMAND)
    assert access(command) == {"/src": "r", "/in": "r", "/out": "w"}


def test_a_service_that_tests_are_held_against_has_a_loopback_of_its_own(tmp_path: Path) -> None:
    given = context(tmp_path)
    reference = reference_spec(given, Volumes.of_tests(given, 1), "the mark")

    assert reference.network_of is None
    assert reference.argv[-2:] == ("--ready", "the mark")


def test_own_tests_are_told_where_a_service_is_when_they_stand_beside_one(tmp_path: Path) -> None:
    given, beside = context(tmp_path), box()
    joined = replace(COMMAND, joined=True)
    served = boxes.tests_spec(given, (), joined, TestRuns(), beside)
    nobody = boxes.tests_spec(given, (), joined, TestRuns(), None)
    alone = boxes.tests_spec(given, (), COMMAND, TestRuns(), None)

    assert served.network_of is beside
    assert nobody.network_of is alone.network_of is None
    assert served.env == nobody.env
    assert served.env["BASE_URL"] == "http://127.0.0.1:8000"
    assert alone.env.keys() == {"PYTHONHASHSEED"}


def test_what_commands_wrote_fits_where_a_service_finds_it(tmp_path: Path) -> None:
    given = context(tmp_path, challenge=tiny.GIVEN)
    volumes = Volumes.of_suite(given)
    job = service_job(given)

    assert volumes.given is not None
    assert job is not None
    assert job.given_bytes == 3 * MIB
    assert volumes.given.size_mib * MIB >= job.given_bytes + FILES_LIMIT * PAGE
    assert volumes.given.inodes >= volumes.slots[0].outputs.inodes
    without = service_job(context(tmp_path))
    assert without is not None
    assert without.given_bytes == 0


def test_the_harness_has_memory_for_what_it_gives(tmp_path: Path) -> None:
    def memory(challenge: str) -> int:
        given = context(tmp_path, challenge=challenge)
        return harness_spec(given, Volumes.of_suite(given), 60.0).limits.memory_mib

    assert memory(tiny.GIVEN) == memory(tiny.CHALLENGE) + 4 * 3


@pytest.mark.parametrize("size", [-1, 257])
def test_a_service_is_given_so_much_at_most(tmp_path: Path, size: int) -> None:
    with pytest.raises(ChallengeError, match="given_mib"):
        context(tmp_path, challenge=tiny.GIVEN.replace("given_mib = 3", f"given_mib = {size}"))


def test_a_solution_in_the_place_of_a_service_is_configured_as_that_is(tmp_path: Path) -> None:
    tiny_one, solution = (
        control_spec(given, box(), Volumes.of_suite(given))
        for given in (context(tmp_path), context(tmp_path, challenge=SETTINGS))
    )

    assert tiny_one.env == TINY
    assert solution.env == {"MODEL": "/given/model", "DATABASE_URL": "sqlite:////tmp/app.db"}


@pytest.mark.parametrize("challenge", [tiny.PROGRAM, tiny.GIVEN], ids=["commands", "service"])
def test_the_reference_has_the_image_and_limits_of_a_command_and_no_volume_of_one(
    tmp_path: Path, challenge: str
) -> None:
    given = context(tmp_path, challenge=challenge)
    volumes = Volumes.of_suite(given)
    theirs, ours = (
        command_spec(given, volumes, slot, replace(COMMAND, reference=reference))
        for slot, reference in zip(volumes.slots, (False, True), strict=False)
    )

    assert access(ours) == access(theirs) == {"/src": "r", "/in": "r", "/out": "w"}
    shared = {mount.volume for mount in ours.mounts} & {mount.volume for mount in theirs.mounts}
    assert shared == {volumes.slots[0].inputs}
    assert replace(ours, role="subject", mounts=theirs.mounts) == theirs


def test_where_a_tiny_service_is_known_to_be_good_no_reference_runs(tmp_path: Path) -> None:
    given = context(tmp_path)
    volumes = Volumes.of_suite(given)

    with pytest.raises(SandboxError, match="where no solution is"):
        command_spec(given, volumes, volumes.slots[0], replace(COMMAND, reference=True))


def test_the_locker_is_ours_and_has_no_network(tmp_path: Path) -> None:
    given = context(tmp_path)
    locker = locker_spec(given, data_of(Volumes.of_suite(given)))

    assert (locker.image, locker.network_of, locker.env) == ("h", None, {})
    assert "-I" in locker.argv


def test_a_command_may_not_take_longer_than_the_challenge_allows(tmp_path: Path) -> None:
    given = context(tmp_path)
    volumes = Volumes.of_suite(given)
    long = replace(COMMAND, seconds=1e6)
    short, cut = (command_spec(given, volumes, volumes.slots[0], one) for one in (COMMAND, long))

    assert short.limits.wall_seconds == COMMAND.seconds
    assert cut.limits.wall_seconds == given.challenge.subject.limits.wall_seconds


def test_a_challenge_of_commands_has_no_service(tmp_path: Path) -> None:
    given = context(tmp_path, challenge=tiny.PROGRAM)

    with pytest.raises(SandboxError, match="there is none"):
        service_spec(given, box(), (), 1)
