"""The only door for a candidate's bytes: a folder, a .zip, a .tar or a .tar.gz.

Everything is read into memory and judged entry by entry. Nothing of it is written to the
host's disk, nothing is repaired: what is not a plain file or folder under a plain name is
refused with the entry named, so that no two programs can see two different submissions.

Other compressions (xz, bzip2, zstd, 7z, rar) are refused: one decoder less to attack.
"""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from runner.errors import UsageError
from runner.intake.assembly import assemble
from runner.intake.folder import read_folder
from runner.intake.forms import ACCEPTED, FormError, reader_of
from runner.intake.submission import (
    DEFAULT_LIMITS,
    MIB,
    Dropped,
    IntakeLimits,
    Submission,
    submission_from_files,
)
from runner.intake.tray import LEAVE_OUT, Tray
from runner.text import visible_name
from runner.tree import SourceFile, pack

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = [
    "Dropped",
    "IntakeLimits",
    "SourceFile",
    "Submission",
    "check_is_submission",
    "pack",
    "read_submission",
    "submission_from_files",
]

_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".7z", ".rar", ".xz", ".bz2")


def read_submission(
    path: Path, limits: IntakeLimits = DEFAULT_LIMITS, *, required: Iterable[str] = ()
) -> Submission:
    """Read a submission into memory, or refuse it with `UsageError`.

    A lone top-level folder is taken off all paths (`myproject/app/main.py`), unless one of
    the `required` paths starts there already. Paths in `dropped` were left out.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            tray = Tray(str(path), limits, limits.unpacked_bytes)
            read_folder(path, tray)
        else:
            packed = _packed(path, mode, limits)
            tray = Tray(path.name, limits, limits.ceiling(len(packed)))
            reader_of(packed, path.name)(packed, tray)
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except FormError as error:
        raise _unreadable(path, str(error), do=error.do) from error
    return assemble(tray, frozenset(required))


def check_is_submission(
    submission: Submission, required_files: Iterable[str], *, challenge: str = "the challenge"
) -> None:
    """Refuse (`UsageError`) what lacks a required file, and guess what went wrong."""
    missing = [path for path in required_files if path not in submission.paths]
    if not missing:
        return
    why = f"{', '.join(map(visible_name, missing))} is missing"
    raise UsageError(
        f"this does not look like an answer to {challenge}",
        why=why,
        do=_advice(submission, missing[0]),
    )


def _advice(submission: Submission, missing: str) -> str:
    deeper = [path for path in sorted(submission.paths) if path.endswith(f"/{missing}")]
    if deeper:
        folder = deeper[0].removesuffix(missing).rstrip("/")
        return f"Give the folder {visible_name(folder)} of it: {missing} is there"
    known = sorted({*submission.paths, *submission.packed})
    archives = [path for path in known if path.lower().endswith(_ARCHIVES)]
    if archives:
        return f"Unpack {visible_name(archives[0])} inside it and give what it holds"
    tops = sorted({path.partition("/")[0] for path in submission.paths})
    return f"It holds {', '.join(map(visible_name, tops[:8]))}; is it the right one?"


def _packed(path: Path, mode: int, limits: IntakeLimits) -> bytes:
    if not stat.S_ISREG(mode):
        raise _unreadable(path, "it is not a regular file")
    with path.open("rb") as file:
        packed = file.read(limits.packed_bytes + 1)
    if len(packed) > limits.packed_bytes:
        why = f"it is larger than {limits.packed_bytes // MIB} MiB"
        raise _unreadable(path, why, do=LEAVE_OUT)
    return packed


def _unreadable(path: Path, why: str, do: str = ACCEPTED) -> UsageError:
    what = f"the submission {visible_name(str(path), 200)} cannot be read"
    return UsageError(what, why=why, do=do)
