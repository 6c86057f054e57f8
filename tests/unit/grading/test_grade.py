"""What becomes of each kind of evidence."""

from __future__ import annotations

import pytest

from runner.grading import grade
from runner.model import (
    Evidence,
    Fault,
    HumanMark,
    Level,
    Measure,
    Outcome,
    Role,
    Scorecard,
    Status,
)
from tests.unit.grading.build import (
    BANDS,
    FLOOR,
    MANUAL,
    RATIO,
    check,
    mark,
    ours,
    requirement,
    result,
    rubric,
)

PASSED, FAILED, MEASURED = Outcome.PASSED, Outcome.FAILED, Outcome.MEASURED
NOT_MEASURED, ERRORED = Outcome.NOT_MEASURED, Outcome.ERRORED
A = requirement("a")


def graded(
    *evidence: Evidence,
    expected: tuple[tuple[str, str], ...] = (("t::1", "a"),),
    marks: tuple[HumanMark, ...] = (),
) -> Scorecard:
    return grade(rubric(), [A], Level.MID, evidence, marks, expected=expected)


def outcomes(*found: Outcome, fault: Fault = Fault.INFRASTRUCTURE) -> Scorecard:
    """One check for each outcome; `fault` is the cause of those without a verdict."""
    names = [f"t::{number}" for number in range(len(found))]
    causes = [fault if one in (NOT_MEASURED, ERRORED) else None for one in found]
    return graded(
        *(
            check(name, one, fault=cause)
            for name, one, cause in zip(names, found, causes, strict=True)
        ),
        expected=tuple((name, "a") for name in names),
    )


# ------------------------------------------------------------------ requirements


@pytest.mark.parametrize(
    ("found", "status", "earned", "possible"),
    [
        ([PASSED], Status.PASSED, 60, 60),
        ([PASSED, PASSED], Status.PASSED, 60, 60),
        ([FAILED], Status.FAILED, 0, 60),
        ([PASSED, FAILED], Status.PARTIAL, 30, 60),
        ([PASSED, FAILED, FAILED], Status.PARTIAL, 20, 60),
        ([NOT_MEASURED, NOT_MEASURED], Status.NOT_MEASURED, 0, 0),
        ([PASSED, NOT_MEASURED], Status.PARTIAL, 30, 30),
        ([PASSED, NOT_MEASURED, FAILED], Status.PARTIAL, 20, 40),
        ([FAILED, NOT_MEASURED], Status.FAILED, 0, 30),
    ],
)
def test_a_requirement_earns_the_share_of_its_checks(
    found: list[Outcome], status: Status, earned: float, possible: float
) -> None:
    line = result(outcomes(*found), "a")

    assert (line.status, line.earned, line.possible) == (status, earned, possible)


def test_summaries_say_how_many_and_what_the_first_failure_found() -> None:
    assert result(outcomes(PASSED), "a").summary == "The check passed."
    assert result(outcomes(PASSED, PASSED), "a").summary == "All 2 checks passed."
    assert result(outcomes(FAILED), "a").summary == "t::0 failed."
    assert (
        result(outcomes(PASSED, NOT_MEASURED, FAILED), "a").summary
        == "1 of 3 checks failed: t::2 failed."
    )
    assert (
        result(outcomes(PASSED, NOT_MEASURED), "a").summary
        == "1 of 2 checks could not be settled: t::1 not_measured."
    )


@pytest.mark.parametrize(
    ("faults", "fault"),
    [
        ([None], Fault.CANDIDATE),
        ([Fault.CANDIDATE, Fault.LIMIT], Fault.CANDIDATE),
        ([Fault.LIMIT, Fault.LIMIT], Fault.LIMIT),
    ],
)
def test_a_limit_is_the_fault_only_when_nothing_else_was(
    faults: list[Fault | None], fault: Fault
) -> None:
    card = graded(
        *(check(f"t::{place}", FAILED, fault=one) for place, one in enumerate(faults)),
        expected=tuple((f"t::{place}", "a") for place in range(len(faults))),
    )

    assert result(card, "a").fault is fault


