"""The tray on which a reader puts entries one by one: counts, judges by name, drops, keeps."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from runner.errors import UsageError
from runner.intake import clutter, gitwatch
from runner.intake.names import BadNameError, NameBook, Parts, split_name
from runner.intake.submission import MIB, IntakeLimits
from runner.text import visible_name

if TYPE_CHECKING:
    from runner.model import Alarm

LEAVE_OUT = "Leave out everything but your own sources (no environments, data sets, archives)"
PACK_AGAIN = "Remove or rename it and pack the submission again"

_SOURCE_SHOWN = 200


_KINDS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def kind_of(mode: int) -> str:
    """What `mode` is when it is neither a regular file nor a folder, in words; else empty."""
    return next((words for is_kind, words in _KINDS if is_kind(mode)), "")


class Use(Enum):
    """What becomes of an entry: kept, looked at for alarms only, or never read."""

    KEEP = "keep"
    PEEK = "peek"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an entry belongs and what becomes of it."""

    parts: Parts
    use: Use

    @property
    def path(self) -> str:
        """The parts joined by `/`."""
        return "/".join(self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A regular file that was read; `mode` as `st_mode`, 0 when it is not known."""

    parts: Parts
    data: bytes
    mode: int


class Tray:
    """Collects the entries of one submission and refuses it as soon as one cannot be taken.

    A reader calls `enter` for each entry, `reserve` before it reads a file (so that a lying
    size costs nothing) and `put` after; `special` for what is neither file nor folder.
    """

    def __init__(self, source: str, limits: IntakeLimits, ceiling: int) -> None:
        """`source` names the submission in messages, `ceiling` bounds all bytes read."""
        self.limits = limits
        self.ceiling = ceiling
        self.entries = 0
        self.bytes_read = 0
        self.bytes_passed = 0
        self.kept: list[Kept] = []
        self.specials: list[tuple[Parts, str]] = []
        self.dropped: dict[Parts, str] = {}
        self.alarms: list[tuple[Parts, Alarm]] = []
        self._source = visible_name(source, _SOURCE_SHOWN)
        self._book = NameBook()

    def enter(self, raw: bytes, *, folder: bool) -> Place:
        """Judge an entry by its name alone."""
        self.entries += 1
        if self.entries > self.limits.entries:
            raise self.refuse(f"it has more than {self.limits.entries} entries", do=LEAVE_OUT)
        try:
            parts = split_name(raw)
        except BadNameError as error:
            raise self.refuse_entry(raw, f"its name {error}") from error
        if not parts:
            return Place(parts=parts, use=Use.KEEP if folder else Use.SKIP)
        drop = clutter.reason_to_drop(parts, folder=folder)
        if drop is None:
            self._check_place(parts, raw, folder=folder)
            return Place(parts=parts, use=Use.KEEP)
        self.dropped.setdefault(*drop)
        wanted = gitwatch.wants(parts, folder=folder)
        return Place(parts=parts, use=Use.PEEK if wanted else Use.SKIP)

    def reserve(self, place: Place, size: int) -> None:
        """Refuse a file of `size` bytes that goes over a ceiling, before it is read."""
        limit = self.limits.file_bytes
        if size > limit:
            why = f"it is larger than {limit // MIB} MiB"
            raise self.refuse_entry(place.path.encode(), why, do=LEAVE_OUT)
        if self.bytes_read + size > self.ceiling:
            raise self.refuse_size()

    def pass_over(self, size: int) -> None:
        """Refuse what takes too long to look through, of content that is left out."""
        self.bytes_passed += size
        limit = self.limits.left_out_bytes
        if self.bytes_passed > limit:
            why = f"it holds more than {limit // MIB} MiB that are left out"
            raise self.refuse(why, do=LEAVE_OUT)

    def put(self, place: Place, data: bytes, mode: int) -> None:
        """Take a file's content; `mode` as `st_mode`, 0 when it is not known."""
        self.bytes_read += len(data)
        if place.use is Use.PEEK:
            alarm = gitwatch.look(place.parts, data)
            if alarm:
                self.alarms.append((place.parts, alarm))
        elif data.startswith(clutter.LFS_POINTER):
            self.dropped[place.parts] = clutter.LFS_REASON
        else:
            self.kept.append(Kept(parts=place.parts, data=data, mode=mode))

    def special(self, place: Place, kind: str) -> None:
        """Note a link or a device; it is refused in the end unless its folder is left out."""
        if place.use is Use.KEEP:
            self.specials.append((place.parts, kind))

    def refuse(self, why: str, do: str = PACK_AGAIN) -> UsageError:
        """The submission as a whole cannot be taken."""
        return UsageError(f"the submission {self._source} cannot be read", why=why, do=do)

    def refuse_entry(self, raw: bytes, why: str, do: str = PACK_AGAIN) -> UsageError:
        """One entry cannot be taken, and therefore nothing is."""
        what = f"the submission {self._source} is refused for its entry {visible_name(raw)}"
        return UsageError(what, why=why, do=do)

    def refuse_size(self) -> UsageError:
        """More bytes than the ceiling: too large, or packed suspiciously well."""
        if self.ceiling < self.limits.unpacked_bytes:
            why = f"it unpacks to more than {self.limits.ratio} times its packed size"
        else:
            why = f"it holds more than {self.ceiling // MIB} MiB"
        return self.refuse(why, do=LEAVE_OUT)

    def _check_place(self, parts: Parts, raw: bytes, *, folder: bool) -> None:
        if len(parts) > self.limits.depth:
            raise self.refuse_entry(raw, f"it lies more than {self.limits.depth} folders deep")
        if len("/".join(parts).encode()) > self.limits.path_bytes:
            raise self.refuse_entry(raw, f"its path is over {self.limits.path_bytes} bytes long")
        earlier = self._book.add(parts, folder=folder)
        if len(self._book) > self.limits.entries:
            why = f"it has more than {self.limits.entries} files and folders"
            raise self.refuse(why, do=LEAVE_OUT)
        if earlier == parts:
            raise self.refuse_entry(raw, "there is another entry of that name")
        if earlier is not None:
            other = visible_name("/".join(earlier))
            raise self.refuse_entry(raw, f"other systems take it for the same as {other}")
