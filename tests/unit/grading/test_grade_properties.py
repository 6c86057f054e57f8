"""Laws of grading that hold for any evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.grading import grade
from runner.model import (
    Evidence,
    Fault,
    FlagRule,
    Gate,
    HumanMark,
    Level,
    Measure,
    Outcome,
    Requirement,
    Role,
    Scorecard,
    Status,
)
from tests.unit.grading.build import check, mark, requirement, rubric

RUBRIC = rubric(
    gates=[Gate(id="g", title="Gate", levels=tuple(Level), criteria=("r0", "r1"))],
    flags=[
        FlagRule(id="f", kind="red", title="Red", criterion="r0", status=Status.FAILED),
        FlagRule(
            id="m", kind="green", title="Green", check="static.tests", measure="tests", at_least=1
        ),
    ],
)
UNSETTLED = (Outcome.FAILED, Outcome.NOT_MEASURED, Outcome.ERRORED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Arguments of `grade`, apart from the rubric."""

    requirements: tuple[Requirement, ...]
    evidence: tuple[Evidence, ...]
    expected: tuple[tuple[str, str], ...]
    marks: tuple[HumanMark, ...] = ()

    def grade(self) -> Scorecard:
        """The scorecard at level mid."""
        return grade(
            RUBRIC,
            self.requirements,
            Level.MID,
            self.evidence,
            self.marks,
            expected=self.expected,
        )


@st.composite
def runs(draw: st.DrawFn, outcomes: tuple[Outcome, ...] = tuple(Outcome)) -> Run:
    roles = draw(st.lists(st.sampled_from(Role), min_size=1, max_size=5))
    judged = not {Outcome.NOT_MEASURED, Outcome.ERRORED} & {*outcomes}
    faults = [None, Fault.LIMIT] + [Fault.INFRASTRUCTURE] * (not judged)
    requirements = tuple(
        requirement(f"r{place}", weight=draw(st.integers(1, 10)), levels={Level.MID: role})
        for place, role in enumerate(roles)
    )
    expected = tuple(
        (f"{one.id}::{test}", one.id)
        for one in requirements
        for test in range(draw(st.integers(1, 4)))
    )
    evidence = [
        check(
            test,
            draw(st.sampled_from(outcomes)),
            requirement=owner,
            fault=draw(st.sampled_from(faults)),
        )
        for test, owner in expected
    ]
    for name, measure, top in [
        ("static.ruff", "findings", 20),
        ("static.tests", "tests", 20),
        ("static.types", "annotated_share", 1),
    ]:
        if draw(st.booleans()):
            value = draw(st.floats(0, top))
            evidence.append(
                check(name, Outcome.MEASURED).model_copy(
                    update={"measures": (Measure(name=measure, value=value),)}
                )
            )
    marks = tuple(mark(value) for value in draw(st.lists(st.integers(0, 4), max_size=2)))
    return Run(requirements=requirements, evidence=tuple(evidence), expected=expected, marks=marks)


def hundredths(points: float) -> int:
    whole = round(points * 100)
    assert points == whole / 100
    return whole


@given(run=runs())
def test_totals_add_up(run: Run) -> None:
    card = run.grade()
    score = card.score
    lines = [one for one in card.criteria if one.role is Role.REQUIRED]

    earned = sum(hundredths(one.earned) for one in score.categories)
    possible = sum(hundredths(one.possible + one.pending) for one in score.categories)
    assert earned == hundredths(score.automatic.earned) + hundredths(score.manual.earned)
    assert possible == hundredths(score.automatic.possible) + hundredths(score.manual.possible)
    assert earned == sum(hundredths(one.earned) for one in lines)
    for category in RUBRIC.categories:
        worth = sum(hundredths(one.points) for one in lines if one.category == category.id)
        assert worth in (0, category.points[Level.MID] * 100)


@given(run=runs())
def test_every_number_stays_in_its_bounds(run: Run) -> None:
    card = run.grade()

    assert 0 <= card.score.automatic.percent <= 100
    assert 0 <= card.score.bonus.percent <= 100
    for one in card.criteria:
        assert 0 <= one.earned <= one.possible <= one.points
        if one.status in {Status.FAILED, Status.ERRORED}:
            assert one.fault is not None
        if one.status in {Status.PASSED, Status.PENDING}:
            assert one.fault is None


@given(run=runs(), data=st.data())
def test_the_order_of_the_evidence_is_no_input(run: Run, data: st.DataObject) -> None:
    shuffled = replace(run, evidence=tuple(data.draw(st.permutations(run.evidence))))

    assert shuffled.grade() == run.grade()


CAUSED = st.sampled_from([None, Fault.CANDIDATE, Fault.LIMIT])
WITHOUT_A_VERDICT = st.sampled_from([Outcome.NOT_MEASURED, Outcome.ERRORED])
BANDS_UP = ["Too little was measured", "Weak", "Mixed", "Strong"]


