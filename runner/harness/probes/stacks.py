"""A hint where an event loop is stuck: what the candidate's process printed, read carefully."""

from __future__ import annotations

import re

from runner.harness.messages import SuitePlace

SETTLE_SECONDS = 0.2
"""How long a process gets to reach its blocking call, and to print where it is."""

_DUMP = "(most recent call first):"
_FRAME = re.compile(r'^  File "/src/([\w./-]{1,200})", line (\d{1,6}) in (\w{1,80})$', re.MULTILINE)
_NOTE = "hint, printed by the candidate's process: the event loop was stuck here"


def blocked_at(output: str) -> list[SuitePlace]:
    """The innermost frame of the submission in the last stack that was printed, if any."""
    _, found, dump = output.rpartition(_DUMP)
    frame = _FRAME.search(dump) if found else None
    if frame is None or ".." in frame[1]:
        return []
    return [SuitePlace(path=frame[1], line=int(frame[2]), note=f"{_NOTE} ({frame[3]})")]