def test_without_a_failure_the_fault_is_what_kept_the_rest_from_being_measured() -> None:
    unsettled = check("t::1", NOT_MEASURED, fault=Fault.INFRASTRUCTURE)

    assert result(outcomes(PASSED), "a").fault is None
    assert result(outcomes(PASSED, NOT_MEASURED), "a").fault is Fault.INFRASTRUCTURE
    assert result(graded(unsettled), "a").fault is Fault.INFRASTRUCTURE


@pytest.mark.parametrize(
    ("evidence", "fault", "says"),
    [
        ([ours("t::1", ERRORED)], Fault.INFRASTRUCTURE, "t::1 errored"),
        ([check("t::1", ERRORED, fault=Fault.CHALLENGE)], Fault.CHALLENGE, "t::1 errored"),
        ([check("t::1", FAILED, fault=Fault.INFRASTRUCTURE)], Fault.INFRASTRUCTURE, "t::1 failed"),
        ([check("t::1", FAILED, fault=Fault.CHALLENGE)], Fault.CHALLENGE, "t::1 failed"),
        ([check("t::9", PASSED)], Fault.INFRASTRUCTURE, "without a result"),
        ([check("t::1", PASSED)] * 2, Fault.INFRASTRUCTURE, "2 times"),
        ([check("t::1", PASSED, requirement="b")], Fault.INFRASTRUCTURE, "another requirement"),
        ([check("t::1", MEASURED)], Fault.INFRASTRUCTURE, "numbers where a verdict is due"),
    ],
)
def test_our_own_faults_void_the_run(evidence: list[Evidence], fault: Fault, says: str) -> None:
    card = graded(*evidence)

    line = result(card, "a")
    assert (line.status, line.fault) == (Status.ERRORED, fault)
    assert says in line.summary
    assert says.rstrip(".") in card.advice.text
    assert card.outcome == "void"


def test_a_requirement_without_any_check_voids_the_run() -> None:
    card = graded(check("t::1", PASSED), expected=())

    assert card.outcome == "void"
    assert result(card, "a").fault is Fault.CHALLENGE


def test_no_evidence_voids_the_run() -> None:
    card = grade(rubric(), [], Level.MID, [], expected=())

    assert card.outcome == "void"
    assert "no evidence" in card.advice.text


def test_a_void_run_judges_nothing() -> None:
    card = graded(
        ours("t::1", ERRORED), check("static.ruff", MEASURED, findings=0), marks=(mark(4),)
    )

    assert card.score.automatic.possible == card.score.automatic.earned == 0
    assert card.score.manual.possible == 0
    assert all(one.possible == one.pending == 0 for one in card.score.categories)
    assert all(one.earned == one.possible == 0 for one in card.criteria)
    assert result(card, BANDS.id).status is Status.PASSED


def test_the_advice_of_a_void_run_names_each_cause_once_and_three_at_most() -> None:
    requirements = [requirement(f"r{number}") for number in range(6)]
    card = grade(
        rubric(),
        requirements,
        Level.MID,
        [
            ours(f"t::{one.id}", ERRORED).model_copy(update={"summary": f"Cause {place // 2}."})
            for place, one in enumerate(requirements)
        ],
        expected=[(f"t::{one.id}", one.id) for one in requirements],
    )
    assert "judged: 6. Cause: Cause 0; Cause 1; Cause 2. Grade" in card.advice.text

    card = grade(
        rubric(),
        requirements,
        Level.MID,
        [
            ours(f"t::{one.id}", ERRORED).model_copy(update={"summary": f"Cause {place}."})
            for place, one in enumerate(requirements)
        ],
        expected=[(f"t::{one.id}", one.id) for one in requirements],
    )
    assert "Cause 2; and 3 more causes." in card.advice.text


