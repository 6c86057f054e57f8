"""An answer that did not come: the machine's doing, or the submission's?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.checks.control import controlled
from runner.model import Evidence, Fault, Outcome

if TYPE_CHECKING:
    from runner.checks.control import Found, Try


def answer(check: str, outcome: Outcome) -> Evidence:
    fault = Fault.CANDIDATE if outcome is Outcome.NOT_MEASURED else None
    return Evidence(check=check, outcome=outcome, fault=fault, summary=f"{check} {outcome}")


def found(**outcomes: Outcome) -> Found:
    return {check: answer(check, outcome) for check, outcome in outcomes.items()}


def is_open(evidence: Evidence) -> bool:
    return evidence.outcome is Outcome.NOT_MEASURED


GIVEN, NONE = Outcome.MEASURED, Outcome.NOT_MEASURED


class Tried:
    """Answers what it was given, and remembers what it was asked."""

    def __init__(self, **outcomes: Outcome) -> None:
        self.outcomes = outcomes
        self.asked: list[frozenset[str]] = []

    def __call__(self, checks: frozenset[str]) -> Found:
        self.asked.append(checks)
        return found(**{check: self.outcomes[check] for check in checks})


def nobody(_checks: frozenset[str]) -> Found:
    message = "nothing had to be tried"
    raise AssertionError(message)


def judged(first: Found, reference: Try, again: Try) -> dict[str, tuple[Outcome, Fault | None]]:
    return {
        check: (one.outcome, one.fault)
        for check, one in controlled(first, is_open, reference, again).items()
    }


def test_where_everything_has_an_answer_nothing_is_tried() -> None:
    first = found(a=GIVEN)

    assert controlled(first, is_open, nobody, nobody) == first


def test_where_the_reference_has_no_answer_either_the_machine_is_the_reason() -> None:
    reference = Tried(a=NONE)

    result = judged(found(a=NONE, b=GIVEN), reference, nobody)

    assert result == {"a": (NONE, Fault.INFRASTRUCTURE), "b": (GIVEN, None)}
    assert reference.asked == [frozenset({"a"})]


def test_where_only_the_submission_has_none_it_stays_the_submissions() -> None:
    result = judged(found(a=NONE), Tried(a=GIVEN), Tried(a=NONE))

    assert result == {"a": (NONE, Fault.CANDIDATE)}


def test_a_second_answer_counts() -> None:
    result = judged(found(a=NONE), Tried(a=GIVEN), Tried(a=GIVEN))

    assert result == {"a": (GIVEN, None)}


def test_each_check_is_judged_by_itself() -> None:
    again = Tried(b=GIVEN, c=NONE)

    result = judged(found(a=NONE, b=NONE, c=NONE), Tried(a=NONE, b=GIVEN, c=GIVEN), again)

    assert result == {
        "a": (NONE, Fault.INFRASTRUCTURE),
        "b": (GIVEN, None),
        "c": (NONE, Fault.CANDIDATE),
    }
    assert again.asked == [frozenset({"b", "c"})]


def test_a_long_reason_stays_bounded() -> None:
    long = {"a": answer("a", NONE).model_copy(update={"summary": "x" * 5000})}

    result = controlled(long, is_open, Tried(a=NONE), nobody)

    assert len(result["a"].summary) == 2000
