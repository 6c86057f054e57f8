"""Engines that are too weak are refused, and the facts are stated."""

from __future__ import annotations

from typing import Any

import pytest

from runner.model import Isolation, IsolationLevel
from runner.sandbox import SandboxError
from runner.sandbox.docker_isolation import (
    Ids,
    Inside,
    facts_of,
    level_of,
    look,
    owners,
    refuse_weak,
    require,
)

INFO: dict[str, Any] = {
    "OSType": "linux",
    "MemoryLimit": True,
    "SwapLimit": True,
    "PidsLimit": True,
    "CpuCfsQuota": True,
    "SecurityOptions": ["name=apparmor", "name=seccomp,profile=builtin", "name=userns"],
    "Runtimes": {"runc": {}, "runsc": {}},
    "DefaultRuntime": "runc",
    "CgroupVersion": "2",
}
VERSION = {
    "Version": "29.1",
    "ApiVersion": "1.52",
    "Components": [{"Name": "runc", "Version": "2"}],
}


def test_a_whole_engine_passes() -> None:
    refuse_weak(INFO, runtime=None)
    refuse_weak(INFO, runtime="runsc")


@pytest.mark.parametrize(
    ("changes", "runtime", "missing"),
    [
        ({"OSType": "windows"}, None, "Linux containers"),
        ({"MemoryLimit": False}, None, "memory limits"),
        ({"PidsLimit": False}, None, "process limits"),
        ({"CpuCfsQuota": False}, None, "CPU limits"),
        ({"SecurityOptions": None}, None, "seccomp"),
        ({"SecurityOptions": ["name=seccomp,profile=unconfined"]}, None, "seccomp"),
    ],
)
def test_a_weak_engine_is_refused(
    changes: dict[str, Any], runtime: str | None, missing: str
) -> None:
    with pytest.raises(SandboxError, match=f"no {missing}"):
        refuse_weak(INFO | changes, runtime=runtime)


def test_the_facts_are_those_of_the_engine() -> None:
    isolation = facts_of(INFO, VERSION, runtime=None)
    assert (isolation.engine, isolation.version, isolation.runtime) == ("docker", "29.1", "runc")
    assert isolation.facts["cgroup"] == "2"
    assert isolation.facts["user_namespaces"] == "yes"
    assert isolation.facts["rootless"] == "no"
    assert isolation.facts["mandatory_access_control"] == "apparmor"
    assert isolation.facts["runc"] == "2"
    assert facts_of(INFO, VERSION, runtime="runsc").runtime == "runsc"


@pytest.mark.parametrize("known", [{"runc": {}, "crun": {}}, {}, None])
def test_a_runtime_that_the_engine_does_not_know_is_refused_with_advice(
    known: dict[str, Any] | None,
) -> None:
    with pytest.raises(SandboxError, match="no runtime runsc") as caught:
        refuse_weak(INFO | {"Runtimes": known}, runtime="runsc")
    assert "runc" in caught.value.why or not known
    assert "daemon.json" in caught.value.do


SAME = "         0          0 4294967295\n"
MAPPED = "         0     165536      65536\n"
ROOTLESS = "         0       1000          1\n         1     100000      65536\n"
REMAPPED = Ids(((0, 165536, 65536),))
OF_USER = Ids(((0, 1000, 1), (1, 100000, 65536)))


@pytest.mark.parametrize(
    ("users", "groups", "inside"),
    [
        (SAME, SAME, Inside(kernel="6.18.44")),
        (MAPPED, SAME, Inside(kernel="6.18.44", users=REMAPPED)),
        (ROOTLESS, MAPPED, Inside(kernel="6.18.44", users=OF_USER, groups=REMAPPED)),
    ],
)
def test_a_box_shows_its_kernel_and_how_its_users_map(
    users: str, groups: str, inside: Inside
) -> None:
    assert look(f"6.18.44\n\n{users}\n{groups}") == inside
    assert inside.mapped is (users != SAME)


