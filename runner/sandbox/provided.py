"""What a submission can import beside the standard library: the modules of the subject's image."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_DATA = Path(__file__).resolve().parents[1] / "images"
_LOCKED = re.compile(r"^([A-Za-z0-9][\w.-]*)==", re.MULTILINE)


@cache
def provided(specialization: str) -> tuple[str, ...]:
    """Top-level names of modules, sorted.

    They are listed in `provides-<specialization>.txt`. A package that was locked since is there
    under the name that most packages have for their module: that of the package.
    """
    listed = (_DATA / f"provides-{specialization}.txt").read_text("utf-8").splitlines()
    locked = _LOCKED.findall((_DATA / f"subject-{specialization}.txt").read_text("utf-8"))
    names = {name.replace("-", "_").replace(".", "_").lower() for name in locked}
    return tuple(sorted(names | {line for line in listed if line and not line.startswith("#")}))
