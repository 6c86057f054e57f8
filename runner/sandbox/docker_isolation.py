"""How much an engine keeps apart: what it says about itself, and what a box on it shows.

Pure functions. The engine is trusted to say what it is; what matters most is looked at all the
same, from inside a box, because a name proves nothing: any runtime can be registered as `runsc`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from runner.model import Isolation, IsolationLevel
from runner.sandbox import SandboxError

LOOK = (
    "sh",
    "-c",
    "cat /proc/sys/kernel/osrelease; echo; cat /proc/self/uid_map; echo; cat /proc/self/gid_map",
)
"""The program of the box that is looked into: its kernel's release, how users and groups map."""

_MAP_FIELDS = 3
_PARTS = 3
_ALL_IDS = 2**32 - 1

_ADVICE = {
    IsolationLevel.USERNS: "use a rootless engine, or one with `userns-remap`",
    IsolationLevel.KERNEL: "register gVisor with the engine and add `--runtime runsc`",
}


@dataclass(frozen=True, slots=True)
class Ids:
    """How numbers of users or groups inside are numbered outside (user_namespaces(7)).

    Each range is the first number inside, the first one outside, and how many there are.
    """

    ranges: tuple[tuple[int, int, int], ...] = ((0, 0, _ALL_IDS),)

    @property
    def mapped(self) -> bool:
        """Whether any number is another one outside, or none at all."""
        return self != Ids()

    def outside(self, inside: int) -> int:
        """The number outside; `SandboxError` for one that the engine does not map."""
        for first, there, count in self.ranges:
            if first <= inside < first + count:
                return there + inside - first
        raise SandboxError(
            f"The engine maps no user or group {inside}",
            why=f"it maps {', '.join(f'{count} from {first}' for first, _, count in self.ranges)}",
            do="Give it more: 65536 subordinate users and groups (subuid(5), subgid(5)).",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What a box on the engine shows: the release of its kernel, how its users and groups map."""

    kernel: str
    users: Ids = Ids()
    groups: Ids = Ids()

    @property
    def mapped(self) -> bool:
        """Whether root inside is somebody else outside."""
        return self.users.mapped


def look(output: str) -> Inside:
    """What a box showed that ran `LOOK`; `SandboxError` when that makes no sense."""
    parts = output.split("\n\n")
    rows = [[line.split() for line in part.splitlines()] for part in parts[1:]]
    sound = all(part and all(map(_is_range, part)) for part in rows)
    if len(parts) != _PARTS or not parts[0].strip() or not sound:
        raise SandboxError(
            "A box on this engine does not show what it runs on",
            why=f"it said {output[:200]!r}",
            do="Run `takehome selftest`, which says more about the engine.",
        )
    users, groups = (Ids(tuple((int(a), int(b), int(c)) for a, b, c in part)) for part in rows)
    return Inside(kernel=parts[0].strip(), users=users, groups=groups)


def _is_range(row: list[str]) -> bool:
    return len(row) == _MAP_FIELDS and all(map(str.isdecimal, row))


def owners(info: dict[str, Any], inside: Inside | None) -> Inside | None:
    """How the engine has to number owners of a volume, None where inside and outside agree.

    An engine that remaps users makes volumes outside of the namespaces of its boxes. A rootless one
    lives in the namespace itself, and a kernel of a box's own maps for itself.
    """
    options = _security(info)
    remaps = "name=userns" in options and "name=rootless" not in options
    return inside if remaps and inside is not None and inside.mapped else None


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
    return IsolationLevel.USERNS if inside.mapped else IsolationLevel.CONTAINER


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
        "users_mapped_in_the_box": _yes(inside.mapped),
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
