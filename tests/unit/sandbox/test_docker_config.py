"""What containers are asked to be, and how a difference is found."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from runner.model import Limits
from runner.sandbox import BoxSpec, SandboxError
from runner.sandbox.docker_config import (
    container_config,
    differences,
    host_config,
    same,
    volume_options,
)
from runner.sandbox.docker_isolation import Ids, Inside
from runner.sandbox.seccomp import profile
from runner.testing import fake
from runner.testing.fake import FakeSandbox
from runner.testing.steps import sleep
from runner.testing.world import World, at, volume

IMAGE = "sha256:" + "a" * 64


def spec(**changes: Any) -> BoxSpec:
    settings: dict[str, Any] = {
        "role": "subject",
        "image": IMAGE,
        "argv": ("python", "-m", "app"),
        "uid": 20001,
        "gid": 30000,
        "limits": Limits(memory_mib=64, pids=16, cpus=0.5, scratch_mib=8, scratch_inodes=128),
        "env": {"TOKEN": "a=b"},
        "mounts": at("/src", volume("src"), read_only=True) + at("/data", volume(size_mib=32)),
    }
    return BoxSpec(**settings | changes)


VOLUMES = {"src": "takehome-1-src", "data": "takehome-1-data"}


def asked(box: BoxSpec) -> dict[str, Any]:
    return container_config(box) | {"HostConfig": host_config(box, volumes=VOLUMES)}


def effective(wanted: dict[str, Any]) -> dict[str, Any]:
    """What an honest engine reports of it: empty values in its own ways, and more keys."""
    host = copy.deepcopy(wanted["HostConfig"])
    host |= {"Binds": None, "CapAdd": None, "Privileged": False, "PortBindings": {}, "Links": None}
    host["RestartPolicy"] = {"Name": "no", "MaximumRetryCount": 0}
    config = {key: wanted.get(key) for key in wanted if key != "HostConfig"}
    config["Env"] = [*wanted["Env"], "PATH=/usr/bin", "LANG=C.UTF-8"]
    mounts = [
        {
            "Type": "volume",
            "Name": item["Source"],
            "Destination": item["Target"],
            "RW": not item["ReadOnly"],
        }
        for item in wanted["HostConfig"]["Mounts"]
    ]
    return {"HostConfig": host, "Config": config, "Mounts": mounts}


def test_a_box_is_locked_down() -> None:
    host = host_config(spec(), volumes=VOLUMES)
    assert host["NetworkMode"] == "none"
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert host["SecurityOpt"] == ["no-new-privileges:true", f"seccomp={profile()}"]
    assert host["Memory"] == host["MemorySwap"] == 64 * 1024**2
    assert host["PidsLimit"] == 16
    assert host["NanoCpus"] == 500_000_000
    assert host["CpuShares"] == 0
    assert host["OomScoreAdj"] == 500
    assert host["LogConfig"]["Type"] == "none"
    assert host["Init"] is True
    assert host["IpcMode"] == host["CgroupnsMode"] == "private"
    assert host["RestartPolicy"] == {"Name": "no"}
    assert container_config(spec())["Healthcheck"] == {"Test": ["NONE"]}
    assert container_config(spec(env={"A": "b"}))["Env"] == ["A=b"]
    assert {item["Name"]: item["Hard"] for item in host["Ulimits"]} == {
        "nofile": 1024,
        "core": 0,
        "fsize": 32 * 1024**2,
    }
    assert host["Tmpfs"]["/tmp"] == ("rw,noexec,nosuid,nodev,size=8388608,nr_inodes=128,mode=1777")
    assert [(item["Source"], item["ReadOnly"]) for item in host["Mounts"]] == [
        ("takehome-1-src", True),
        ("takehome-1-data", False),
    ]


@pytest.mark.parametrize(
    "path", ["/proc/vmstat", "/proc/stat", "/proc/sys/fs/file-nr", "/sys/devices/system/node"]
)
def test_counters_of_the_whole_machine_are_masked(path: str) -> None:
    """Else one run could count there what another one did; `/proc/kcore` the engine masks too."""
    masked = host_config(spec(), volumes=VOLUMES)["MaskedPaths"]
    assert {path, "/proc/kcore"} <= {*masked}


def test_the_harness_is_the_last_to_be_killed_for_memory() -> None:
    assert host_config(spec(role="harness"), volumes=VOLUMES)["OomScoreAdj"] == 0


def test_a_joined_network_excludes_names_of_its_own() -> None:
    world = World(sandbox=FakeSandbox(), image=fake.IMAGE, argv=fake.argv)
    with world.run() as run:
        other = run.start(world.spec(sleep(60)))
        wanted = asked(spec(network_of=other))
    assert wanted["HostConfig"]["NetworkMode"] == f"container:{other.id}"
    assert not {"Hostname", "Dns", "DnsSearch"} & (wanted.keys() | wanted["HostConfig"].keys())


def test_volume_options_are_quotas() -> None:
    assert volume_options(volume(mode=0o700)) == {
        "type": "tmpfs",
        "device": "tmpfs",
        "o": "size=2m,nr_inodes=32,uid=20001,gid=30000,mode=0700,nosuid,nodev,noexec",
    }


def test_a_volume_belongs_to_the_box_where_the_engine_remaps_users() -> None:
    remaps = Inside(
        kernel="6.1", users=Ids(((0, 200000, 65536),)), groups=Ids(((0, 300000, 65536),))
    )
    assert ",uid=220001,gid=330000," in volume_options(volume(), remaps)["o"]


@pytest.mark.parametrize("changes", [{"argv": ()}, {"argv": ("",)}, {"image": "python:3.11"}])
def test_a_careless_box_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SandboxError):
        container_config(spec(**changes))


def test_a_volume_of_another_run_is_refused() -> None:
    with pytest.raises(SandboxError, match="not one of this run"):
        host_config(spec(), volumes={})


def test_an_honest_engine_differs_in_nothing() -> None:
    wanted = asked(spec())
    assert differences(wanted, effective(wanted)) == ()


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("HostConfig", "ReadonlyRootfs", False),
        ("HostConfig", "CapDrop", None),
        ("HostConfig", "CapAdd", ["NET_ADMIN"]),
        ("HostConfig", "SecurityOpt", ["no-new-privileges:true"]),
        ("HostConfig", "MemorySwap", -1),
        ("HostConfig", "PidsLimit", None),
        ("HostConfig", "NetworkMode", "default"),
        ("HostConfig", "Binds", ["/:/host"]),
        ("HostConfig", "Privileged", True),
        ("HostConfig", "PidMode", "host"),
        ("HostConfig", "Devices", [{"PathOnHost": "/dev/kvm"}]),
        ("HostConfig", "PortBindings", {"80/tcp": [{"HostPort": "80"}]}),
        ("HostConfig", "Tmpfs", {"/tmp": "rw"}),
        ("HostConfig", "Ulimits", []),
        ("HostConfig", "Init", None),
        ("HostConfig", "MaskedPaths", []),
        ("Config", "User", ""),
        ("Config", "Entrypoint", ["/entry.sh"]),
        ("Config", "Env", ["TOKEN=a=b", "AWS_SECRET=x"]),
        ("Config", "Env", ["TOKEN=other"]),
    ],
)
def test_a_weaker_box_is_noticed(part: str, key: str, value: object) -> None:
    wanted = asked(spec())
    made = effective(wanted)
    made[part][key] = value
    found = differences(wanted, made)
    assert len(found) == 1 or key == "Env", found
    assert found


def test_foreign_mounts_are_noticed() -> None:
    wanted = asked(spec())
    made = effective(wanted)
    made["Mounts"].append({"Type": "bind", "Destination": "/host", "Source": "/", "RW": True})
    assert len(differences(wanted, made)) == 1


def test_warnings_of_the_engine_count() -> None:
    wanted = asked(spec())
    found = differences(wanted, effective(wanted), warnings=("no swap limit",))
    assert found == ("the engine warned: no swap limit",)


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        ([], None, True),
        ({}, None, True),
        ({"a": 1}, {"a": 1, "b": 0}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([1, 2], [2, 1], False),
        ("x", None, False),
    ],
)
def test_empty_values_are_equal(left: object, right: object, *, equal: bool) -> None:
    assert same(left, right) is equal


def test_the_profile_denies_by_default() -> None:
    rules = json.loads(profile())
    assert rules["defaultAction"] == "SCMP_ACT_ERRNO"
    free = {name for rule in rules["syscalls"] if not rule["args"] for name in rule["names"]}
    dangerous = {"socket", "clone", "ptrace", "keyctl", "add_key", "io_uring_setup", "bpf", "mount"}
    assert not free & (dangerous | {"unshare", "setns", "userfaultfd", "process_vm_writev"})