def test_an_error_in_a_bonus_voids_nothing() -> None:
    bonus = requirement("b", levels={Level.MID: Role.BONUS})
    card = grade(
        rubric(),
        [A, bonus],
        Level.MID,
        [check("t::1", PASSED), ours("t::2", ERRORED)],
        expected=[("t::1", "a"), ("t::2", "b")],
    )

    assert card.outcome == "graded"
    assert result(card, "b").status is Status.ERRORED
    assert card.score.bonus.possible == 0


def test_a_bonus_counts_in_the_bonus_total_only() -> None:
    bonus = requirement("b", levels={Level.MID: Role.BONUS})
    card = grade(
        rubric(criteria=()),
        [A, bonus],
        Level.MID,
        [check("t::1", FAILED), check("t::2", PASSED)],
        expected=[("t::1", "a"), ("t::2", "b")],
    )

    assert (card.score.automatic.earned, card.score.automatic.possible) == (0, 60)
    assert (card.score.bonus.earned, card.score.bonus.percent) == (30, 100)
    assert sum(one.earned for one in card.score.categories) == 0


# ---------------------------------------------------------------------- withheld


@pytest.mark.parametrize("fault", [Fault.CANDIDATE, Fault.LIMIT])
@pytest.mark.parametrize(
    ("found", "status", "earned", "withheld"),
    [
        ([NOT_MEASURED], Status.NOT_MEASURED, 0, 60),
        ([ERRORED], Status.NOT_MEASURED, 0, 60),
        ([PASSED, NOT_MEASURED], Status.PARTIAL, 30, 30),
        ([PASSED, ERRORED, FAILED], Status.PARTIAL, 20, 20),
        ([FAILED, ERRORED], Status.FAILED, 0, 30),
    ],
)
def test_what_a_submission_may_have_caused_stays_possible_and_earns_nothing(
    found: list[Outcome], status: Status, earned: float, withheld: float, fault: Fault
) -> None:
    card = outcomes(*found, fault=fault)
    line = result(card, "a")

    assert card.outcome == "graded"
    assert (line.status, line.earned, line.possible) == (status, earned, 60)
    assert line.withheld == card.score.withheld == withheld
    assert line.fault in (Fault.CANDIDATE, fault)


def test_a_cause_that_nobody_states_frees_nothing() -> None:
    card = graded(check("t::1", NOT_MEASURED), check("static.types", ERRORED))

    assert (result(card, "a").withheld, result(card, RATIO.id).withheld) == (60, 8)
    assert result(card, "a").fault is Fault.CANDIDATE
    assert card.outcome == "graded"


def test_a_mark_of_a_person_decides_what_was_withheld() -> None:
    def marked(*values: int) -> Scorecard:
        return graded(
            check("t::1", PASSED),
            check("t::2", NOT_MEASURED),
            expected=(("t::1", "a"), ("t::2", "a")),
            marks=tuple(mark(value, criterion="a") for value in values),
        )

    assert [result(marked(n), "a").earned for n in range(5)] == [30, 37.5, 45, 52.5, 60]
    assert {result(marked(n), "a").possible for n in range(5)} == {60}
    assert result(marked(0, 4), "a").status is Status.PASSED
    assert result(marked(4), "a").fault is None
    assert result(marked(2), "a").summary.endswith("2 of 4 by Ada: Read it.")


def test_a_mark_changes_nothing_that_was_judged() -> None:
    card = graded(check("t::1", FAILED), marks=(mark(4, criterion="a"),))

    assert result(card, "a").earned == 0


# ---------------------------------------------------------------------- measures


