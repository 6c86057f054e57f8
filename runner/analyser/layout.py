"""Where each file goes in the copy that tools see.

mypy gives up on a whole tree when two files have one module name, when a folder is no
identifier, or when a file hides a module that mypy itself needs. A candidate's tree may have
all three, so such names are changed in the copy and changed back in every finding.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SOURCE_FOLDER = "src"
"""The one folder, beside the root, from which imports are resolved."""

_KEPT = frozenset({"test", "tests", "src"})


def tree_paths(paths: Iterable[str]) -> dict[str, str]:
    """Path of the submission → path in the copy; both sides are unique."""
    placed: dict[str, str] = {}
    modules: set[str] = set()
    copies: Counter[str] = Counter()
    # Packages first and short paths first: these are the ones that Python would import.
    for path in sorted(paths, key=lambda p: (not p.endswith("/__init__.py"), p.count("/"), p)):
        pure = PurePosixPath(path)
        parts = [_identifier(part) for part in (*pure.parts[:-1], pure.stem)]
        if parts[0] in sys.stdlib_module_names and parts[0] not in _KEPT:
            parts[0] += "__own"
        first = module_name("/".join(parts) + ".py")
        stem, module = parts[-1], first
        while module in modules:
            copies[first] += 1  # where the last one of this name left off
            parts[-1] = f"{stem}__{copies[first] + 1}"
            module = module_name("/".join(parts) + ".py")
        modules.add(module)
        placed[path] = "/".join(parts) + ".py"
    return placed


def module_name(path: str) -> str:
    """The module that mypy takes a path of the copy for."""
    parts = list(PurePosixPath(path).with_suffix("").parts)
    if len(parts) > 1 and parts[0] == SOURCE_FOLDER:
        parts = parts[1:]
    if len(parts) > 1 and parts[-1] == "__init__":
        parts = parts[:-1]
    return ".".join(parts)


def top_modules(tree: Iterable[str]) -> frozenset[str]:
    """Top-level names that an import inside the submission can mean."""
    return frozenset(module_name(path).partition(".")[0] for path in tree)


def _identifier(name: str) -> str:
    safe = re.sub(r"\W", "_", name)
    return safe if safe.isidentifier() else f"_{safe}"
