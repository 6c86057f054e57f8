"""Which services the candidate's tests noticed, and when nothing can be told."""

from __future__ import annotations

from typing import Any

import pytest

from runner.checks import Reference, faults
from runner.harness.messages import TestOutcome, TurnResult
from runner.model import Evidence, Fault, Measure, Outcome

GOOD = Reference(name="solution", defect="", files={"app/main.py": "good"})
FAULTY = tuple(
    Reference(name=f"flawed/{n}", defect=f"Fault {n}.", files={"app/main.py": str(n)})
    for n in range(12)
)
SERVICES = (GOOD, *FAULTY)


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


def failing(name: str) -> TurnResult:
    return turn(name, outcomes={"t.py::a": "passed", "t.py::b": "failed"})


def judged(found: list[TurnResult]) -> Evidence:
    return faults.evidence([found], SERVICES, 5)


def honest(missed: int = 0) -> list[TurnResult]:
    later = [failing(one.name) for one in FAULTY[missed:]]
    return [turn("solution"), turn("solution"), *later, *map(turn, names(missed))]


def names(count: int) -> list[str]:
    return [one.name for one in FAULTY[:count]]


def numbers(evidence: Evidence) -> dict[str, float]:
    return {measure.name: measure.value for measure in evidence.measures}


def test_the_good_service_stands_first_and_between_the_others_in_every_lane() -> None:
    lanes = faults.turns(SERVICES, seed=3)
    named = [[turn.name for turn in lane] for lane in lanes]

    assert [lane[0] for lane in named] == ["solution"] * faults.LANES
    assert [lane.count("solution") for lane in named] == [2] * faults.LANES
    assert sorted(set().union(*named)) == sorted(["solution", *names(12)])
    assert {turn.name: turn.reference for turn in lanes[0]}["solution"] == {"app/main.py": "good"}
    assert lanes != faults.turns(SERVICES, seed=4)


def test_the_lanes_count_together() -> None:
    late = turn("solution", outcomes={"t.py::a": "passed", "t.py::b": "failed"})
    lanes = [
        [turn("solution"), *(failing(one.name) for one in FAULTY[:6])],
        [late, *(failing(one.name) for one in FAULTY[6:])],
    ]

    assert numbers(faults.evidence(lanes, SERVICES, 5))["caught"] == 6


def test_the_share_of_noticed_faults() -> None:
    evidence = judged(honest(missed=3))

    assert evidence.outcome is Outcome.MEASURED
    assert numbers(evidence) == {"caught_share": 0.75, "caught": 9, "tests_used": 2}
    assert evidence.summary == (
        "9 of 12 faulty services noticed by 2 tests; not noticed: Fault 0, Fault 1, Fault 2"
    )


def test_tests_that_fail_beside_a_good_service_count_for_nothing() -> None:
    found = honest()
    found[0] = turn(
        "solution",
        outcomes={"t.py::a": "passed", "t.py::b": "failed", "t.py::c": "skipped"},
    )
    evidence = judged(found)

    assert numbers(evidence) == {"caught_share": 0, "caught": 0, "tests_used": 1}
    assert "2 tests left out that do not pass beside a good service" in evidence.summary


@pytest.mark.parametrize(
    "noticed",
    [
        {"limit": True, "how": "it ran into its wall-clock limit"},
        {"outcomes": {}, "problem": "no test ran (pytest ended with 3)"},
        {"outcomes": {"t.py::a": "error"}},
    ],
    ids=["hangs", "ends", "set-up fails"],
)
def test_a_run_that_goes_wrong_has_noticed_something(noticed: dict[str, Any]) -> None:
    found = [turn("solution"), *(turn(one.name, **noticed) for one in FAULTY)]

    assert numbers(judged(found))["caught"] == 12


def test_who_calls_a_good_service_faulty_is_not_believed() -> None:
    found = [turn("solution"), failing("solution"), *(failing(one.name) for one in FAULTY)]
    evidence = judged(found)

    assert evidence.outcome is Outcome.NOT_MEASURED
    assert "1 of 1 good services were called faulty (t.py::b)" in evidence.summary


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ([], "there was no time"),
        ([turn("solution", outcomes={}, problem="no test ran")], "no test ran"),
        (
            [turn("solution", limit=True, how="it ran into its wall-clock limit")],
            "their run ran into its wall-clock limit",
        ),
        (honest()[:6], "there was time for 4 of 12 services only"),
    ],
    ids=["nothing", "no test", "too long", "few"],
)
def test_what_is_inconclusive_may_be_the_submissions_doing(
    found: list[TurnResult], why: str
) -> None:
    evidence = judged(found)

    assert (evidence.outcome, evidence.fault) == (Outcome.NOT_MEASURED, Fault.CANDIDATE)
    assert why in evidence.summary


def test_tests_of_which_none_passes_beside_a_good_service_show_nothing_there() -> None:
    none = [turn("solution", outcomes={"a": "failed", "b": "skipped"})]
    broken = [turn("solution", outcomes={}, problem="no test ran")]
    slow = [turn("solution", outcomes={}, problem="no test ran", limit=True)]
    forged = [turn("solution", outcomes={}, problem="a line is not ours", malformed=True)]

    assert "1 tests fail, 1 are skipped and none passes" in faults.nothing_passes(none)
    assert faults.nothing_passes(broken).endswith("the tests do not run: no test ran")
    assert [faults.nothing_passes(one) for one in (slow, forged, [], honest())] == [""] * 4


def test_mutants_stand_in_for_services_with_what_they_found() -> None:
    share = Measure(name="noticed_share", value=0.4)
    mutants = Evidence(
        check="tests.mutants",
        outcome=Outcome.MEASURED,
        summary="4 of 10 changes to the code noticed",
        measures=(share, Measure(name="noticed", value=4, unit="of 10")),
    )
    withheld = mutants.model_copy(
        update={"outcome": Outcome.NOT_MEASURED, "fault": Fault.CANDIDATE, "measures": ()}
    )

    stand_in = faults.stand_in(mutants, "they talk to nobody")

    assert (stand_in.check, numbers(stand_in)) == ("tests.faults", {"caught_share": 0.4})
    assert stand_in.summary == (
        "they talk to nobody, so changes of the candidate's own code stand in: "
        "4 of 10 changes to the code noticed"
    )
    again = faults.stand_in(withheld, "they talk to nobody")
    assert (again.outcome, again.fault) == (Outcome.NOT_MEASURED, Fault.CANDIDATE)


def test_tests_that_pass_where_nobody_serves_are_blind() -> None:
    found = honest(missed=12)

    assert faults.blind(found, [turn("nobody")])
    assert not faults.blind(found, [turn("nobody", outcomes={"t.py::a": "passed"})])
