"""Gates, flags, questions and advice: what a reader takes away."""

from __future__ import annotations

import pytest

from runner.grading import grade
from runner.model import (
    BankQuestion,
    Evidence,
    Fault,
    FlagRule,
    Gate,
    Level,
    Location,
    Outcome,
    Recommendation,
    Role,
    Rubric,
    Scorecard,
    Status,
)
from tests.unit.grading.build import check, requirement, rubric

A, B = requirement("a"), requirement("b", weight=3)
BONUS = requirement("c", levels={Level.MID: Role.BONUS})
OUTCOMES = {
    "p": (Outcome.PASSED, None),
    "f": (Outcome.FAILED, Fault.CANDIDATE),
    "n": (Outcome.NOT_MEASURED, Fault.INFRASTRUCTURE),
    "w": (Outcome.NOT_MEASURED, Fault.CANDIDATE),
    "e": (Outcome.ERRORED, Fault.CANDIDATE),
}


def card(spec: str, of: Rubric, *more: Evidence) -> Scorecard:
    """Grade `a:pf b:p`: two checks of a, one passed and one failed; one of b.

    `n` could not be measured through a fault of ours, `w` and `e` by the submission's doing.
    """
    evidence, expected = list(more), []
    for part in spec.split():
        name, outcomes = part.split(":")
        for place, letter in enumerate(outcomes):
            test = f"{name}::{place}"
            expected.append((test, name))
            outcome, fault = OUTCOMES[letter]
            evidence.append(check(test, outcome, fault=fault, stock_left=-3))
    return grade(of, [A, B, BONUS], Level.MID, evidence, expected=expected)


# ------------------------------------------------------------------------- gates


@pytest.mark.parametrize(
    ("spec", "criteria", "status"),
    [
        ("a:p b:pp c:p", ("a", "b"), "passed"),
        ("a:p b:pf c:p", ("a", "b"), "failed"),
        ("a:n b:pf c:p", ("a", "b"), "failed"),
        ("a:n b:p c:p", ("a", "b"), "not_measured"),
        ("a:pn b:p c:p", ("a", "b"), "not_measured"),
        ("a:p b:p c:p", ("a", "unheard.of"), "not_measured"),
        ("a:p b:p c:p", ("human.design",), "not_measured"),
        ("a:p b:p c:p", (), "not_measured"),
    ],
)
def test_a_gate_fails_on_any_loss_and_passes_on_proof_only(
    spec: str, criteria: tuple[str, ...], status: str
) -> None:
    gate = Gate(id="g", title="Gate", levels=(Level.MID,), criteria=criteria)

    [found] = card(spec, rubric(gates=[gate])).gates

    assert found.status == status


@pytest.mark.parametrize("letter", ["w", "e"])
def test_a_gate_on_something_withheld_stays_open_and_counts_as_not_met(letter: str) -> None:
    gate = Gate(id="g", title="Must have", levels=(Level.MID,), criteria=("a", "b", "unheard.of"))

    found = card(f"a:pppppppppp{letter} b:p c:p", rubric(criteria=(), gates=[gate]))

    [held] = found.gates
    assert (held.status, held.withheld) == ("not_measured", ("a",))
    assert (found.advice.title, found.advice.gates_failed) == ("Mixed", ())
    assert found.advice.person_first
    assert "With all of them the advice would be: Strong." in found.advice.text


def test_a_gate_of_another_level_is_left_out() -> None:
    gate = Gate(id="g", title="Gate", levels=(Level.SENIOR,), criteria=("a",))

    assert card("a:f b:p c:p", rubric(gates=[gate])).gates == ()


def test_a_void_run_measures_no_gate() -> None:
    gate = Gate(id="g", title="Gate", levels=(Level.MID,), criteria=("a",))

    [found] = card("a:f", rubric(gates=[gate])).gates

    assert found.status == "not_measured"


# ------------------------------------------------------------------------- flags


