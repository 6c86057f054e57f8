"""Code that nobody could read is withheld: it earns nothing, and a person looks."""

from __future__ import annotations

import pytest

from runner.alarms import USUAL, weight
from runner.analyser import limits
from runner.analyser.__main__ import _REQUEST_BYTES
from runner.analyser.document import Analysis, Counted, Place, Places, Request, Unread
from runner.catalog import load_challenge
from runner.catalog.places import challenge_ids
from runner.checks import CheckResult
from runner.checks.reading import PACKED_NAMED
from runner.checks.static import evidence_from
from runner.checks.unread import QUALITY, contradicted, missing
from runner.model import Evidence, Fault, Outcome
from runner.sandbox.provided import provided
from tests.unit.checks.test_static import analysis, sources

SPOT = Place(path="app/main.py", line=3, note="`core` is in no Python file of the submission")
LACKS = Place(path="app/main.py", line=1, note="core")


def places(*spots: Place) -> Places:
    counts = (Counted(name="core", count=len(spots)),)
    return Places(total=len(spots), counts=counts, shown=spots)


def partly_unread(*spots: Place) -> Analysis:
    return analysis(unread=Unread(code=places(*spots)))


def test_the_quality_of_code_that_was_not_read_is_withheld_and_not_failed() -> None:
    found = {one.check: one for one in evidence_from(partly_unread(SPOT, SPOT))}
    assert {one.outcome for one in map(found.get, QUALITY) if one} == {Outcome.NOT_MEASURED}
    assert {one.fault for one in map(found.get, QUALITY) if one} == {Fault.CANDIDATE}
    assert found["static.ruff"].summary == (
        "part of the program could not be read: `core` is in no Python file of the submission "
        "(app/main.py:3), and 1 other place"
    )
    assert found["static.ruff"].locations[0].line == 3


def test_what_says_nothing_about_the_unread_code_is_measured_all_the_same() -> None:
    whole = {one.check: one for one in evidence_from(analysis())}
    found = {one.check: one for one in evidence_from(partly_unread(SPOT))}
    others = found.keys() - set(QUALITY)
    assert others
    assert all(found[check] == whole[check] for check in others)


def test_sources_that_cannot_be_analysed_fail_whatever_is_unread_beside_them() -> None:
    bad = Place(path="app/main.py", note="it is no Python")
    both = partly_unread(SPOT).model_copy(
        update={"sources": sources(not_analysable=(bad,), not_analysable_total=1)}
    )
    found = {one.check: one for one in evidence_from(both)}
    assert found["static.ruff"].outcome is Outcome.FAILED


def judged(passed: int, of: int) -> CheckResult:
    return CheckResult(
        evidence=tuple(
            Evidence(
                check=f"test_a.py::test_{number}",
                requirement="items.create",
                outcome=Outcome.PASSED if number < passed else Outcome.FAILED,
                summary="",
            )
            for number in range(of)
        )
    )


def static(spot: Place | None) -> CheckResult:
    read = analysis(unread=Unread(missing=places(spot) if spot else Places()))
    return CheckResult(evidence=evidence_from(read), missing=missing(read))


def test_a_program_that_works_without_what_it_needs_has_code_that_nobody_read() -> None:
    suite, found = contradicted([judged(2, of=4), static(LACKS)])
    withheld = {one.check for one in found.evidence if one.fault is Fault.CANDIDATE}
    assert suite == judged(2, of=4)
    assert withheld == set(QUALITY)
    (alarm,) = found.alarms
    assert alarm.id == "static.unread-code"
    assert alarm.summary.endswith("and yet the program works")
    assert alarm.location
    assert (alarm.location.path, alarm.location.line) == ("app/main.py", 1)


@pytest.mark.parametrize("passed", [0, 1])
def test_a_program_that_does_not_start_is_only_broken(passed: int) -> None:
    results = [judged(passed, of=4), static(LACKS)]
    assert contradicted(results) == results


def test_a_program_that_lacks_nothing_is_left_alone() -> None:
    results = [judged(4, of=4), static(None)]
    assert contradicted(results) == results


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.ERRORED])
def test_behaviour_changes_nothing_that_failed_or_broke(outcome: Outcome) -> None:
    stays = Evidence(check="static.ruff", outcome=outcome, fault=Fault.LIMIT, summary="as it was")
    result = CheckResult(
        evidence=(stays,), missing=missing(analysis(unread=Unread(missing=places(LACKS))))
    )
    _, found = contradicted([judged(4, of=4), result])
    assert found == result


def test_unread_code_is_looked_at_before_what_is_only_possible() -> None:
    assert weight("static.unread-code") == weight("grading.breaks") > USUAL


@pytest.mark.parametrize("challenge", challenge_ids(None))
def test_the_longest_request_is_within_the_line(challenge: str) -> None:
    loaded = load_challenge(challenge).challenge
    longest = tuple("\x01" * limits.PATH_BYTES for _ in range(PACKED_NAMED))
    request = Request(
        kind="analysis",
        submission_bytes=2**40,
        starter_bytes=2**40,
        changed_minimum=2**40,
        seed=2**64,
        entries=tuple(loaded.subject.files),
        provided=provided(loaded.specialization),
        packed=longest,
        disguised=longest,
    )
    assert len(request.model_dump_json()) + 1 < _REQUEST_BYTES
