"""The simulated kernel: files with quotas and owners, a loopback, processes and memory."""

from __future__ import annotations

import errno
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.sandbox import BoxSpec

MIB = 1024 * 1024
_OWNER_MAY, _GROUP_MAY, _ALL_MAY = (0o600, 0o060, 0o006)


def failed(number: int) -> OSError:
    """An error with its number, as a system call raises it."""
    return OSError(number, errno.errorcode[number])


@dataclass(slots=True, kw_only=True)
class Tmpfs:
    """A memory-backed file system with quotas. The root folder takes one inode."""

    size: int
    inodes: int
    uid: int = 0
    gid: int = 0
    mode: int = 0o777
    files: dict[str, bytes] = field(default_factory=dict)
    marks: int = 0
    """Traces that outlive the files."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def vanish(self) -> None:
        """Nobody mounts it any more: the next one to do so finds a new one."""
        with self.lock:
            self.files.clear()
            self.marks = 0

    def put(self, name: str, data: bytes) -> None:
        """Write a file; what fits is kept when the space ends, as on a real one."""
        with self.lock:
            if name not in self.files and len(self.files) + 1 >= self.inodes:
                raise failed(errno.ENOSPC)
            others = sum(len(kept) for path, kept in self.files.items() if path != name)
            self.files[name] = data[: max(0, self.size - others)]
            if others + len(data) > self.size:
                raise failed(errno.ENOSPC)

    def get(self, name: str) -> bytes:
        """The content of a file."""
        with self.lock:
            if name not in self.files:
                raise failed(errno.ENOENT)
            return self.files[name]

    def allows(self, spec: BoxSpec, bits: int) -> bool:
        """Whether the user of a box may read (4) or write (2) here."""
        if spec.uid == self.uid:
            return bool(self.mode & _OWNER_MAY & bits << 6)
        if spec.gid == self.gid:
            return bool(self.mode & _GROUP_MAY & bits << 3)
        return bool(self.mode & _ALL_MAY & bits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounted:
    """A file system at a place in a box."""

    target: str
    tmpfs: Tmpfs
    read_only: bool


@dataclass(slots=True)
class Loopback:
    """A network of one interface; boxes may share it."""

    ports: set[int] = field(default_factory=set)


class Kernel:
    """What one box sees and uses of the simulated machine."""

    def __init__(self, spec: BoxSpec, volumes: dict[str, Tmpfs], loopback: Loopback) -> None:
        limits = spec.limits
        self.spec = spec
        self.loopback = loopback
        self.listening: set[int] = set()
        self.processes = 2
        """Ours and the init process, which counts too."""
        self.memory = 4 * MIB
        scratch = Tmpfs(size=limits.scratch_mib * MIB, inodes=limits.scratch_inodes, mode=0o777)
        self._mounts = [Mounted(target="/tmp", tmpfs=scratch, read_only=False)]  # noqa: S108
        self._mounts += [
            Mounted(
                target=mount.target, tmpfs=volumes[mount.volume.name], read_only=mount.read_only
            )
            for mount in spec.mounts
        ]

    def write(self, path: str, data: bytes) -> None:
        """Write a file where the box may."""
        mounted, name = self._find(path)
        if mounted is None or mounted.read_only:
            raise failed(errno.EROFS)
        if not mounted.tmpfs.allows(self.spec, 2):
            raise failed(errno.EACCES)
        mounted.tmpfs.put(name, data)

    def read(self, path: str) -> bytes:
        """Read a file where the box may."""
        mounted, name = self._find(path)
        if mounted is None:
            raise failed(errno.ENOENT)
        if not mounted.tmpfs.allows(self.spec, 4):
            raise failed(errno.EACCES)
        return mounted.tmpfs.get(name)

    def mark(self, folder: str) -> None:
        """Leave a trace in a folder that the box may write to."""
        self.write(f"{folder}/gone", b"")
        mounted, name = self._find(f"{folder}/gone")
        if mounted is not None:
            del mounted.tmpfs.files[name]
            mounted.tmpfs.marks += 1

    def picture(self, folder: str) -> dict[str, object]:
        """What a folder looks like to the box."""
        mounted, _ = self._find(f"{folder}/")
        if mounted is None or not mounted.tmpfs.allows(self.spec, 4):
            raise failed(errno.EACCES)
        seen = mounted.tmpfs
        used = sum(map(len, seen.files.values()))
        return {
            "owner": [seen.uid, seen.gid],
            "mode": seen.mode,
            "names": sorted(seen.files),
            "marks": seen.marks,
            "room": [seen.size, used, seen.inodes],
        }

    def fork(self) -> None:
        """One process more."""
        if self.processes >= self.spec.limits.pids:
            raise failed(errno.EAGAIN)
        self.processes += 1

    def fits(self, more: int) -> bool:
        """Whether the box may use so many bytes more."""
        return self.memory + more <= self.spec.limits.memory_mib * MIB

    def listen(self, port: int) -> None:
        """Open a port on the loopback."""
        if port in self.loopback.ports:
            raise failed(errno.EADDRINUSE)
        self.loopback.ports.add(port)
        self.listening.add(port)

    def connect(self, host: str, port: int) -> None:
        """Connect; there is nothing beyond the loopback."""
        if host not in {"127.0.0.1", "localhost"}:
            raise failed(errno.ENETUNREACH)
        if port not in self.loopback.ports:
            raise failed(errno.ECONNREFUSED)

    def end(self) -> None:
        """Every process is gone."""
        self.loopback.ports -= self.listening

    def _find(self, path: str) -> tuple[Mounted | None, str]:
        for mounted in self._mounts:
            if path.startswith(f"{mounted.target}/"):
                return mounted, path.removeprefix(f"{mounted.target}/")
        return None, path