def flag(**rule: object) -> FlagRule:
    return FlagRule.model_validate({"id": "f", "kind": "red", "title": "Flag", **rule})


TESTS = check("static.tests", Outcome.MEASURED, tests=4)


@pytest.mark.parametrize(
    ("rule", "raised"),
    [
        (flag(criterion="a", status="failed"), True),
        (flag(criterion="b", status="failed"), False),
        (flag(criterion="unheard.of", status="failed"), False),
        (flag(criterion="c", status="failed"), False),
        (flag(kind="green", criterion="c", status="failed"), True),
        (flag(category="correctness", status="passed"), False),
        (flag(check="static.tests", measure="tests", at_most=4), True),
        (flag(check="static.tests", measure="tests", at_least=5), False),
        (flag(check="static.tests", measure="other", at_least=0), False),
        (flag(check="static.other", measure="tests", at_least=0), False),
        (flag(check="a::0", measure="stock_left", at_most=0), False),
        (flag(criterion="a", status="failed", check="static.tests", measure="tests"), True),
        (
            flag(criterion="a", status="failed", check="static.tests", measure="tests", at_most=1),
            False,
        ),
        (flag(criterion="a", status="failed", needs=["c"]), False),
        (flag(criterion="a", status="failed", needs=["b"]), True),
        (flag(criterion="a", status="failed", needs=["unheard.of"]), True),
        (flag(), False),
    ],
)
def test_a_flag_is_raised_when_all_it_states_holds(rule: FlagRule, *, raised: bool) -> None:
    flags = card("a:f b:p c:f", rubric(flags=[rule]), TESTS).flags

    assert bool(flags.red + flags.green) is raised


def test_a_flag_on_a_category_looks_at_its_required_criteria() -> None:
    rule = flag(kind="green", category="correctness", status="passed")

    [raised] = card("a:p b:p c:f", rubric(flags=[rule])).flags.green

    assert raised.detail == "2 of 2: Title of a, Title of b."


def test_a_flag_brings_its_number() -> None:
    rule = flag(check="static.tests", measure="tests", at_most=4)

    [raised] = card("a:p b:p c:p", rubric(flags=[rule]), TESTS).flags.red

    assert raised.detail == "tests: 4."


def test_a_void_run_raises_no_flag() -> None:
    assert card("a:f", rubric(flags=[flag(criterion="a", status="failed")])).flags.red == ()


# --------------------------------------------------------------------- questions


def test_the_costliest_loss_is_asked_first_and_the_unsettled_last() -> None:
    asked = card("a:f b:f c:f", rubric()).questions
    assert [one.id for one in asked] == ["b", "a"]

    lint = check("static.ruff", Outcome.MEASURED, findings=99)
    asked = card("a:f b:n c:f", rubric(), lint).questions
    assert [one.id for one in asked] == ["a", "b", "quality.lint"]


def test_a_question_brings_route_finding_and_numbers() -> None:
    [asked] = card("a:pf b:p c:p", rubric()).questions

    assert asked.text == "Question about a?"
    assert asked.reason == ("POST /orders: 1 of 2 checks failed: a::1 failed. (stock left -3)")
    assert asked.listen_for == "Why a"


def test_a_criterion_of_the_rubric_asks_too() -> None:
    lint = check("static.ruff", Outcome.PASSED, findings=7)

    [asked] = card("a:p b:p c:p", rubric(), lint).questions

    assert asked.text == "Which finding matters?"
    assert asked.reason == "static.ruff passed. (findings 7: 60% of the points)"


def test_a_check_without_numbers_says_what_it_found() -> None:
    lint = check("static.ruff", Outcome.FAILED)

    [asked] = card("a:p b:p c:p", rubric(), lint).questions

    assert asked.reason == "static.ruff failed."