@pytest.mark.parametrize(
    ("name", "evidence", "status", "earned", "possible"),
    [
        (BANDS.id, check("static.ruff", MEASURED, findings=5), Status.PASSED, 16, 16),
        (BANDS.id, check("static.ruff", MEASURED, findings=5.01), Status.PARTIAL, 9.6, 16),
        (BANDS.id, check("static.ruff", MEASURED, findings=11), Status.FAILED, 0, 16),
        (FLOOR.id, check("static.tests", MEASURED, tests=10), Status.PASSED, 8, 8),
        (FLOOR.id, check("static.tests", MEASURED, tests=9), Status.PARTIAL, 4, 8),
        (FLOOR.id, check("static.tests", MEASURED, tests=0), Status.FAILED, 0, 8),
        (RATIO.id, check("static.types", MEASURED, annotated_share=0.5), Status.PARTIAL, 4, 8),
        (RATIO.id, check("static.types", MEASURED, annotated_share=1), Status.PASSED, 8, 8),
        (RATIO.id, check("static.types", MEASURED, annotated_share=0), Status.FAILED, 0, 8),
        (RATIO.id, check("static.types", PASSED, annotated_share=1), Status.PASSED, 8, 8),
        (RATIO.id, ours("static.types", NOT_MEASURED), Status.NOT_MEASURED, 0, 0),
        (RATIO.id, check("static.types", FAILED), Status.FAILED, 0, 8),
        (RATIO.id, ours("static.types", ERRORED), Status.ERRORED, 0, 0),
        (RATIO.id, check("static.types", MEASURED), Status.ERRORED, 0, 0),
        (RATIO.id, check("static.types", MEASURED, annotated_share=1.2), Status.NOT_MEASURED, 0, 8),
        (RATIO.id, check("static.types", MEASURED, annotated_share=-1), Status.NOT_MEASURED, 0, 8),
        (RATIO.id, check("other", MEASURED), Status.NOT_MEASURED, 0, 0),
    ],
)
def test_a_measure_earns_its_share(
    name: str, evidence: Evidence, status: Status, earned: float, possible: float
) -> None:
    line = result(graded(check("t::1", PASSED), evidence), name)

    assert (line.status, line.earned, line.possible) == (status, earned, possible)


def test_an_error_of_ours_in_a_measure_voids_the_run_as_well() -> None:
    card = graded(check("t::1", PASSED), ours("static.types", ERRORED))

    assert card.outcome == "void"
    assert result(card, RATIO.id).fault is Fault.INFRASTRUCTURE
    assert "static.types errored" in card.advice.text


def test_a_number_given_twice_is_not_usable() -> None:
    twice = check("static.types", MEASURED).model_copy(
        update={"measures": (Measure(name="annotated_share", value=1),) * 2}
    )

    assert result(graded(twice, check("t::1", PASSED)), RATIO.id).status is Status.ERRORED


def test_evidence_given_twice_is_not_usable() -> None:
    pair = [check("static.types", MEASURED, annotated_share=share) for share in (0, 1)]

    line = result(graded(*pair, check("t::1", PASSED)), RATIO.id)

    assert (line.status, line.fault) == (Status.ERRORED, Fault.INFRASTRUCTURE)


def test_unreadable_sources_are_the_candidates_fault() -> None:
    line = result(graded(check("t::1", PASSED), check("static.types", FAILED)), RATIO.id)

    assert line.fault is Fault.CANDIDATE


# ------------------------------------------------------------------------ humans


def test_a_manual_criterion_waits_and_leaves_the_automatic_score_alone() -> None:
    card = graded(check("t::1", PASSED))

    assert result(card, MANUAL.id).status is Status.PENDING
    assert (card.score.manual.pending, card.score.manual.possible) == (1, 8)
    assert card.score.automatic.percent == 100
    assert card.score.categories[1].pending == 8


def test_the_last_mark_counts() -> None:
    card = graded(
        check("t::1", PASSED),
        marks=(mark(4, author="Ada"), mark(1, criterion="other"), mark(3, author="Bo")),
    )

    line = result(card, MANUAL.id)
    assert (line.status, line.earned) == (Status.PARTIAL, 6)
    assert line.summary == "3 of 4 by Bo: Read it."
    assert (card.score.manual.pending, card.score.manual.earned) == (0, 6)
    assert card.score.categories[1].pending == 0


@pytest.mark.parametrize(("value", "status"), [(0, Status.FAILED), (4, Status.PASSED)])
def test_the_ends_of_the_marking_scale(value: int, status: Status) -> None:
    card = graded(check("t::1", PASSED), marks=(mark(value),))

    assert result(card, MANUAL.id).status is status
