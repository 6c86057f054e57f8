"""Checks measure and return evidence; they know no points.

A check gets a `CheckContext` and returns a `CheckResult`. One file each;
`runner.pipeline.CHECKS` lists those that a grading runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from runner.harness.messages import Control

if TYPE_CHECKING:
    from runner.model import Alarm, Challenge, Evidence, Location
    from runner.sandbox import Run

SHARED_GROUP = 10_000
"""The group through which harness and subject share volumes."""

HARNESS_USER = 10_001
SUBJECT_USER = 20_001
ANALYSER_USER = 30_001


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Progress for a human's eyes: a stage, a sentence, and k of n where that is known."""

    stage: str
    detail: str = ""
    done: int = 0
    total: int = 0
    outcome: str = ""

    @classmethod
    def tried(cls, variant: str, done: int, total: int, *, good: bool) -> Event:
        """A variant of a challenge was tried, `done` of them by now: did it come out as stated?"""
        outcome = "passed" if good else "failed"
        return cls(stage="proof", detail=variant, done=done, total=total, outcome=outcome)


OnEvent = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """An `on_event` for callers who do not watch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A service of ours that the candidate's tests are held against: path → text.

    `defect` is the sentence that says what is wrong with it, empty for the good one.
    """

    name: str
    defect: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContext:
    """What a check may use. Nothing in it runs the candidate's code on the host."""

    run: Run
    challenge: Challenge
    images: dict[str, str]
    """Image ids by role: `subject`, `harness`."""
    sources: bytes
    """The submission as an uncompressed tar made by the intake."""
    starter: bytes
    """The starter that the candidate was given, as such a tar."""
    suite: tuple[tuple[str, str], ...]
    """The hidden suite: (file name, text)."""
    expected: tuple[tuple[str, str], ...]
    """Every hidden check with its requirement, known before anything runs."""
    seed: int
    probes: tuple[str, ...] = ()
    """Those of the expected checks that are probes and come first."""
    control: Control = field(default_factory=Control)
    """What is known to be good (`runner.catalog.control`).

    A service tells a busy machine from a bad one; what the commands of a solution take is held
    beside what a submission's take.
    """
    issued_seed: int = 0
    """What the candidate's own data were made from, by the word of the manifest that came back."""
    references: tuple[Reference, ...] = ()
    """The good service first, then those with a fault; empty where tests cannot be held so."""
    solution: bytes = b""
    """The reference solution as such a tar: what a stage that breaks is tried on."""
    attempt: str = ""
    """Which try this is, where it is not the first one. Names of volumes start with it."""
    only: frozenset[str] = frozenset()
    """Ids of the evidence that is wanted; empty for all of it."""
    on_event: OnEvent = ignore
    packed: tuple[str, ...] = ()
    """Files with code in them that the intake has left out, because nobody can read them."""
    disguised: tuple[str, ...] = ()
    """Those of them whose names say that they are something else."""

    def on_reference(self, only: frozenset[str]) -> CheckContext:
        """The same check of the reference solution, in the submission's place.

        A check that needs a reference itself does without one there.
        """
        return replace(
            self,
            sources=self.solution,
            solution=b"",
            only=only,
            attempt=f"{self.attempt}reference",
            packed=(),
            disguised=(),
        )

    def once_more(self, only: frozenset[str]) -> CheckContext:
        """The same check of the same submission."""
        return replace(self, only=only, attempt=f"{self.attempt}again")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What a check found."""

    evidence: tuple[Evidence, ...]
    alarms: tuple[Alarm, ...] = ()
    routes: dict[str, Location] = field(default_factory=dict)
    """Where the submission answers a route (`POST /orders`), for pointing a reader at code."""
    tools: dict[str, str] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    changed_lines: int = 0
    missing: tuple[Location, ...] = ()
    """Imports at the start of the program that can only fail, as far as it was read."""