def test_at_most_eight_are_asked_and_then_the_bank() -> None:
    many = [requirement(f"r{number}") for number in range(12)]
    bank = [
        BankQuestion(id="q", text="Standing?", listen_for="Sense."),
        BankQuestion(id="s", text="Senior?", levels=(Level.SENIOR,)),
    ]
    asked = grade(
        rubric(questions=bank),
        many,
        Level.MID,
        [check(one.id, Outcome.FAILED) for one in many],
        expected=[(one.id, one.id) for one in many],
    ).questions

    assert [one.id for one in asked] == [f"r{number}" for number in range(8)] + ["q"]


def test_places_are_named_once_and_bounded() -> None:
    places = tuple(Location(path="app/main.py", line=line) for line in (1, 1, 2, 3, 4, 5, 6))
    evidence = check("t", Outcome.FAILED).model_copy(update={"locations": places})

    [asked] = grade(rubric(), [A], Level.MID, [evidence], expected=[("t", "a")]).questions

    assert [one.line for one in asked.locations] == [1, 2, 3, 4, 5]


# ------------------------------------------------------------------------ advice


@pytest.mark.parametrize(
    ("spec", "title"),
    [("a:p b:p c:p", "Strong"), ("a:f b:p c:p", "Mixed"), ("a:f b:f c:p", "Weak")],
)
def test_the_first_band_that_holds_is_the_advice(spec: str, title: str) -> None:
    assert card(spec, rubric(criteria=())).advice.title == title


def test_a_failed_gate_rules_out_bands_that_need_all() -> None:
    gate = Gate(id="g", title="Must have", levels=(Level.MID,), criteria=("a",))

    advice = card("a:pppppppppf b:p c:p", rubric(criteria=(), gates=[gate])).advice

    assert (advice.title, advice.gates_failed) == ("Mixed", ("Must have",))


def test_too_little_evidence_makes_no_recommendation() -> None:
    advice = card("a:p b:n c:p", rubric(criteria=())).advice

    assert advice.title == "Too little was measured"
    assert "15 of 60" in advice.text


def test_what_is_withheld_asks_for_a_person_where_it_could_change_the_advice() -> None:
    advice = card("a:p b:w c:p", rubric(criteria=())).advice

    assert (advice.title, advice.person_first) == ("Weak", True)
    assert advice.text.startswith("45 points could not be judged")
    assert "until a person marks them" in advice.text


def test_what_is_withheld_and_cannot_change_the_advice_asks_for_nobody() -> None:
    advice = card("a:w b:f c:p", rubric(criteria=())).advice

    assert (advice.title, advice.person_first) == ("Weak", False)
    assert "They cannot change this advice." in advice.text


def test_of_many_things_withheld_three_are_named() -> None:
    many = [requirement(f"r{number}") for number in range(5)]
    found = grade(
        rubric(),
        many,
        Level.MID,
        [check(one.id, Outcome.NOT_MEASURED) for one in many],
        expected=[(one.id, one.id) for one in many],
    )

    assert "Title of r0; Title of r1; Title of r2; and 2 more." in found.advice.text


def test_without_a_band_nobody_says_what_could_be() -> None:
    high = Recommendation(at_least=101 - 1, title="Full", advice="Invite.")

    advice = card("a:w b:f c:p", rubric(criteria=(), recommendations=[high])).advice

    assert (advice.title, advice.person_first) == ("No recommendation", False)


def test_a_rubric_without_a_band_for_the_score_says_so() -> None:
    high = Recommendation(at_least=90, title="Strong", advice="Invite.")

    advice = card("a:p b:f c:p", rubric(criteria=(), recommendations=[high])).advice

    assert advice.title == "No recommendation"


def test_a_status_that_nobody_states_raises_nothing() -> None:
    rule = flag(criterion="a")
    assert rule.status is None

    found = card("a:p b:p c:p", rubric(flags=[rule]))

    assert found.flags.red == ()
    assert all(one.status is not Status.ERRORED for one in found.criteria if one.id in "abc")
