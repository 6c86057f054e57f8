"""How the probes of a challenge came out in many rounds, on which services, idle and under load.

Each tally has a digest over what was tried, so that rounds of different days can stand in one file
and a reader sees which of them are of services as they are now.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from runner import kept
from runner.model import Document
from runner.tree import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from runner.catalog import LoadedChallenge, Variant


class Tally(Document):
    """How the rounds of one requirement's probes ended on one service.

    `load` says whether both cores were busy with something else, `jobs` how many services were
    tried at a time; `reason` is what the first round said that did not pass.
    """

    variant: str
    good: bool
    requirement: str
    load: bool
    jobs: int
    digest: str
    passed: int
    failed: int
    not_measured: int
    reason: str

    @property
    def rounds(self) -> int:
        """How many there were."""
        return self.passed + self.failed + self.not_measured

    @property
    def right(self) -> int:
        """In how many rounds the probes told the truth."""
        return self.passed if self.good else self.failed

    @property
    def separated(self) -> bool:
        """Whether every round told good from bad."""
        return self.right == self.rounds

    @property
    def key(self) -> tuple[str, str, bool]:
        """What a later tally has to agree in to take this one's place."""
        return self.variant, self.requirement, self.load


class Rounds(kept.Kept):
    """The tallies of one challenge."""

    tallies: tuple[Tally, ...] = ()

    def with_newer(self, tallies: Iterable[Tally]) -> Rounds:
        """These, with `tallies` in the place of older ones of the same trial."""
        known = {one.key: one for one in (*self.tallies, *tallies)}
        return Rounds(challenge=self.challenge, tallies=tuple(known[key] for key in sorted(known)))


def tried_digest(challenge: LoadedChallenge, variant: Variant) -> str:
    """sha256 (hex) over the suite and the variant: what a tally was made of."""
    return sha256(f"{challenge.suite_digest}\0{digest_of(variant.files)}".encode()).hexdigest()


def load_rounds(path: Path, challenge: str) -> Rounds:
    """The rounds in a file, none where there is no file; `UsageError` when it is another one."""
    return kept.load(path, Rounds, challenge, name="the record of rounds")


def save_rounds(path: Path, rounds: Rounds) -> None:
    """Write the file."""
    kept.save(path, rounds)