@pytest.mark.parametrize(
    "output",
    [
        *("", "6.18.44\n", "sh: not found", f"\n\n{SAME}\n{SAME}", f"6.1\n\n{SAME}"),
        *(f"6.1\n\n0 0\n\n{SAME}", f"6.1\n\n-1 0 7\n\n{SAME}", f"6.1\n\n{SAME}\n{SAME}\n\nmore"),
    ],
)
def test_a_box_that_shows_nothing_is_an_error(output: str) -> None:
    with pytest.raises(SandboxError, match="does not show what it runs on"):
        look(output)


def test_users_are_numbered_outside_as_the_engine_maps_them() -> None:
    assert Ids().outside(20001) == 20001
    assert REMAPPED.outside(20001) == 185537
    assert [OF_USER.outside(one) for one in (0, 1, 20001)] == [1000, 100000, 120000]
    with pytest.raises(SandboxError, match="maps no user or group 70000") as caught:
        REMAPPED.outside(70000)
    assert "65536 from 0" in caught.value.why


MAPS = Inside(kernel="6.1", users=REMAPPED, groups=REMAPPED)


@pytest.mark.parametrize(
    ("options", "inside", "found"),
    [
        (["name=userns"], MAPS, MAPS),
        (["name=userns"], Inside(kernel="6.1"), None),
        (["name=userns"], None, None),
        # It is in the namespace of its boxes itself.
        (["name=rootless", "name=userns"], MAPS, None),
        # A kernel of the box's own maps for itself.
        ([], MAPS, None),
    ],
)
def test_only_an_engine_that_remaps_numbers_owners_otherwise(
    options: list[str], inside: Inside | None, found: Inside | None
) -> None:
    assert owners(INFO | {"SecurityOptions": options}, inside) == found


SHARED = Inside(kernel="6.1")


@pytest.mark.parametrize(
    ("info", "inside", "level"),
    [
        ({"KernelVersion": "6.1"}, SHARED, "container"),
        ({"KernelVersion": "6.1"}, Inside(kernel="6.1", users=REMAPPED), "userns"),
        ({"KernelVersion": "6.1"}, Inside(kernel="4.4.0"), "kernel"),
        # What the engine calls itself does not count where a box shows otherwise.
        ({"KernelVersion": "6.1", "SecurityOptions": ["name=rootless"]}, SHARED, "container"),
        # An engine that does not say its kernel proves no other one.
        ({}, Inside(kernel="4.4.0"), "container"),
        ({"SecurityOptions": ["name=rootless"]}, None, "userns"),
        ({"SecurityOptions": ["name=userns"]}, None, "userns"),
        ({"SecurityOptions": ["name=seccomp"]}, None, "container"),
    ],
)
def test_the_level_is_what_a_box_shows(
    info: dict[str, Any], inside: Inside | None, level: str
) -> None:
    assert level_of(info, inside) == level


def test_a_name_of_a_runtime_proves_no_kernel() -> None:
    info = INFO | {"KernelVersion": "6.1"}
    isolation = facts_of(info, VERSION, runtime="runsc", inside=SHARED)
    assert (isolation.runtime, isolation.level) == ("runsc", "container")
    assert isolation.facts["kernel_in_the_box"] == "6.1"


def test_less_than_was_asked_for_is_refused_with_advice() -> None:
    isolation = facts_of(INFO, VERSION, runtime=None, inside=SHARED)
    require(isolation, IsolationLevel.CONTAINER)
    for wanted in (IsolationLevel.USERNS, IsolationLevel.KERNEL):
        with pytest.raises(SandboxError, match=f"asked for: {wanted}") as caught:
            require(isolation, wanted)
        assert "it reaches container" in caught.value.why
        assert caught.value.do


def test_levels_are_in_order() -> None:
    order = list(IsolationLevel)
    assert order == ["none", "unknown", "container", "userns", "kernel"]
    for number, level in enumerate(order):
        assert [level.reaches(one) for one in order] == [n <= number for n in range(len(order))]
        assert level.words


def test_a_record_from_before_there_was_a_level_says_so() -> None:
    old = Isolation.model_validate({"engine": "docker", "version": "20.10", "runtime": "runc"})
    assert old.level is IsolationLevel.UNKNOWN
