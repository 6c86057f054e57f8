"""What an engine says about the isolation that it provides. Pure functions."""

from __future__ import annotations

from typing import Any

from runner.model import Isolation
from runner.sandbox import SandboxError


def refuse_weak(info: dict[str, Any], *, runtime: str | None) -> None:
    """`SandboxError` when the engine cannot enforce what every box relies on."""
    missing = [
        what
        for what, present in {
            "Linux containers": info.get("OSType") == "linux",
            "memory limits": info.get("MemoryLimit"),
            "process limits": info.get("PidsLimit"),
            "CPU limits": info.get("CpuCfsQuota"),
            "seccomp": _seccomp(info) not in {"", "unconfined"},
            f"the runtime {runtime}": runtime is None or runtime in info.get("Runtimes", {}),
        }.items()
        if not present
    ]
    if missing:
        raise SandboxError(
            "This Docker engine cannot keep a candidate's code apart",
            why=f"it has no {', no '.join(missing)}",
            do="Use an engine on Linux with control groups and seccomp enabled.",
        )


def facts_of(info: dict[str, Any], version: dict[str, Any], *, runtime: str | None) -> Isolation:
    """The facts about isolation for the record, all of them as the engine states them."""
    components = {
        part["Name"]: part["Version"] for part in version.get("Components", []) if "Name" in part
    }
    facts = {
        "api": str(version.get("ApiVersion", "")),
        "cgroup": str(info.get("CgroupVersion", "1")),
        "kernel": str(info.get("KernelVersion", "")),
        "operating_system": str(info.get("OperatingSystem", "")),
        "storage": str(info.get("Driver", "")),
        "seccomp": "a profile of our own, stricter than the engine's",
        "mandatory_access_control": _access_control(info),
        "user_namespaces": _yes("name=userns" in _security(info)),
        "rootless": _yes("name=rootless" in _security(info)),
        "memory_limit": _yes(info.get("MemoryLimit")),
        "swap_limit": _yes(info.get("SwapLimit")),
        "pids_limit": _yes(info.get("PidsLimit")),
        "containerd": components.get("containerd", ""),
        "runc": components.get("runc", ""),
        "network": "none: a loopback and nothing else",
    }
    return Isolation(
        engine="docker",
        version=str(version.get("Version", "")),
        runtime=runtime or str(info.get("DefaultRuntime", "")),
        facts=facts,
    )


def _security(info: dict[str, Any]) -> list[str]:
    return list(info.get("SecurityOptions") or [])


def _seccomp(info: dict[str, Any]) -> str:
    """The name of the engine's default profile, empty when it has no seccomp."""
    for option in _security(info):
        parts = dict(part.partition("=")[::2] for part in option.split(","))
        if parts.get("name") == "seccomp":
            return parts.get("profile", "default")
    return ""


def _access_control(info: dict[str, Any]) -> str:
    names = ("apparmor", "selinux")
    found = [name for name in names if f"name={name}" in _security(info)]
    return ", ".join(found) or "none"


def _yes(value: object) -> str:
    return "yes" if value else "no"
