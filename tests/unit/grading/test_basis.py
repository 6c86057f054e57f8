"""Quality counts by what works: clean code that does nothing earns nothing."""

from __future__ import annotations

import pytest

from runner.grading import grade
from runner.model import Level, Outcome, Role, Scorecard, Status
from tests.unit.grading.build import BANDS, MANUAL, RATIO, check, mark, requirement, result, rubric

COUNT = 8
NAMES = [f"r{number}" for number in range(COUNT)]


def graded(passing: int, *, annotated: float = 1.0, findings: float = 0.0) -> Scorecard:
    """The first `passing` of eight required behaviours work; the ninth is a bonus and works."""
    bonus = requirement("bonus", levels=dict.fromkeys(Level, Role.BONUS))
    outcomes = {
        name: Outcome.PASSED if number < passing else Outcome.FAILED
        for number, name in enumerate(NAMES)
    } | {"bonus": Outcome.PASSED}
    return grade(
        rubric(criteria=(BANDS, RATIO, MANUAL)),
        [*(requirement(name) for name in NAMES), bonus],
        Level.MID,
        [
            *(check(f"t::{name}", found, requirement=name) for name, found in outcomes.items()),
            check("static.types", Outcome.MEASURED, annotated_share=annotated),
            check("static.ruff", Outcome.MEASURED, findings=findings),
        ],
        (mark(4),),
        expected=[(f"t::{name}", name) for name in outcomes],
    )


@pytest.mark.parametrize(("passing", "share"), [(0, 0.0), (1, 0.5), (2, 1.0), (8, 1.0)])
def test_quality_counts_in_full_from_a_quarter_of_the_behaviour(passing: int, share: float) -> None:
    found = result(graded(passing), RATIO.id)

    assert found.earned == pytest.approx(found.points * share, abs=0.01)
    assert found.possible == pytest.approx(found.points, abs=0.01)


def test_the_reason_is_told() -> None:
    found = result(graded(1), RATIO.id)

    assert found.status is Status.PARTIAL
    assert found.summary.endswith("(counts 50%: 12% of the required behaviour works)")


def test_nothing_that_works_is_a_failure_of_quality_too() -> None:
    assert result(graded(0), RATIO.id).status is Status.FAILED
    assert graded(0).score.automatic.percent == 0


def test_what_earned_nothing_anyway_stays_as_it_was() -> None:
    assert "counts" not in result(graded(0, annotated=0.0), RATIO.id).summary


def test_a_humans_mark_is_the_humans() -> None:
    assert result(graded(0), MANUAL.id).earned == result(graded(8), MANUAL.id).earned > 0


def test_without_required_behaviour_quality_stands_alone() -> None:
    card = grade(
        rubric(criteria=(RATIO, MANUAL)),
        [requirement("bonus", levels=dict.fromkeys(Level, Role.BONUS))],
        Level.MID,
        [
            check("t::bonus", Outcome.FAILED, requirement="bonus"),
            check("static.types", Outcome.MEASURED, annotated_share=1.0),
        ],
        expected=[("t::bonus", "bonus")],
    )

    assert result(card, RATIO.id).status is Status.PASSED
