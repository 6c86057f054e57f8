"""What somebody else did to a container of ours, by the engine's own record.

A service that somebody kills looks like one that crashed, and the candidate would pay for it. The
engine records every signal that it is asked to send, and by nobody but its users: what a process
does to itself, or its container's processes to each other, is not among them. So more signals than
we sent were somebody else's.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from runner.sandbox.docker_calls import explained

if TYPE_CHECKING:
    from docker import APIClient

_FOREIGN = ("pause", "update")
"""We never ask for these: a paused box runs into its deadline, an updated one has other limits."""

_MARGIN_SECONDS = 1
"""The engine records a signal after it was sent: at times after the end that it brought."""


def by_others(
    api: APIClient, container: str, state: dict[str, Any], *, signals: int
) -> tuple[str, ...]:
    """What others did to a container that has ended, of which we asked for so many `signals`.

    `state` is what the engine says about it. The engine keeps some hundred events: what it has
    forgotten is not among them.
    """
    seen = Counter(_actions(api, container, state))
    killed = ("kill",) * (seen["kill"] > signals)
    return (*killed, *(action for action in _FOREIGN if seen[action]))


def _actions(api: APIClient, container: str, state: dict[str, Any]) -> list[str]:
    found: list[str] = []
    with explained("say what was done to a container"):
        stream = api.events(
            since=math.floor(_seconds(state["StartedAt"])),
            until=math.ceil(_seconds(state["FinishedAt"])) + _MARGIN_SECONDS,
            filters={"container": container, "type": "container"},
            decode=True,
        )
        try:
            for event in stream:
                found.append(str(event.get("Action", "")))
                if found[-1] == "die":
                    break
        finally:
            stream.close()
    return found


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()
