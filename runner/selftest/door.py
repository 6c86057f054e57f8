"""Attacks at the door: what the intake refuses, what it leaves out, how long it takes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from runner.errors import UsageError
from runner.selftest.submissions import arrivals
from runner.text import is_hidden

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.intake import Submission
    from runner.selftest.corpus import Attack, Corpus, Loaded

MOST_SECONDS = 20.0
"""For one archive of at most 50 MiB; an honest one takes a fraction of a second."""


def at_the_door(corpus: Corpus, loaded: Loaded) -> Iterator[str]:
    """A sentence for everything that came in and should not have, or did harm."""
    for number, arrival in enumerate(arrivals(corpus, loaded), 1):
        begun = time.monotonic()
        for problem in _judged(loaded.attack, arrival):
            yield f"number {number}: {problem}"
        seconds = time.monotonic() - begun
        if seconds > MOST_SECONDS:
            yield f"number {number}: it took {seconds:.0f} s"


def _judged(attack: Attack, arrival: Callable[[], Submission]) -> Iterator[str]:
    expect = attack.expect
    try:
        submission = arrival()
    except UsageError as error:
        if expect.outcome == "accepted":
            yield f"it is refused: {error}"
        elif expect.says not in str(error):
            yield f"it is refused for another reason: {error}"
        elif any(map(is_hidden, str(error))):
            yield "the message holds hidden characters"
        return
    if expect.outcome == "refused":
        yield "it is taken"
        return
    yield from _taken(attack, submission)


def _taken(attack: Attack, submission: Submission) -> Iterator[str]:
    left_out = {one.path for one in submission.dropped}
    for path in attack.expect.dropped:
        if path not in left_out:
            yield f"{path} is not left out"
    raised = {one.id for one in submission.alarms}
    for name in attack.expect.alarms:
        if name not in raised:
            yield f"it does not raise the alarm {name}"
