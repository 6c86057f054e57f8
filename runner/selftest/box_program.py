"""What hostile code would look for. Runs in a box of its own; the whole file is sent there.

Standard library only. `python -I -c SOURCE ARGUMENTS` does the part that the arguments name and
prints one JSON object of facts; nothing here judges them. Numbers of system calls are those of
x86-64 and of 64-bit ARM.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import platform
import socket
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

CONNECT_SECONDS = 1.0
NEW_USER_AND_SIGCHLD = 0x10000011

ADDRESSES = (
    ("1.1.1.1", 443),
    ("8.8.8.8", 53),
    ("169.254.169.254", 80),
    ("172.17.0.1", 2375),
    ("172.17.0.1", 22),
    ("192.168.65.7", 2375),
    ("10.0.2.2", 80),
    ("100.100.100.200", 80),
    ("2606:4700:4700::1111", 443),
    ("fe80::1", 80),
    ("fd00:ec2::254", 80),
)
NAMES = (
    *("example.com", "host.docker.internal", "gateway.docker.internal"),
    *("metadata.google.internal", "kubernetes.default.svc"),
)
ENGINES = (
    *("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock"),
    *("/run/podman/podman.sock", "/var/run/crio/crio.sock", "/run/host-services"),
    *("/dev/sda", "/dev/vda", "/dev/nvme0n1", "/dev/mem", "/dev/kmsg", "/dev/kvm", "/dev/fuse"),
)
WRITES = (
    *("/x", "/etc/x", "/usr/bin/x", "/opt/x", "/opt/venv/bin/python", "/srv/x", "/var/x"),
    *("/proc/sys/kernel/core_pattern", "/proc/sys/vm/overcommit_memory", "/proc/sysrq-trigger"),
    *("/sys/fs/cgroup/x", "/sys/kernel/uevent_helper", "/proc/self/oom_score_adj"),
)
"""Some of them exist and some do not; the last may be raised by anybody, and lowered by nobody."""

READS = (
    *("/proc/kcore", "/proc/keys", "/proc/sched_debug", "/sys/firmware/x", "/etc/shadow"),
    *("/proc/1/environ", "/proc/1/root/etc/shadow", "/sys/kernel/debug/x"),
)
CALLS = {
    "x86_64": {
        "keyctl": (250, 0, -3, 1),
        "add_key": (248, b"user", b"x", b"x", 1, -3),
        "io_uring_setup": (425, 1, bytes(256)),
        "ptrace": (101, 0, 0, 0, 0),
        "unshare": (272, 0x10000000),
        "userfaultfd": (323, 0),
        "bpf": (321, 0, bytes(128), 128),
        "perf_event_open": (298, bytes(128), 0, -1, -1, 0),
        "clone": (56, NEW_USER_AND_SIGCHLD, 0, 0, 0, 0),
        "msgget": (68, 0, 0o1600),
        "shmget": (29, 0, 4096, 0o1600),
        "mount": (165, b"none", b"/tmp", b"tmpfs", 0, 0),
        "process_vm_readv": (310, 1, 0, 0, 0, 0, 0),
        "open_by_handle_at": (304, -100, 0, 0),
        "kexec_load": (246, 0, 0, 0, 0),
    },
    "aarch64": {
        "keyctl": (219, 0, -3, 1),
        "add_key": (217, b"user", b"x", b"x", 1, -3),
        "io_uring_setup": (425, 1, bytes(256)),
        "ptrace": (117, 0, 0, 0, 0),
        "unshare": (97, 0x10000000),
        "userfaultfd": (282, 0),
        "bpf": (280, 0, bytes(128), 128),
        "perf_event_open": (241, bytes(128), 0, -1, -1, 0),
        "clone": (220, NEW_USER_AND_SIGCHLD, 0, 0, 0, 0),
        "msgget": (186, 0, 0o1600),
        "shmget": (194, 0, 4096, 0o1600),
        "mount": (40, b"none", b"/tmp", b"tmpfs", 0, 0),
        "process_vm_readv": (270, 1, 0, 0, 0, 0, 0),
        "open_by_handle_at": (265, -100, 0, 0),
        "kexec_load": (104, 0, 0, 0, 0),
    },
}
FAMILIES = (
    *(("alg", 38), ("vsock", 40), ("packet", 17), ("xdp", 44), ("can", 29), ("key", 15)),
    *(("bluetooth", 31), ("tipc", 30), ("rds", 21), ("kcm", 41)),
)
NETLINK_AUDIT = 9


def name_of(error: OSError) -> str:
    """The symbolic name of an error; the library's own time-outs have no number."""
    return errno.errorcode.get(error.errno or errno.ETIMEDOUT, str(error.errno))


def tried(action: Any, *arguments: Any) -> str:  # noqa: ANN401 - anything that may fail
    """`done`, or the name of the error."""
    try:
        action(*arguments)
    except OSError as error:
        return name_of(error)
    return "done"


def identity() -> dict[str, Any]:
    """Who the process is and what it may."""
    status = dict(
        line.split(":", 1) for line in Path("/proc/self/status").read_text("utf-8").splitlines()
    )
    return {
        "uid": [os.getuid(), os.geteuid()],
        "groups": sorted(set(os.getgroups()) - {os.getgid()}),
        "capabilities": max(int(status[name], 16) for name in ("CapPrm", "CapEff", "CapBnd")),
        "no_new_privileges": int(status.get("NoNewPrivs", "0")),
        "seccomp": int(status.get("Seccomp", "0")),
        "set_id_programs": set_id_programs(),
        "chown": tried(os.chown, "/tmp", 0, 0),  # noqa: S108 - inside the box
        "setuid": tried(os.setuid, 0),
        "mknod": tried(os.mknod, "/tmp/device", 0o020600, os.makedev(1, 1)),  # noqa: S108
    }


