"""Facts that a box of the self-test prints: our program, in a box that may not be what we think."""

from __future__ import annotations

import json
from typing import Any

MOST = 256 * 1024
"""Characters of one JSON object of facts; an honest box prints about ten thousand."""


def parsed(text: str) -> dict[str, Any]:
    """The JSON object in the last line of `text`; `ValueError` when there is none."""
    lines = text[-MOST:].strip().splitlines()
    found = json.loads(lines[-1]) if lines else None
    if not isinstance(found, dict):
        message = "there is no JSON object"
        raise ValueError(message)  # noqa: TRY004 - one kind of error for every bad text
    return found
