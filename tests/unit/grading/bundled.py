"""A rubric that comes with the program, held against what its challenge could find."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from runner.catalog import load_rubric_file
from runner.catalog.documents import parse
from runner.grading import grade
from runner.model import Challenge, Evidence, Level, Measure, Outcome

if TYPE_CHECKING:
    from runner.model import Rubric, Scorecard

ROOT = Path(__file__).parents[3]


@dataclass
class Bundled:
    """`clean` is what careful work within the time box measures: check → measure → value.

    `parts` are the checks of each requirement: with two of them it can hold in part.
    """

    name: str
    description: str
    clean: dict[str, dict[str, float]]
    parts: str = "a"

    @cached_property
    def place(self) -> Path:
        return ROOT / f"rubrics/{self.name}.toml"

    @cached_property
    def rubric(self) -> Rubric:
        return load_rubric_file(self.place).rubric

    @cached_property
    def challenge(self) -> Challenge:
        return parse(Challenge, (ROOT / self.description).read_bytes(), self.description)

    @property
    def expected(self) -> tuple[tuple[str, str], ...]:
        requirements = self.challenge.requirements
        return tuple((f"t::{one.id}-{part}", one.id) for one in requirements for part in self.parts)

    def static(self, **changed: dict[str, float]) -> list[Evidence]:
        """Evidence of every check in `clean`; `frames={"rowwise": 3}` changes one number."""
        return [
            Evidence(
                check=check,
                outcome=Outcome.MEASURED,
                summary="found",
                measures=tuple(
                    Measure(name=name, value=value)
                    for name, value in (measures | changed.get(check.partition(".")[2], {})).items()
                ),
            )
            for check, measures in self.clean.items()
        ]

    def unmeasured(self) -> list[Evidence]:
        """What the checks say of somebody who wrote nothing."""
        return [
            Evidence(check=check, outcome=Outcome.NOT_MEASURED, summary="too little")
            for check in self.clean
        ]

    def behaviour(self, failed: str = "", *, parts: str | None = None) -> list[Evidence]:
        """All requirements hold but those whose id matches `failed`, which fail in `parts`."""
        lost = self.parts if parts is None else parts
        return [
            Evidence(
                check=check,
                requirement=requirement,
                outcome=Outcome.FAILED
                if failed and re.fullmatch(failed, requirement) and check[-1] in lost
                else Outcome.PASSED,
                summary="found",
            )
            for check, requirement in self.expected
        ]

    def judged(self, evidence: list[Evidence], level: Level = Level.SENIOR) -> Scorecard:
        return grade(
            self.rubric, self.challenge.requirements, level, evidence, expected=self.expected
        )


BACKEND = Bundled(
    name="backend",
    description="challenges/backend/orders-api/challenge.toml",
    clean={
        "static.ruff": {"findings_per_kloc": 0.0},
        "static.mypy": {"errors_per_kloc": 0.0},
        "static.types": {"annotated_share": 1.0},
        "static.complexity": {"worst": 5.0},
        "static.suppressions": {"per_kloc": 1.3},
        "static.modern": {"per_kloc": 0.0},
        "static.format": {"unformatted_share": 0.0},
        "static.docstrings": {"documented_share": 1.0},
        "static.packaging": {"signals_share": 1.0},
        "static.notes": {"sections_filled_share": 1.0},
        "tests.coverage": {"covered_share": 0.92, "tests_failing": 0.0},
        "tests.faults": {"caught_share": 0.8},
        "tests.mutants": {"noticed_share": 0.6},
        "static.tests": {
            "tests": 21.0,
            "tests_per_changed_kloc": 27.8,
            "negative_tests": 13.0,
            "sound_share": 1.0,
        },
    },
)
DATASCI = Bundled(
    name="datasci",
    description="challenges/datasci/sales-analysis/challenge.toml",
    clean={
        "static.ruff": {"findings_per_kloc": 0.0},
        "static.mypy": {"errors_per_kloc": 0.0},
        "static.types": {"annotated_share": 1.0},
        "static.complexity": {"worst": 7.0},
        "static.frames": {"findings": 0.0, "per_kloc": 0.0, "rowwise": 0.0},
        "static.suppressions": {"per_kloc": 1.3},
        "static.modern": {"per_kloc": 0.0},
        "static.format": {"unformatted_share": 0.0},
        "static.docstrings": {"documented_share": 1.0},
        "static.packaging": {"signals_share": 1.0},
        "static.notes": {"sections_filled_share": 1.0},
        "static.tests": {"tests": 14.0, "sound_share": 1.0},
        "tests.coverage": {"covered_share": 0.9, "tests_failing": 0.0},
        "tests.mutants": {"noticed_share": 0.7},
    },
    parts="ab",
)
MLE = Bundled(
    name="mle",
    description="challenges/mle/churn-model/challenge.toml",
    clean=DATASCI.clean
    | {
        "static.tests": {"tests": 12.0, "sound_share": 1.0},
        "tests.coverage": {"covered_share": 0.9, "tests_failing": 0.0},
    },
    parts="ab",
)
BUNDLED = (BACKEND, DATASCI, MLE)
