"""How much an engine keeps apart: what it says about itself, and what a box on it shows.

Pure functions. The engine is trusted to say what it is; what matters most is looked at all the
same, from inside a box, because a name proves nothing: any runtime can be registered as `runsc`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from runner.model import Isolation, IsolationLevel
from runner.sandbox import SandboxError

LOOK = ("cat", "/proc/sys/kernel/osrelease", "/proc/self/uid_map")
"""The program of the box that is looked into: its kernel's release, then how its users map."""

_SAME_USERS = ["0", "0", "4294967295"]
"""A map of users that changes nothing (user_namespaces(7)): root inside is root outside."""

_MAP_FIELDS = 3

_ADVICE = {
    IsolationLevel.USERNS: "use a rootless engine, or one with `userns-remap`",
    IsolationLevel.KERNEL: "register gVisor with the engine and add `--runtime runsc`",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What a box on the engine shows: the release of its kernel, whether its users are mapped."""

    kernel: str
    users_mapped: bool


def look(output: str) -> Inside:
    """What a box showed that ran `LOOK`; `SandboxError` when that makes no sense."""
    kernel, *maps = output.splitlines() or [""]
    rows = [row.split() for row in maps]
    if not kernel or not rows or any(len(row) != _MAP_FIELDS for row in rows):
        raise SandboxError(
            "A box on this engine does not show what it runs on",
            why=f"it said {output[:200]!r}",
            do="Run `takehome selftest`, which says more about the engine.",
        )
    return Inside(kernel=kernel, users_mapped=rows != [_SAME_USERS])


def level_of(info: dict[str, Any], inside: Inside | None) -> IsolationLevel:
    """The level that the engine of this `info` reaches, seen from `inside` one of its boxes.

    A kernel of the box's own is known by another release than that of the machine's. Without a
    look inside the engine's word counts, as far as it goes.
    """
    if inside is None:
        said = {"name=userns", "name=rootless"} & set(_security(info))
        return IsolationLevel.USERNS if said else IsolationLevel.CONTAINER
    kernel = str(info.get("KernelVersion", ""))
    if kernel and inside.kernel != kernel:
        return IsolationLevel.KERNEL
    return IsolationLevel.USERNS if inside.users_mapped else IsolationLevel.CONTAINER


def require(isolation: Isolation, wanted: IsolationLevel) -> None:
    """`SandboxError` when the engine keeps less apart than is wanted."""
    if isolation.level.reaches(wanted):
        return
    raise SandboxError(
        f"This engine isolates less than was asked for: {wanted}",
        why=f"it reaches {isolation.level} with the runtime {isolation.runtime}: "
        f"{isolation.level.words}",
        do=f"For {wanted} {_ADVICE.get(wanted, 'use another engine')}; or ask for less.",
    )


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
        }.items()
        if not present
    ]
    if missing:
        raise SandboxError(
            "This Docker engine cannot keep a candidate's code apart",
            why=f"it has no {', no '.join(missing)}",
            do="Use an engine on Linux with control groups and seccomp enabled.",
        )
    _refuse_unknown(info.get("Runtimes") or {}, runtime)


def _refuse_unknown(known: dict[str, Any], runtime: str | None) -> None:
    if runtime is None or runtime in known:
        return
    raise SandboxError(
        f"This Docker engine has no runtime {runtime}",
        why=f"it knows {', '.join(sorted(known)) or 'none by name'}",
        do="Install it, name it under `runtimes` in the engine's daemon.json and start the engine "
        "again; or leave out --runtime.",
    )


def facts_of(
    info: dict[str, Any],
    version: dict[str, Any],
    *,
    runtime: str | None,
    inside: Inside | None = None,
) -> Isolation:
    """The facts about isolation for the record: what the engine states, what a box showed."""
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
        **_shown(inside),
    }
    return Isolation(
        engine="docker",
        version=str(version.get("Version", "")),
        runtime=runtime or str(info.get("DefaultRuntime", "")),
        level=level_of(info, inside),
        facts=facts,
    )


def _shown(inside: Inside | None) -> dict[str, str]:
    if inside is None:
        return {"level_by": "the engine's word; no box was looked into"}
    return {
        "level_by": "a look into a box",
        "kernel_in_the_box": inside.kernel,
        "users_mapped_in_the_box": _yes(inside.users_mapped),
    }


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
