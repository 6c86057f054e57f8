"""One command of a submission, from its start to its end, as the host sees it."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.sandbox import Ended, Ending

if TYPE_CHECKING:
    from runner.sandbox import Box, Usage

LOOK_SECONDS = 0.01
"""How often to look whether a command has ended: the resolution of its wall time."""

LIMITS = frozenset({Ending.TIMEOUT, Ending.MEMORY, Ending.OUTPUT})
"""Endings at a stated limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to run, for how long at most, and the mark by which its launcher ends it.

    A `joined` command is on the harness's loopback, any other on one of its own. That of the
    `reference` runs in the challenge's solution.
    """

    argv: tuple[str, ...]
    seconds: float
    mark: str
    joined: bool = False
    reference: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What became of a command. `ended` is its own end or that of its box, had it to be ended.

    `usage` is None unless it was asked for; the engine measures about once a second, so that
    asking takes up to one.
    """

    ended: Ended
    output: str
    usage: Usage | None


def new_mark() -> str:
    """What the launcher is to print once the command has ended; nobody prints it by chance."""
    return f"takehome-{secrets.token_hex(16)}"


def finish(box: Box, mark: str, *, usage: bool) -> Finished:
    """Wait until the command in `box` has ended, then leave nothing of the box.

    The launcher says so in the box's output, which anything in the box can do as well: code
    that does ends its run early, and what it used until then is what counts. The launcher never
    ends by itself: a box that has ended all the same has not been measured to its end.
    """
    expression = re.compile(rf"\n{mark} (25[0-5]|2[0-4]\d|1?\d?\d)\n".encode())
    begun = time.monotonic()
    said, ended = None, None
    try:
        while ended is None:
            over = box.wait(LOOK_SECONDS)
            said = _said(box, expression)
            ended = _by_itself(said, time.monotonic() - begun) if said else over
        used = box.usage() if usage else None
        last = box.kill()
        output = box.output()
    finally:
        box.remove()
    text = re.sub(expression.pattern.decode(), "", output.text)
    if said and last.ending in (Ending.KILLED, Ending.TIMEOUT):
        # The command was done; the time that ran out was ours.
        return Finished(ended=ended, output=text, usage=used)
    return Finished(ended=last, output=text, usage=used)


def _said(box: Box, expression: re.Pattern[bytes]) -> re.Match[bytes] | None:
    output = box.output()
    return expression.search(output.head + output.tail)


def _by_itself(said: re.Match[bytes], seconds: float) -> Ended:
    return Ended(ending=Ending.EXITED, exit_code=int(said[1]), wall_seconds=seconds)