def set_id_programs() -> list[str]:
    """Programs that run as another user; the root file system only."""
    found: list[str] = []
    root = Path("/").stat().st_dev
    for folder, folders, files in os.walk("/"):
        with suppress(OSError):
            folders[:] = [one for one in folders if (Path(folder) / one).lstat().st_dev == root]
        for one in files:
            with suppress(OSError):
                if (Path(folder) / one).lstat().st_mode & 0o6000:
                    found.append(str(Path(folder) / one))
    return found[:5]


def files() -> dict[str, Any]:
    """What can be written and read that is not this box's own."""
    mounts = [line.split() for line in Path("/proc/self/mountinfo").read_text("utf-8").splitlines()]
    return {
        "read_only_root": bool(os.statvfs("/").f_flag & os.ST_RDONLY),
        "writes": {path: tried(write, path) for path in WRITES},
        "reads": {path: tried(read, path) for path in READS},
        "engines": [path for path in ENGINES if Path(path).exists()],
        "writable_mounts": sorted(one[4] for one in mounts if holds(one[4])),
        "executed": tried(execute, "/tmp/program"),  # noqa: S108 - inside the box
    }


def holds(path: str) -> bool:
    """Whether something could be kept in a mount: what is masked is a device that keeps nothing."""
    return os.access(path, os.W_OK) and not stat.S_ISCHR(Path(path).stat().st_mode)


def write(path: str) -> None:
    """Write a byte to a place that exists, or make a file there."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, b"-1000")
    finally:
        os.close(descriptor)


def read(path: str) -> None:
    """Read a byte; an empty file is as good as none."""
    with Path(path).open("rb", buffering=0) as file:
        if not file.read(1):
            raise OSError(errno.ENODATA, "empty")


def execute(path: str) -> None:
    """Run a program that was written just now."""
    Path(path).write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    Path(path).chmod(0o755)
    os.posix_spawn(path, [path], {})


def canary(path: str) -> dict[str, Any]:
    """What a file of the host holds, by every way that has ever led there."""
    roots = ("", "/proc/1/root", "/proc/self/root", "/host", "/rootfs", "/mnt", "/hostfs")
    found = [root for root in roots if tried(read, root + path) == "done"]
    return {"canary_found_at": found}


def network() -> dict[str, Any]:
    """What can be reached."""
    return {
        "interfaces": sorted(name for _, name in socket.if_nameindex()),
        "routes": routes(),
        "connections": {f"{host} {port}": tried(connect, host, port) for host, port in ADDRESSES},
        "datagrams": tried(datagram, "8.8.8.8", 53),
        "names": {name: resolved(name) for name in NAMES},
    }


def routes() -> list[str]:
    """Lines of the routing tables that lead anywhere but to the loopback."""
    found: list[str] = []
    for path in ("/proc/net/route", "/proc/net/ipv6_route"):
        with suppress(OSError):
            lines = Path(path).read_text("utf-8").splitlines()
            found += [line for line in lines if not line.startswith("Iface")]
    return [line for line in found if line.split()[0] != "lo" and line.split()[-1] != "lo"]


def connect(host: str, port: int) -> None:
    """Connect once."""
    socket.create_connection((host, port), CONNECT_SECONDS).close()


def datagram(host: str, port: int) -> None:
    """Send a datagram; what is never answered may still arrive."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"canary", (host, port))


def resolved(name: str) -> bool:
    """Whether a name has an address."""
    try:
        return bool(socket.getaddrinfo(name, 80))
    except OSError:
        return False


def kernel() -> dict[str, Any]:
    """Which parts of the kernel answer that no submission needs."""
    library = ctypes.CDLL(None, use_errno=True)
    allowed = [
        name for name, call in CALLS.get(platform.machine(), {}).items() if made(library, call)
    ]
    for name, family in FAMILIES:
        kinds = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET)
        if any(tried(open_socket, family, kind, 0) == "done" for kind in kinds):
            allowed.append(f"a socket of {name}")
    if tried(open_socket, socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_AUDIT) == "done":
        allowed.append("a socket of audit")
    return {"machine": platform.machine(), "calls_allowed": allowed}


def made(library: ctypes.CDLL, call: tuple[Any, ...]) -> bool:
    """Whether a system call does what was asked."""
    number, *given = call
    arguments = [
        ctypes.c_long(one) if isinstance(one, int) else ctypes.c_char_p(one) for one in given
    ]
    result = library.syscall(ctypes.c_long(number), *arguments)
    if result == 0 and given and given[0] == NEW_USER_AND_SIGCHLD:
        os._exit(0)
    return int(result) >= 0


def open_socket(family: int, kind: int, protocol: int) -> None:
    """Make a socket and close it."""
    socket.socket(family, kind, protocol).close()


def everything(path: str) -> dict[str, Any]:
    """All of it."""
    facts = {"environment": dict(os.environ)}
    return {**facts, **identity(), **files(), **canary(path), **network(), **kernel()}


def main() -> None:
    """Do one part."""
    part, *arguments = sys.argv[1:]
    facts = globals()[part](*arguments)
    if facts is not None:
        os.write(1, (json.dumps(facts) + "\n").encode())


if __name__ == "__main__":
    main()
