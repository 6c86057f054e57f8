"""What the tool promises, and what came of trying to break it: the report of a self-test."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

from pydantic import Field

from runner.model import Isolation
from runner.model.base import Document, Finite

SCHEMA_VERSION: Final = 1


class Guarantee(StrEnum):
    """One promise. Its words are in `PROMISES`."""

    HONEST = "honest"
    VERDICT = "verdict"
    EVIDENCE = "evidence"
    JUDGE = "judge"
    SECRETS = "secrets"
    NETWORK = "network"
    HOST = "host"
    PRIVILEGES = "privileges"
    LIMITS = "limits"
    APART = "apart"
    LEFTOVERS = "leftovers"
    INTAKE = "intake"
    REPORTS = "reports"


PROMISES: Final = {
    Guarantee.HONEST: "honest work is graded in full",
    Guarantee.VERDICT: "a verdict cannot be forged",
    Guarantee.EVIDENCE: "nothing is gained by fooling or breaking a measurement",
    Guarantee.JUDGE: "no answer voids or hangs the judge",
    Guarantee.SECRETS: "hidden tests and expected values cannot be read",
    Guarantee.NETWORK: "there is no network but a loopback",
    Guarantee.HOST: "no file, secret or engine of the host is in reach",
    Guarantee.PRIVILEGES: "code has no privilege and sees little of the kernel",
    Guarantee.LIMITS: "limits hold, and what hits one is stopped",
    Guarantee.APART: "two gradings do not meet",
    Guarantee.LEFTOVERS: "nothing is left behind",
    Guarantee.INTAKE: "a hostile archive is refused or made harmless",
    Guarantee.REPORTS: "reports are safe to open, print and send",
}


class Verdict(StrEnum):
    """What became of an attack, or of a promise. `UNKNOWN`: it could not be tried to its end."""

    HELD = "held"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Tried(Document):
    """One attack and what became of it. `problems` are sentences, none when it held.

    They may quote text of an attack: whoever shows them makes it visible first.
    """

    attack: str
    title: str
    guarantee: Guarantee
    verdict: Verdict
    problems: tuple[str, ...] = ()
    seconds: Finite = 0.0


class Kept(Document):
    """One promise: whether it held, and which attacks speak for that."""

    guarantee: Guarantee
    title: str
    verdict: Verdict
    attacks: tuple[str, ...]
    against: tuple[str, ...] = ()
    """The attacks that got through, or could not be tried."""


class Report(Document):
    """The outcome of one self-test."""

    schema_version: Literal[1] = SCHEMA_VERSION
    takehome: str
    quick: bool
    isolation: Isolation
    seconds: Finite
    guarantees: tuple[Kept, ...]
    tried: tuple[Tried, ...] = Field(default=())

    @property
    def holds(self) -> bool:
        """Whether every promise that was tried holds."""
        return bool(self.guarantees) and all(one.verdict is Verdict.HELD for one in self.guarantees)


def kept(tried: tuple[Tried, ...]) -> tuple[Kept, ...]:
    """The promises that anything was tried against, in their order."""
    found = ((one, [each for each in tried if each.guarantee is one]) for one in Guarantee)
    return tuple(_kept(guarantee, attacks) for guarantee, attacks in found if attacks)


def _kept(guarantee: Guarantee, attacks: list[Tried]) -> Kept:
    verdicts = {each.verdict for each in attacks}
    worst = next(one for one in (Verdict.BROKEN, Verdict.UNKNOWN, Verdict.HELD) if one in verdicts)
    return Kept(
        guarantee=guarantee,
        title=PROMISES[guarantee],
        verdict=worst,
        attacks=tuple(each.attack for each in attacks),
        against=tuple(each.attack for each in attacks if each.verdict is not Verdict.HELD),
    )
