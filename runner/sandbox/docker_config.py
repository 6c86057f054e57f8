"""What a container is asked to be, and whether it became that. Pure functions.

The engine drops what it does not support with a warning or silently, so that every created
container is compared, field by field, with what was asked before it is started.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.sandbox import BoxSpec, Mount, SandboxError, Volume
from runner.sandbox.seccomp import profile

if TYPE_CHECKING:
    from runner.sandbox.docker_isolation import Inside

MIB = 1024 * 1024

DOCUMENTED_ENV = frozenset({"PATH", "LANG", "LC_ALL"})
"""Variables that an image may set itself. The runtime adds `HOSTNAME` and `HOME`."""

_NO_RESOLVER = "192.0.2.1"
"""An address that is reserved for documentation (RFC 5737): nothing answers there."""

_SUBJECT_OOM_SCORE = 500
_BACKGROUND_SHARES = 100  # of the 1024 that every other box has
_TMPFS = "rw,noexec,nosuid,nodev,size={size},nr_inodes={inodes},mode=1777"

_COUNTERS = (
    *("/proc/buddyinfo", "/proc/cgroups", "/proc/diskstats", "/proc/fs", "/proc/interrupts"),
    *("/proc/loadavg", "/proc/pressure", "/proc/schedstat", "/proc/softirqs", "/proc/stat"),
    *("/proc/sys/fs/dentry-state", "/proc/sys/fs/file-nr", "/proc/sys/fs/inode-nr"),
    *("/proc/sys/fs/inode-state", "/proc/uptime", "/proc/vmstat", "/proc/zoneinfo"),
    *("/sys/devices/system/node", "/sys/kernel/irq", "/sys/kernel/mm", "/sys/kernel/slab"),
)
"""Where the kernel shows everybody what the whole machine has done so far. One box could count
something up, a page that it locks in memory for instance, and a later one read it."""

_MASKED = (
    *("/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats"),
    *("/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats"),
    *("/sys/devices/virtual/powercap", "/sys/firmware"),
    *(f"/sys/devices/system/cpu/cpu{number}/thermal_throttle" for number in range(256)),
    *_COUNTERS,
)
"""What engines mask by themselves, the newest ones too, and these counters. A list of ours takes
the place of theirs; paths that there are not do no harm."""

_UNSET = (
    "Binds",
    "CapAdd",
    "CgroupParent",
    "Devices",
    "DeviceCgroupRules",
    "DeviceRequests",
    "ExtraHosts",
    "GroupAdd",
    "Links",
    "OomKillDisable",
    "PidMode",
    "PortBindings",
    "Privileged",
    "PublishAllPorts",
    "Sysctls",
    "UTSMode",
    "UsernsMode",
    "VolumesFrom",
)


def volume_options(volume: Volume, owners: Inside | None = None) -> dict[str, str]:
    """Options of the `local` volume driver for a tmpfs with byte and inode quotas.

    `owners` says how users and groups of a box are numbered where the engine makes the volume.
    """
    uid = owners.users.outside(volume.uid) if owners else volume.uid
    gid = owners.groups.outside(volume.gid) if owners else volume.gid
    options = (
        f"size={volume.size_mib}m,nr_inodes={volume.inodes},uid={uid},gid={gid},"
        f"mode={volume.mode:04o},nosuid,nodev,noexec"
    )
    return {"type": "tmpfs", "device": "tmpfs", "o": options}


def host_config(
    spec: BoxSpec, *, volumes: dict[str, str], runtime: str | None = None
) -> dict[str, Any]:
    """The engine's `HostConfig` for `spec`; `volumes` maps our names to the engine's."""
    limits = spec.limits
    memory = limits.memory_mib * MIB
    config: dict[str, Any] = {
        "NetworkMode": f"container:{spec.network_of.id}" if spec.network_of else "none",
        "ReadonlyRootfs": True,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges:true", f"seccomp={profile()}"],
        "IpcMode": "private",
        "MaskedPaths": list(_MASKED),
        "CgroupnsMode": "private",
        "Memory": memory,
        "MemorySwap": memory,
        "OomScoreAdj": 0 if spec.role == "harness" else _SUBJECT_OOM_SCORE,
        "NanoCpus": round(limits.cpus * 1e9),
        "CpuShares": _BACKGROUND_SHARES if spec.background else 0,
        "PidsLimit": limits.pids,
        "Ulimits": _ulimits(spec),
        "Tmpfs": _scratch(spec),
        "Mounts": [_mount(mount, volumes) for mount in spec.mounts],
        "LogConfig": {"Type": "none", "Config": {}},
        "RestartPolicy": {"Name": "no"},
        "AutoRemove": False,
        "Init": True,
    }
    if spec.network_of is None:
        config |= {"Dns": [_NO_RESOLVER], "DnsSearch": ["."]}
    if runtime is not None:
        config["Runtime"] = runtime
    return config


def container_config(spec: BoxSpec) -> dict[str, Any]:
    """The engine's container settings beside the `HostConfig`, as its API names them."""
    if not spec.argv or not spec.argv[0]:
        raise SandboxError("A box was given no program to run", do="This is a bug: report it.")
    if not spec.image.startswith("sha256:"):
        # A tag can be moved between the check of an image and its use.
        raise SandboxError(
            f"The image {spec.image!r} is not named by its id", do="This is a bug: report it."
        )
    config: dict[str, Any] = {
        "Image": spec.image,
        "User": f"{spec.uid}:{spec.gid}",
        "Entrypoint": [spec.argv[0]],
        "Cmd": list(spec.argv[1:]),
        "Env": [f"{name}={value}" for name, value in spec.env.items()],
        "WorkingDir": spec.workdir,
        "OpenStdin": spec.interactive,
        "StdinOnce": spec.interactive,
        "AttachStdin": spec.interactive,
        "AttachStdout": True,
        "AttachStderr": True,
        "Tty": False,
        "Healthcheck": {"Test": ["NONE"]},
    }
    if spec.network_of is None:
        # The same for every box, so that it tells nothing about the host or the run.
        config["Hostname"] = "box"
    return config


