"""Engines that are too weak are refused, and the facts are stated."""

from __future__ import annotations

from typing import Any

import pytest

from runner.sandbox import SandboxError
from runner.sandbox.docker_isolation import facts_of, refuse_weak

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
        ({}, "kata", "the runtime kata"),
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
