"""Files that the tests give the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

SECRET = "hidden-canary-77c0a94e1b"
"""Nobody outside this container may ever read this."""

DIRTY = ("", "n/a", "12.5", "-", "1_000", "0x10", "NaN", "1e3", "٣")


def sales(rng: random.Random, rows: int = 40) -> tuple[bytes, list[int]]:
    """A file of sales, and its amounts."""
    amounts = [rng.randint(1, 90_000) for _ in range(rows)]
    lines = [f"{number},{cents}" for number, cents in enumerate(amounts)]
    return ("id,cents\n" + "\n".join(lines) + "\n").encode(), amounts


def pairs(rng: random.Random) -> tuple[int, int, bytes]:
    """A slope, an offset, and a file of points on that line."""
    slope, offset = rng.randint(2, 90), rng.randint(-50, 50)
    xs = rng.sample(range(-500, 500), 30)
    lines = [f"{x},{slope * x + offset}" for x in xs]
    return slope, offset, ("x,y\n" + "\n".join(lines) + "\n").encode()
