"""Documents that the runner of the tests leaves: what is over a ceiling, it did not write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from runner.harness import own_documents as module
from runner.harness.messages import FileCoverage, TestsReport, Turn, TurnResult
from runner.harness.own_tests import LATER_TESTS, PROBLEM_CHARACTERS
from runner.sandbox.streams import MAX_LINE_BYTES
from tests.unit.harness.test_own_tests import COVERAGE, PASSED, Host, document, job, report

if TYPE_CHECKING:
    from pathlib import Path

TURNS = 100
"""Several times what a challenge with many faults has in one lane."""

OUTPUT_BYTES = 16 * 1024 * 1024
"""What a challenge lets tests write: more than any document here has."""

WIDE = "\x01" * (module.NAME_BYTES // 6 - 1)

MALFORMED: dict[str, dict[str, str]] = {
    "too large": {"outcomes.json": document({}, problems=["x"]) + " " * module.OUTCOMES_BYTES},
    "a million errors": {"outcomes.json": document({}, problems=[1] * 300_000)},
    "errors in each of them": {
        "outcomes.json": json.dumps({"outcomes": dict.fromkeys(map(str, range(60_000)), 1)})
    },
    "deep": {"outcomes.json": "[" * 100_000},
    "a number of any size": {"outcomes.json": document(PASSED, exit=10**400)},
    "more digits than that": {"outcomes.json": document(PASSED).replace("3", "3" * 5_000, 1)},
    "no number": {"outcomes.json": document({"a": "passed"}, seconds={"a": float("nan")})},
    "names that are long as they are sent": {"outcomes.json": document({"\x01" * 60: "passed"})},
    "half a pair": {"outcomes.json": document({"a": "passed"}, problems=["\ud800"])},
    "more tests than there are": {
        "outcomes.json": document({f"{n}": "passed" for n in range(1_001)})
    },
    "lines": {
        "outcomes.json": document(PASSED),
        "coverage.json": json.dumps({"a.py": {"executed": [1] * 250_001, "missing": []}}),
    },
    "lines of all": {
        "outcomes.json": document(PASSED),
        "coverage.json": json.dumps(
            {f"{n}.py": {"executed": [1] * 2_000, "missing": []} for n in range(130)}
        ),
    },
    "a line that is none": {
        "outcomes.json": document(PASSED),
        "coverage.json": json.dumps({"a.py": {"executed": [0], "missing": []}}),
    },
    "a line of any size": {
        "outcomes.json": document(PASSED),
        "coverage.json": json.dumps({"a.py": {"executed": [10**30], "missing": []}}),
    },
}


def told(root: Path, written: dict[str, str]) -> TurnResult:
    host = Host(root, lambda _plan: written)
    # With less, a large document would be left out before anybody looks at what it says.
    roomy = job(Turn(name="1", coverage=True)).model_copy(update={"output_bytes": OUTPUT_BYTES})
    (turn,) = report(host, roomy).turns
    assert turn.model_dump_json()
    return turn


@pytest.mark.parametrize("name", MALFORMED)
def test_a_document_that_is_not_the_runners_is_malformed(tmp_path: Path, name: str) -> None:
    turn = told(tmp_path, {"coverage.json": json.dumps(COVERAGE), **MALFORMED[name]})

    assert turn.malformed
    assert turn.problem.startswith("what the tests wrote is malformed: ")
    assert len(turn.problem) <= PROBLEM_CHARACTERS
    assert (turn.outcomes, turn.coverage) == ({}, {})


def test_a_link_in_the_place_of_a_document_is_malformed(tmp_path: Path) -> None:
    def tests(_plan: dict[str, Any]) -> dict[str, str]:
        (tmp_path / "slots" / "0" / "out" / "outcomes.json").symlink_to("/etc/passwd")
        return {}

    (turn,) = report(Host(tmp_path, tests), job(Turn(name="1"))).turns
    assert turn.malformed
    assert "is a link" in turn.problem


def test_a_journal_with_strange_lines_is_malformed_and_tells_what_it_tells(tmp_path: Path) -> None:
    turn = told(
        tmp_path,
        {"outcomes.json": document(PASSED, forged=True), "coverage.json": json.dumps(COVERAGE)},
    )
    assert turn.malformed
    assert (turn.problem, turn.outcomes) == ("", PASSED)


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"outcomes.json": document(PASSED)},
        {"outcomes.json": document({}, problems=["x" * 300] * 20), "coverage.json": "{}"},
    ],
)
def test_what_is_missing_or_says_nothing_is_not_malformed(
    tmp_path: Path, written: dict[str, str]
) -> None:
    turn = told(tmp_path, written)
    assert not turn.malformed
    assert 0 < len(turn.problem) <= 2 * PROBLEM_CHARACTERS


def test_later_turns_hand_on_what_tells_something_first(tmp_path: Path) -> None:
    names = [f"t.py::{n}" for n in range(900)]
    first = dict.fromkeys(names, "passed") | dict.fromkeys(names[:300], "failed")
    later = dict.fromkeys(names, "passed") | dict.fromkeys(names[:301], "failed")

    documents = iter((first, later))

    def tests(_plan: dict[str, Any]) -> dict[str, str]:
        return {"outcomes.json": document(next(documents))}

    one, two = report(Host(tmp_path, tests), job(Turn(name="1"), Turn(name="2"))).turns
    assert one.outcomes == first
    assert one.test_seconds.keys() == first.keys()
    assert len(two.outcomes) == LATER_TESTS
    assert next(iter(two.outcomes)) == names[300]
    assert two.test_seconds == {}


def test_the_largest_documents_are_below_their_ceilings_and_the_report_below_the_line() -> None:
    names = [f"{WIDE}{n:04}" for n in range(module.TESTS)]
    problems = names[: module.PROBLEMS]
    largest = document(dict.fromkeys(names, "skipped"), problems=problems)
    assert 600_000 < len(largest) <= module.OUTCOMES_BYTES
    found = module.OUTCOMES.validate_json(largest)

    each = module.LINES // module.FILES
    path = "\x01" * (module.PATH_BYTES // 6 - 1)
    coverage = {
        f"{path}{n:04}": FileCoverage(executed=(9_999_999,) * each, missing=())
        for n in range(module.FILES)
    }
    problem = "\x01" * 2 * PROBLEM_CHARACTERS
    first = TurnResult(
        name="reference", seconds=1.0, how="it exited with code 0", limit=False, problem=problem,
        outcomes=found.outcomes, test_seconds=found.seconds, coverage=coverage,
    )  # fmt: skip
    few = {name: found.outcomes[name] for name in names[:LATER_TESTS]}
    later = first.model_copy(update={"outcomes": few, "test_seconds": {}, "coverage": {}})
    line = TestsReport(turns=(first, *(later,) * TURNS)).model_dump_json()
    assert 8_000_000 < len(line.encode()) < MAX_LINE_BYTES