def replaced(run: Run, place: int, **changes: object) -> Run:
    """`run` with other words in one piece of its evidence."""
    evidence = list(run.evidence)
    evidence[place] = evidence[place].model_copy(update=changes)
    return replace(run, evidence=tuple(evidence))


@given(run=runs(outcomes=(Outcome.PASSED, Outcome.FAILED)), data=st.data())
def test_whatever_a_submission_breaks_is_worth_no_more_than_failing(
    run: Run, data: st.DataObject
) -> None:
    places = data.draw(st.sets(st.sampled_from(range(len(run.evidence))), min_size=1))
    failed = broken = run
    for place in places:
        failed = replaced(failed, place, outcome=Outcome.FAILED, fault=Fault.CANDIDATE)
        broken = replaced(
            broken, place, outcome=data.draw(WITHOUT_A_VERDICT), fault=data.draw(CAUSED)
        )

    honest, attacked = failed.grade(), broken.grade()

    assert attacked.outcome == "graded"
    assert attacked.score.automatic == honest.score.automatic
    assert attacked.score.bonus == honest.score.bonus
    assert BANDS_UP.index(attacked.advice.title) <= BANDS_UP.index(honest.advice.title)


@given(run=runs(outcomes=(Outcome.PASSED, Outcome.FAILED)), data=st.data())
def test_no_submission_gains_by_what_it_breaks(run: Run, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(range(len(run.evidence))))
    broken = replaced(run, place, outcome=data.draw(WITHOUT_A_VERDICT), fault=data.draw(CAUSED))

    honest, attacked = run.grade(), broken.grade()

    assert attacked.outcome == "graded"
    assert attacked.score.automatic.percent <= honest.score.automatic.percent
    assert BANDS_UP.index(attacked.advice.title) <= BANDS_UP.index(honest.advice.title)
    kept = {one.id for one in honest.gates if one.status == "passed"}
    assert {one.id for one in attacked.gates if one.status == "passed"} <= kept


@given(run=runs(), data=st.data())
def test_a_fault_that_only_we_can_cause_costs_nothing(run: Run, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(range(len(run.evidence))))
    spoiled = replaced(run, place, outcome=Outcome.NOT_MEASURED, fault=Fault.INFRASTRUCTURE)
    lost = replaced(run, place, outcome=Outcome.FAILED, fault=Fault.CANDIDATE)

    assert spoiled.grade().score.automatic.percent >= lost.grade().score.automatic.percent


@given(run=runs(), data=st.data())
def test_passing_one_more_check_never_costs_anything(run: Run, data: st.DataObject) -> None:
    open_checks = [place for place, one in enumerate(run.evidence) if one.outcome in UNSETTLED]
    if not open_checks:
        return
    place = data.draw(st.sampled_from(open_checks))
    better = list(run.evidence)
    better[place] = check(better[place].check, Outcome.PASSED)

    before, after = run.grade(), replace(run, evidence=tuple(better)).grade()

    assert after.score.automatic.earned >= before.score.automatic.earned
    assert after.score.automatic.percent >= before.score.automatic.percent
    assert after.score.bonus.earned >= before.score.bonus.earned


@given(run=runs(outcomes=(Outcome.PASSED, Outcome.FAILED)), data=st.data())
def test_missing_evidence_is_never_a_pass(run: Run, data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(run.evidence))
    card = replace(run, evidence=tuple(one for one in run.evidence if one != gone)).grade()

    wants = {"quality.lint": "static.ruff", "quality.tests": "static.tests"}
    for one in card.criteria:
        if one.id == gone.requirement:
            assert one.status is Status.ERRORED
            assert one.earned == one.possible == 0
        if wants.get(one.id) == gone.check:
            assert one.status is Status.NOT_MEASURED
            assert one.earned == one.possible == 0


@given(run=runs(), late=st.integers(0, 4))
def test_a_later_mark_replaces_the_earlier_ones(run: Run, late: int) -> None:
    appended = replace(run, marks=(*run.marks, mark(late))).grade()
    alone = replace(run, marks=(mark(late),)).grade()

    assert appended == alone
    assert appended.score.automatic == run.grade().score.automatic


@given(run=runs())
def test_an_error_of_ours_in_a_required_part_voids_and_nothing_else_does(run: Run) -> None:
    card = run.grade()

    errored = any(
        one.status is Status.ERRORED and one.role is Role.REQUIRED and one.scale == "requirement"
        for one in card.criteria
    )
    assert (card.outcome == "void") is errored
    if errored:
        assert card.score.automatic.possible == 0
        assert not card.flags.red
        assert not card.advice.gates_failed


@pytest.mark.parametrize("share", [1 / 3, 0.1, 0.7])
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(findings=st.floats(0, 20))
def test_fewer_findings_never_earn_less(share: float, findings: float) -> None:
    def earned(value: float) -> float:
        evidence = [check("static.ruff", Outcome.MEASURED, findings=value)]
        card = grade(RUBRIC, [], Level.MID, evidence, expected=())
        return card.score.automatic.earned

    assert earned(findings * share) >= earned(findings)
