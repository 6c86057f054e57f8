"""The files of this repository, for the tests of this folder."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

LISTED = ("--cached", "--others", "--exclude-standard")
UNTRACKED = {".git", ".venv", "build", "dist", "out", "__pycache__"}


def tracked() -> tuple[Path, ...]:
    """Every file that belongs to the repository, those not committed yet included.

    Outside a checkout (an unpacked archive) or without git: every file that no tool made.
    """
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        return tuple(sorted(path for path in ROOT.rglob("*") if path.is_file() and _ours(path)))
    listed = subprocess.run(
        # The checkout may belong to somebody else, as on a build machine.
        [*("git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"), *LISTED],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def texts() -> dict[str, str]:
    """The tracked text files: path below the root, and content."""
    found = {}
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data[:8192]:
            found[path.relative_to(ROOT).as_posix()] = data.decode("utf-8", "replace")
    return found


def modules(package: str = "runner") -> tuple[Path, ...]:
    """The Python files below a folder of the repository."""
    return tuple(sorted((ROOT / package).rglob("*.py")))


def _ours(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return not any(part in UNTRACKED or part.endswith("_cache") for part in parts)
