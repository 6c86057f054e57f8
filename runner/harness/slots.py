"""Where files get to a subject and come back: written so that each time looks the same inside.

A command has a slot of its own: folders for what it finds and for what it writes. No other command
ever sees what it wrote, nor that it wrote. All slots were mounted when this container was started.
"""

from __future__ import annotations

import os
import random
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runner.harness.errors import HarnessError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

SLOTS = Path(os.environ.get("TAKEHOME_SLOTS", "/slots"))

STAMP = 1_735_689_600
"""Access and change time of every file and folder that a subject is given: 1 January 2025, UTC."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The folders of one command."""

    number: int
    folder: Path

    @property
    def inputs(self) -> Path:
        """What the command finds in `/in`."""
        return self.folder / "in"

    @property
    def outputs(self) -> Path:
        """What it writes to `/out`."""
        return self.folder / "out"

    def furnish(self, files: Mapping[str, bytes], executable: Collection[str] = ()) -> None:
        """Have the command find these files and nothing else, written now whenever that is."""
        fill(self.inputs, files, executable)
        os.utime(self.outputs)

    def clear(self) -> int:
        """Remove what was given and what was written; bytes of what cannot be removed.

        A command that was killed may leave folders which nobody but its own user can empty.
        """
        clear(self.inputs)
        return 0 if clear(self.outputs) else held(self.outputs)


class Slots:
    """The slots that no command has had. They come in no order: none tells how many there were."""

    def __init__(self, root: Path = SLOTS) -> None:
        """Those in the folder `root`, which is missing where no commands are run."""
        folders = list(root.iterdir()) if root.is_dir() else []
        self._all = len(folders)
        self._left = [Slot(int(folder.name), folder) for folder in folders]
        random.SystemRandom().shuffle(self._left)

    def take(self) -> Slot:
        """One of them; `HarnessError` when all are used."""
        if not self._left:
            message = (
                f"the suite runs more than {self._all} commands: allow for more of them by "
                "`commands` under [suite] in challenge.toml"
            )
            raise HarnessError(message)
        return self._left.pop()


def fill(
    folder: Path,
    files: Mapping[str, bytes],
    executable: Collection[str] = (),
    *,
    stamped: bool = True,
) -> None:
    """Make `files` the whole content of `folder`, readable for the group.

    `stamped` gives all of it one time, so that no file tells when it was written last.
    """
    clear(folder)
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        target.write_bytes(data)
        target.chmod(0o750 if path in executable else 0o640)
    if stamped:
        for place in _everything(folder):
            os.utime(place, (STAMP, STAMP))


def _everything(folder: Path) -> Iterator[Path]:
    """All that is in a folder of ours, and the folder itself as the last."""
    for here, _, names in os.walk(folder, topdown=False):
        yield from (Path(here, name) for name in names)
        yield Path(here)


def clear(folder: Path) -> bool:
    """Remove what is in the folder and may be removed, however deep, following no link.

    What lies in a folder is moved up before that is removed: no path gets long. False when
    something stays.
    """
    stuck: set[str] = set()
    try:
        while entries := [entry for entry in os.scandir(folder) if entry.name not in stuck]:
            for entry in entries:
                if not _removed(folder, entry):
                    stuck.add(entry.name)
    except OSError:  # not even its names are for us to read
        return False
    return not stuck


def _removed(folder: Path, entry: os.DirEntry[str]) -> bool:
    try:
        if entry.is_dir(follow_symlinks=False):
            for name in os.listdir(entry.path):  # noqa: PTH208 - thousands of names may be there
                Path(entry.path, name).rename(folder / secrets.token_hex(16))
            Path(entry.path).rmdir()
        else:
            Path(entry.path).unlink()
    except OSError:  # another user's folder that we may not write to
        return False
    return True


def held(folder: Path) -> int:
    """Bytes that the file system of a folder holds, with a page for each file and folder in it."""
    told = os.statvfs(folder)
    inodes = told.f_files - told.f_ffree - 1
    return (told.f_blocks - told.f_bfree + inodes) * told.f_frsize
