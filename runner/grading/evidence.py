"""Evidence by check id, with what the run was expected to deliver."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from runner.grading.verdict import OURS
from runner.model import Evidence, Fault, Measure, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All evidence of a run. `expected` maps a requirement to its check ids, in order."""

    found: dict[str, tuple[Evidence, ...]]
    expected: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, evidence: Iterable[Evidence], expected: Iterable[tuple[str, str]]) -> Self:
        """File `evidence` under its check ids; copies are sorted so that order is no input."""
        found: defaultdict[str, list[Evidence]] = defaultdict(list)
        for one in evidence:
            found[one.check].append(one)
        wanted: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for check, requirement in expected:
            wanted[requirement][check] = None
        return cls(
            found={
                check: tuple(sorted(copies, key=Evidence.model_dump_json))
                for check, copies in found.items()
            },
            expected={requirement: tuple(checks) for requirement, checks in wanted.items()},
        )

    def for_requirement(self, requirement: str) -> tuple[Evidence, ...]:
        """One sound piece of evidence for every check that `requirement` was promised.

        What is missing, doubled, misfiled or without a verdict becomes `errored` evidence
        that says so: it is our fault, never a pass and never the candidate's loss.
        """
        return tuple(
            self._sound(check, requirement) for check in self.expected.get(requirement, ())
        )

    def _sound(self, check: str, requirement: str) -> Evidence:
        copies = self.found.get(check, ())
        if not copies:
            return _broken(check, requirement, "The run ended without a result of this check.")
        if len(copies) > 1:
            return _broken(check, requirement, f"The run reported this check {len(copies)} times.")
        one = copies[0]
        if one.requirement not in (None, requirement):
            return _broken(check, requirement, "The result names another requirement.")
        if one.outcome is Outcome.MEASURED:
            return _broken(check, requirement, "The check gave numbers where a verdict is due.")
        return _ours(one)

    def for_measure(self, check: str) -> Evidence | None:
        """The one piece of evidence of `check`; None when the run had no such check."""
        copies = self.found.get(check, ())
        if len(copies) > 1:
            return _broken(check, None, f"The run reported this check {len(copies)} times.")
        return _ours(copies[0]) if copies else None


def measured(evidence: Evidence, name: str) -> Measure | None:
    """The measure called `name`; None unless the evidence has it exactly once."""
    named: Sequence[Measure] = [one for one in evidence.measures if one.name == name]
    return named[0] if len(named) == 1 else None


def _ours(evidence: Evidence) -> Evidence:
    """A failure that is our fault is an error, whatever the check called it."""
    if evidence.outcome is Outcome.FAILED and evidence.fault in OURS:
        return evidence.model_copy(update={"outcome": Outcome.ERRORED})
    return evidence


def _broken(check: str, requirement: str | None, why: str) -> Evidence:
    return Evidence(
        check=check,
        outcome=Outcome.ERRORED,
        fault=Fault.INFRASTRUCTURE,
        requirement=requirement,
        summary=why,
    )
