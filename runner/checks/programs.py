"""One command of a submission, from its start to its end, as the host sees it."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.sandbox import Ended, Ending, SandboxError

if TYPE_CHECKING:
    from runner.sandbox import Box, Usage

LOOK_SECONDS = 0.01
"""How often to look whether a command has ended: the resolution of its wall time."""

WHY_SHOWN = 2000
"""Characters of what a service of ours said before it broke."""

LIMITS = frozenset({Ending.TIMEOUT, Ending.MEMORY, Ending.OUTPUT})
"""Endings at a stated limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to run, for how long at most, and the mark by which its launcher ends it.

    It finds its inputs in the `slot` of that number, and writes there. A `joined` command is on the
    loopback of the service that runs, and is told where that is; any other has one of its own. That
    of the `reference` runs in the challenge's solution. One that prints the line `stop`, which is
    none when empty, is ended then.
    """

    argv: tuple[str, ...]
    seconds: float
    mark: str
    slot: int
    joined: bool = False
    reference: bool = False
    stop: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What became of a command. `ended` is its own end or that of its box, had it to be ended.

    `stopped` is whether it was ended because it said so. `usage` is None unless it was asked for;
    the engine measures about once a second, so that asking takes up to one.
    """

    ended: Ended
    output: str
    usage: Usage | None
    stopped: bool = False


def new_mark() -> str:
    """What the launcher is to print once the command has ended; nobody prints it by chance."""
    return f"takehome-{secrets.token_hex(16)}"


def until_said(box: Box, mark: str, seconds: float) -> None:
    """Wait until a box of ours has printed the mark; `SandboxError` when it does not in time."""
    expression, deadline = _line(mark), time.monotonic() + seconds
    while not _said(box, expression):
        ended = box.wait(LOOK_SECONDS)
        if ended is not None or time.monotonic() > deadline:
            how = "ended while starting" if ended else f"did not serve within {seconds:g} s"
            raise SandboxError(f"A service of ours {how}", why=box.output().text[-WHY_SHOWN:])


def finish(box: Box, command: Command, *, usage: bool) -> Finished:
    """Wait until the command in `box` has ended, then leave nothing of the box.

    The launcher says so in the box's output, which anything in the box can do as well: code
    that does ends its run early, and what it used until then is what counts. The launcher never
    ends by itself: a box that has ended all the same has not been measured to its end.
    """
    expression = _line(rf"{command.mark} (25[0-5]|2[0-4]\d|1?\d?\d)")
    stop = _line(re.escape(command.stop)) if command.stop else None
    begun = time.monotonic()
    said, ended, stopped = None, None, False
    try:
        while ended is None and not stopped:
            over = box.wait(LOOK_SECONDS)
            said = _said(box, expression)
            ended = _by_itself(said, time.monotonic() - begun) if said else over
            stopped = ended is None and stop is not None and _said(box, stop) is not None
        used = box.usage() if usage else None
        last = box.kill()
        output = box.output()
    finally:
        box.remove()
    text = re.sub(expression.pattern.decode(), "", output.text)
    if said and last.ending in (Ending.KILLED, Ending.TIMEOUT):
        # The command was done; the time that ran out was ours.
        return Finished(ended=ended or last, output=text, usage=used)
    stopped = stopped and last.ending is Ending.KILLED
    return Finished(ended=last, output=text, usage=used, stopped=stopped)


def _line(expression: str) -> re.Pattern[bytes]:
    return re.compile(rf"\n{expression}\n".encode())


def _said(box: Box, expression: re.Pattern[bytes]) -> re.Match[bytes] | None:
    output = box.output()
    return expression.search(output.head + output.tail)


def _by_itself(said: re.Match[bytes], seconds: float) -> Ended:
    return Ended(ending=Ending.EXITED, exit_code=int(said[1]), wall_seconds=seconds)
