"""What a submission holds besides the candidate's work, and is therefore left out.

Caches could be forged so that a tool reports old findings, environments and native code are
not the candidate's, databases and models must be made by the run that is graded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.intake.names import Parts

_GIT = "history is not graded, and git is never run on a submission"
_CACHE = "a tool's cache"
_ENVIRONMENT = "installed packages are not the candidate's work"
_EDITOR = "an editor's settings"
NATIVE = "compiled code cannot be reviewed"
PACKED = "packed code cannot be reviewed"
DISGUISED = "code under the name of something else cannot be reviewed"
_DATABASE = "databases are made by the run that is graded"
_MODEL = "models are made by the run that is graded"
_SYSTEM = "written by the operating system"
_SUBMODULE = "submodules are not fetched"

FOLDERS: dict[str, str] = {
    ".git": _GIT,
    ".hg": _GIT,
    ".svn": _GIT,
    "__macosx": _SYSTEM,
    **dict.fromkeys(
        (
            "__pycache__",
            ".mypy_cache",
            ".ruff_cache",
            ".pytest_cache",
            ".hypothesis",
            ".pyre",
            ".pytype",
            ".pyright",
            ".ipynb_checkpoints",
            ".cache",
            ".tox",
            ".nox",
            ".eggs",
            "htmlcov",
        ),
        _CACHE,
    ),
    **dict.fromkeys((".venv", "venv", ".env", "node_modules", "site-packages"), _ENVIRONMENT),
    **dict.fromkeys((".idea", ".vscode", ".vs", ".fleet", ".zed"), _EDITOR),
}
"""Folder names (lower case) that are left out wherever they stand."""

FILES: dict[str, str] = {
    ".git": _GIT,
    ".gitmodules": _SUBMODULE,
    ".ds_store": _SYSTEM,
    "thumbs.db": _SYSTEM,
    "desktop.ini": _SYSTEM,
    ".coverage": _CACHE,
    ".dmypy.json": _CACHE,
}
"""File names (lower case) that are left out."""

_PATTERNS = (
    (re.compile(r"\.(pyc|pyo)$"), _CACHE),
    (re.compile(r"^\.coverage\."), _CACHE),
    (re.compile(r"\.(so(\.[0-9]+)*|pyd|dll|dylib)$"), NATIVE),
    (re.compile(r"\.(db|db3|sqlite|sqlite3)(-(wal|shm|journal))?$"), _DATABASE),
    (
        re.compile(
            r"\.(pkl|pickle|dill|joblib|skops|h5|hdf5|keras|pt|pth|ckpt|onnx|safetensors|"
            r"tflite|gguf|ubj|cbm)$"
        ),
        _MODEL,
    ),
)

_JUNK = frozenset({"__macosx", ".ds_store", "thumbs.db", "desktop.ini"})

LFS_POINTER = b"version https://git-lfs."
"""How a file starts whose content stayed behind in a large-file store."""

LFS_REASON = "a pointer of Git LFS, not the file itself"

VENV_MARKER = "pyvenv.cfg"
"""The file that makes a folder of any name a virtual environment (PEP 405)."""

VENV_REASON = _ENVIRONMENT


def reason_to_drop(parts: Parts, *, folder: bool) -> tuple[Parts, str] | None:
    """The topmost part of the path that is left out, with the reason; None to keep it all."""
    for depth, part in enumerate(parts, start=1):
        name = part.lower()
        is_folder = folder or depth < len(parts)
        reason = _folder_reason(name) if is_folder else _file_reason(name)
        if reason:
            return parts[:depth], reason
    return None


def is_junk(parts: Parts) -> bool:
    """Whether an operating system strews this beside anything, so that it says nothing."""
    return parts[0].lower() in _JUNK


def _folder_reason(name: str) -> str:
    return FOLDERS.get(name) or (_CACHE if name.endswith(".egg-info") else "")


def _file_reason(name: str) -> str:
    # A link in the place of a folder (`.venv` to one elsewhere) goes with the folder.
    if reason := FILES.get(name) or FOLDERS.get(name):
        return reason
    return next((reason for pattern, reason in _PATTERNS if pattern.search(name)), "")
