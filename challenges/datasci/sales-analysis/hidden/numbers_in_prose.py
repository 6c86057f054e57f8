"""Numbers in prose, whichever way they are written."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

MOST_CHARACTERS = 100_000

_GAPS = "'’ \u00a0\u202f\u2009"
_NUMBER = re.compile(
    rf"\d[\d.,{_GAPS}]*(?P<times>\s?(?:k|thousand|tsd|m|mn|mio|million)\b)?", re.IGNORECASE
)
_TIMES = {"k": 1e3, "thousand": 1e3, "tsd": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6}

NEAR_ZERO = 0.0051
"""Two decimals are enough for a number close to nothing."""


def numbers_in(text: str) -> set[float]:
    """Every number that the text can be read to hold, without its sign.

    A point or comma may be that of decimals or of thousands, and a blank may part two numbers.
    """
    found: set[float] = set()
    for match in _NUMBER.finditer(text[:MOST_CHARACTERS]):
        times = _TIMES[match["times"].strip().lower()] if match["times"] else 1.0
        digits = match[0].removesuffix(match["times"] or "")
        for part in (digits, *re.split(rf"[{_GAPS}]+", digits)):
            found |= {value * times for value in _readings(part)} | set(_readings(part))
    return found


def _readings(digits: str) -> Iterator[float]:
    plain = re.sub(f"[{_GAPS}]", "", digits).strip(".,")
    for thousands, point in ((",", "."), (".", ",")):
        value = plain.replace(thousands, "").replace(point, ".")
        if re.fullmatch(r"\d+(\.\d+)?", value):
            yield float(value)


def states(found: set[float], value: float) -> bool:
    """Whether a text with these numbers states `value`, to two significant digits or more."""
    size = abs(value)
    room = 0.5 * 10.0 ** (math.floor(math.log10(size)) - 1) if size else 0.0
    return any(abs(one - size) <= max(room, NEAR_ZERO) * (1 + 1e-9) for one in found)
