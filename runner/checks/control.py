"""Tells a busy machine from a submission: an answer that did not come is tried on the reference.

Own tests and tools can fail to answer because the machine is too slow or because the submission
keeps them from it. The reference solution is tried in the same place, then the submission once
more, so that nobody loses by one bad moment and nobody gains by causing it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.model import Evidence, Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    Found = dict[str, Evidence]
    Try = Callable[[frozenset[str]], Found]

SUMMARY_CHARACTERS = 2000


def controlled(
    found: Found, doubtful: Callable[[Evidence], bool], on_reference: Try, once_more: Try
) -> Found:
    """`found` with better answers where there are any, or with the cause known to be ours.

    `doubtful` says which evidence gave no answer. `on_reference` and `once_more` try those checks
    on the reference solution and on the submission. What stays without an answer although the
    reference has one is the submission's.
    """
    open_checks = _doubtful(found, doubtful)
    if not open_checks:
        return found
    ours = _doubtful(on_reference(open_checks), doubtful) & open_checks
    left = open_checks - ours
    again = once_more(left) if left else {}
    return found | {check: _freed(found[check]) for check in ours} | again


def _doubtful(found: Found, doubtful: Callable[[Evidence], bool]) -> frozenset[str]:
    return frozenset(check for check, one in found.items() if doubtful(one))


def _freed(one: Evidence) -> Evidence:
    summary = f"on this machine the reference solution gives no answer either; {one.summary}"
    update = {"fault": Fault.INFRASTRUCTURE, "summary": summary[:SUMMARY_CHARACTERS]}
    return one.model_copy(update=update)
