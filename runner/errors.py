"""Every failure that a user can act on.

    TakehomeError
    ├── UsageError            exit 2   a wrong argument, an unreadable submission
    ├── ChallengeError        exit 3   a challenge or rubric file is wrong (names file and key)
    ├── InfrastructureError   exit 4   Docker missing, image build, a stage of ours broke
    └── BelowThresholdError   exit 5   `--fail-under` not reached

Each carries what happened, why, and what to do; the boundary in `runner.cli` prints the
three and returns the code. Anything else that escapes is a bug of ours and exits 4 as well.
"""

from __future__ import annotations


class TakehomeError(Exception):
    """A failure that is explained to the user without a traceback.

    `what` happened, `why` (the cause as far as it is known) and what to `do` about it.
    """

    exit_code = 4

    def __init__(self, what: str, *, why: str = "", do: str = "") -> None:
        """Keep the three parts apart so that every output can lay them out its own way."""
        super().__init__(what)
        self.what = what
        self.why = why
        self.do = do

    def __str__(self) -> str:
        """One line: what, why, what to do."""
        parts = [self.what]
        if self.why:
            parts.append(f"because {self.why}")
        line = ": ".join(parts) if self.why else self.what
        return f"{line}. {self.do}" if self.do else line


class UsageError(TakehomeError):
    """The arguments or the submission cannot be used as they are."""

    exit_code = 2


class ChallengeError(TakehomeError):
    """A challenge or rubric breaks its own contract; the message names file and key."""

    exit_code = 3


class InfrastructureError(TakehomeError):
    """Something of ours broke; the run is void and costs nobody points."""

    exit_code = 4


class BelowThresholdError(TakehomeError):
    """The score asked for with `--fail-under` was not reached."""

    exit_code = 5
