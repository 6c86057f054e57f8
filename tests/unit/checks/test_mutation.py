"""What the candidate's tests reach and notice of their own code, and when nothing can be told."""

from __future__ import annotations

from typing import Any

import pytest

from runner.analyser.document import Change
from runner.checks import mutation
from runner.harness.messages import FileCoverage, TestOutcome, TurnResult
from runner.model import Evidence, Fault, Outcome

LINES = {"app/main.py": (1, 2, 3, 4), "app/other.py": (1,), "app/unseen.py": (1,)}
COVERAGE = {
    "app/main.py": FileCoverage(executed=(1, 2, 9), missing=(3, 4, 10)),
    "app/other.py": FileCoverage(executed=(1,), missing=()),
    "tests/test_x.py": FileCoverage(executed=(1,), missing=()),
}


def change(number: int, *, neutral: bool = False) -> Change:
    return Change(
        path="app/main.py",
        line=number + 1,
        operator="equality",
        before="==",
        after="" if number == 1 else "!=",
        text=str(number),
        neutral=neutral,
    )


CHANGES = [*(change(n) for n in range(10)), change(10, neutral=True), change(11, neutral=True)]


def turn(name: str, **changes: Any) -> TurnResult:
    given: dict[str, TestOutcome] = {"t.py::a": "passed", "t.py::b": "passed"}
    parts: dict[str, Any] = {
        "name": name,
        "seconds": 1.0,
        "how": "it exited with code 0",
        "limit": False,
        "outcomes": given,
    }
    return TurnResult(**(parts | changes))


def first(**changes: Any) -> TurnResult:
    return turn(mutation.AS_IS, **({"coverage": COVERAGE} | changes))


def killed(number: int) -> TurnResult:
    return turn(str(number), outcomes={"t.py::b": "failed"})


def numbers(evidence: Evidence) -> dict[str, float]:
    return {measure.name: measure.value for measure in evidence.measures}


def measured() -> list[Evidence]:
    found = [first(), *map(killed, range(8))]
    return [mutation.coverage(found, LINES), mutation.mutants([found], CHANGES)]


def test_neutral_changes_stand_between_the_others_in_every_lane() -> None:
    first_lane, second_lane = mutation.turns(CHANGES, seed=1)

    assert first_lane[0].name == second_lane[0].name == "as it is"
    mixed = [
        turn.name for pair in zip(first_lane[1:], second_lane[1:], strict=True) for turn in pair
    ]
    assert sorted(mixed, key=int) == [str(number) for number in range(12)]
    assert [name for name in mixed if int(name) < 10] == [str(number) for number in range(10)]
    assert [any(int(name) >= 10 for name in mixed[at : at + 5]) for at in (0, 5)] == [True, True]
    assert [turn.coverage for turn in first_lane] == [True] + [False] * 6
    assert not any(turn.coverage for turn in second_lane)
    assert {turn.name: turn.files for turn in (*first_lane, *second_lane)}["0"] == {
        "app/main.py": "0"
    }


def test_only_the_seed_knows_where_the_neutral_changes_stand() -> None:
    orders = {tuple(turn.name for turn in mutation.turns(CHANGES, seed)[0]) for seed in range(20)}

    assert len(orders) > 5
    assert mutation.turns(CHANGES, 7) == mutation.turns(CHANGES, 7)


def test_coverage_counts_the_candidates_statements() -> None:
    evidence = mutation.coverage([first()], LINES)

    assert numbers(evidence) == {"covered_share": 0.6, "statements": 5, "tests_failing": 0}
    assert evidence.summary == "2 tests pass and reach 3 of 5 statements"
    assert [(place.path, place.line, place.note) for place in evidence.locations] == [
        ("app/main.py", 3, "2 statements not reached by the tests")
    ]


def test_failing_tests_are_named() -> None:
    outcomes = {"t.py::a": "passed", "t.py::b": "failed"}
    evidence = mutation.coverage([first(outcomes=outcomes)], LINES)

    assert evidence.summary.endswith("1 test failing: t.py::b")


def test_coverage_that_saw_nothing_tells_nothing() -> None:
    evidence = mutation.coverage([first(coverage={})], LINES)

    assert evidence.outcome is Outcome.NOT_MEASURED


def test_the_share_of_noticed_changes() -> None:
    later = [turn("10"), *map(killed, range(2, 10)), turn("0"), turn("1"), turn("11")]
    evidence = mutation.mutants([[first(), *later]], CHANGES)

    assert numbers(evidence) == {"noticed_share": 0.8, "noticed": 8}
    assert evidence.summary == "8 of 10 changes to the code noticed, none of 2 without a meaning"
    assert [place.note for place in evidence.locations] == [
        "unnoticed: == became !=",
        "unnoticed: == became nothing",
    ]


def test_who_notices_what_means_nothing_is_not_believed() -> None:
    evidence = mutation.mutants([[first(), *map(killed, range(12))]], CHANGES)

    assert evidence.outcome is Outcome.NOT_MEASURED
    assert "2 of 2 changes without a meaning were noticed (t.py::b, app/main.py:11)" in (
        evidence.summary
    )


def test_a_few_changes_tell_nothing() -> None:
    evidence = mutation.mutants([[first(), *map(killed, range(7))]], CHANGES)

    assert evidence.summary == "inconclusive: only 7 changes could be tried"


@pytest.mark.parametrize(
    ("start", "outcome", "words"),
    [
        (first(outcomes={}, problem="No module named 'x'"), Outcome.NOT_MEASURED, "No module"),
        (
            first(outcomes={"a": "failed", "b": "skipped"}),
            Outcome.FAILED,
            "1 fail, 1 are skipped",
        ),
    ],
)
def test_tests_that_do_not_run(start: TurnResult, outcome: Outcome, words: str) -> None:
    for evidence in (
        mutation.coverage([start], LINES),
        mutation.mutants([[start]], CHANGES),
    ):
        assert evidence.outcome is outcome
        assert words in evidence.summary
        assert evidence.fault is Fault.CANDIDATE
