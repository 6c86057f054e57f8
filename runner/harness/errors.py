"""The ways in which a hidden check can fail to pass."""

from __future__ import annotations


class SubjectError(Exception):
    """The subject did not do what was asked: its check fails, and nothing else.

    `limit` marks a stated ceiling that the subject hit (deadline, body size, start time).
    """

    def __init__(self, reason: str, *, limit: bool = False) -> None:
        """Keep the reason: it is shown as evidence."""
        super().__init__(reason)
        self.limit = limit


class UnservedError(SubjectError):
    """Requests were answered with a 5xx, and nothing else was wrong.

    That is a defect, or what a sound service does when the machine leaves it no time: a lock that
    is waited for so long and no longer, an upstream call that is given up.
    """


class Inconclusive(Exception):  # noqa: N818 - an answer, not an error
    """Neither clearly good nor clearly bad: the check is not measured.

    It costs nothing where a service that is known to be good fails as well (`control_failed`). Any
    other contradiction may be the submission's doing: a person looks at it.
    """

    def __init__(self, reason: str, *, control_failed: bool = False) -> None:
        """Keep the reason: it is shown as evidence."""
        super().__init__(reason)
        self.control_failed = control_failed


class HarnessError(Exception):
    """Something of ours broke; the run is void."""
