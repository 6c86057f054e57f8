"""What the intake hands on, and the ceilings that it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from runner.intake import clutter
from runner.tree import SourceFile, digest_of, pack

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.model import Alarm

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeLimits:
    """Ceilings of one submission. An honest one stays far below every one of them.

    Sizes in bytes. `ratio` is unpacked : packed and counts only above `ratio_free_bytes`,
    because a small file of repeated lines may well shrink a thousandfold. `left_out_bytes` are
    looked through and not kept: an environment in 50 MiB of zip unpacks to less.
    """

    packed_bytes: int = 50 * MIB
    unpacked_bytes: int = 200 * MIB
    left_out_bytes: int = 1024 * MIB
    file_bytes: int = 50 * MIB
    entries: int = 20_000
    ratio: int = 100
    ratio_free_bytes: int = 10 * MIB
    depth: int = 20
    path_bytes: int = 200

    def ceiling(self, packed: int) -> int:
        """How many bytes an archive of `packed` bytes may hold."""
        return min(self.unpacked_bytes, max(self.ratio * packed, self.ratio_free_bytes))


DEFAULT_LIMITS = IntakeLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A path that was left out, and why. A folder stands for all that is in it."""

    path: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A candidate's files, in memory, sorted by path. Nothing of it is on the host's disk.

    `wrapper` is the lone top-level folder that was taken off every path, or empty.
    """

    files: tuple[SourceFile, ...]
    dropped: tuple[Dropped, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    wrapper: str = ""

    @cached_property
    def digest(self) -> str:
        """sha256 of the manifest (`runner.tree.digest_of`)."""
        return digest_of(self.files)

    @property
    def total_bytes(self) -> int:
        """Size of all files together."""
        return sum(len(file.data) for file in self.files)

    @property
    def paths(self) -> frozenset[str]:
        """The path of every file."""
        return frozenset(file.path for file in self.files)

    @property
    def packed(self) -> tuple[str, ...]:
        """Files with code in them that were left out because nobody can read them."""
        reasons = {clutter.PACKED, clutter.DISGUISED}
        return tuple(each.path for each in self.dropped if each.reason in reasons)

    @property
    def disguised(self) -> tuple[str, ...]:
        """Those of them whose names say that they are something else."""
        return tuple(each.path for each in self.dropped if each.reason == clutter.DISGUISED)

    def find(self, path: str) -> bytes | None:
        """The content of one file, None when there is none."""
        return next((file.data for file in self.files if file.path == path), None)

    def to_tar(self) -> bytes:
        """The files as a deterministic uncompressed tar, for the sandbox."""
        return pack(self.files)


def submission_from_files(files: Iterable[SourceFile]) -> Submission:
    """A submission of trusted files (a reference solution, a starter), judged by nobody."""
    return Submission(files=tuple(sorted(files, key=lambda file: file.path)))