def differences(
    asked: dict[str, Any], container: dict[str, Any], *, warnings: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """What of an inspected `container` is not as `asked` (settings plus `HostConfig`)."""
    host = container["HostConfig"]
    config = container["Config"]
    found = [f"the engine warned: {warning}" for warning in warnings]
    found += [
        _difference(key, value, host.get(key))
        for key, value in asked["HostConfig"].items()
        if not same(value, host.get(key))
    ]
    found += [_difference(key, None, host[key]) for key in _UNSET if host.get(key)]
    found += [
        _difference(key, asked[key], config.get(key))
        for key in ("User", "Entrypoint", "Cmd", "WorkingDir", "OpenStdin", "Tty", "Hostname")
        if key in asked and not same(asked[key], config.get(key))
    ]
    found += _environment_differences(asked["Env"], config.get("Env") or [])
    found += _mount_differences(asked["HostConfig"]["Mounts"], container.get("Mounts") or [])
    return tuple(found)


def same(asked: object, effective: object) -> bool:
    """Whether `effective` says what was asked: the engine may add and leave out empty values."""
    if isinstance(asked, dict):
        other = effective if isinstance(effective, dict) else {}
        return all(same(asked.get(key), other.get(key)) for key in {*asked, *other})
    if isinstance(asked, list):
        items = effective if isinstance(effective, list) else []
        return len(asked) == len(items) and all(map(same, asked, items))
    return asked == effective or (not asked and not effective)


def _difference(key: str, asked: object, effective: object) -> str:
    return f"{key} is {effective!r} where {asked!r} was asked"


def _environment_differences(asked: list[str], effective: list[str]) -> list[str]:
    found = [f"{entry.partition('=')[0]} is not set" for entry in asked if entry not in effective]
    ours = {entry.partition("=")[0] for entry in asked}
    extra = {entry.partition("=")[0] for entry in effective} - ours - DOCUMENTED_ENV
    return found + [f"the image sets {name}" for name in sorted(extra)]


def _mount_differences(asked: list[dict[str, Any]], effective: list[dict[str, Any]]) -> list[str]:
    expected = {(item["Target"], item["Source"], not item["ReadOnly"]) for item in asked}
    actual = {
        (item["Destination"], item.get("Name"), item["RW"])
        for item in effective
        if item["Type"] != "tmpfs"
    }
    return [f"the mounts are {actual}, asked were {expected}"] if expected != actual else []


def _mount(mount: Mount, volumes: dict[str, str]) -> dict[str, Any]:
    if mount.volume.name not in volumes:
        raise SandboxError(
            f"The volume {mount.volume.name!r} is not one of this run",
            do="This is a bug: report it.",
        )
    return {
        "Type": "volume",
        "Source": volumes[mount.volume.name],
        "Target": mount.target,
        "ReadOnly": mount.read_only,
        "VolumeOptions": {"NoCopy": True},
    }


def _ulimits(spec: BoxSpec) -> list[dict[str, Any]]:
    writable = [mount.volume.size_mib for mount in spec.mounts if not mount.read_only]
    file_size = max([spec.limits.scratch_mib, *writable]) * MIB
    values = {"core": 0, "fsize": file_size, "nofile": spec.limits.open_files}
    return [{"Name": name, "Soft": value, "Hard": value} for name, value in values.items()]


def _scratch(spec: BoxSpec) -> dict[str, str]:
    options = _TMPFS.format(size=spec.limits.scratch_mib * MIB, inodes=spec.limits.scratch_inodes)
    return {"/tmp": options, "/dev/shm": options}  # noqa: S108 - paths inside the box
