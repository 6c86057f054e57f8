"""The candidate's own tests as a check: who is asked what, and what becomes of the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.analyser.document import OwnTest, OwnTests, Request, Splice
from runner.checks import CheckContext, CheckResult, Reference, own_tests
from runner.harness.messages import FileCoverage, TestsJob, TestsReport, TurnResult
from runner.model import Fault, Outcome
from runner.sandbox import SandboxError
from runner.testing.fake import IMAGE, FakeSandbox
from tests.unit.catalog import tiny

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runner.harness.messages import Turn
    from runner.testing.fake_box import Actor, Inside

TRIED = tiny.CHALLENGE.replace("[[requirements]]", "[tests]\n\n[[requirements]]", 1)
SERVICES = (
    Reference(name="solution", defect="", files={"a.py": "good"}),
    *(Reference(name=f"flawed/{n}", defect=f"Fault {n}.", files={"a.py": "x"}) for n in range(3)),
)
SPLICES = tuple(
    Splice(
        path="a.py",
        line=1,
        operator="x",
        before="1",
        after="2",
        start=1,
        end=2,
        new=str(n),
        neutral=n == 0,
    )
    for n in range(10)
)
OWN = OwnTests(
    kind="tests",
    tests=(OwnTest(path="t.py", name="test_a", line=1),),
    lines={"a.py": (1,)},
    texts={"a.py": "x1y"},
    splices=SPLICES,
)


def analyser(document: OwnTests) -> Actor:
    def act(box: Inside) -> int:
        request = Request.model_validate_json(box.read_line())
        assert request.kind == "tests"
        box.read(request.submission_bytes + request.starter_bytes)
        box.write_line(document.model_dump_json())
        return 0

    return act


def harness(notices: Callable[[Turn], bool]) -> Actor:
    """The one test fails in the turns that it notices."""

    def act(box: Inside) -> int:
        job = TestsJob.model_validate_json(box.read_line())
        box.read(job.sources_bytes)
        box.write_line(reported(job, notices))
        return 0

    return act


def reported(job: TestsJob, notices: Callable[[Turn], bool]) -> str:
    turns = tuple(
        TurnResult(
            name=turn.name,
            seconds=1.0,
            how="it exited with code 0",
            limit=False,
            outcomes={"t.py::test_a": "failed" if notices(turn) else "passed"},
            coverage={"a.py": FileCoverage(executed=(1,), missing=())},
        )
        for turn in job.turns
    )
    return TestsReport(turns=turns).model_dump_json()


def checked(
    root: Path,
    notices: Callable[[Turn], bool] = lambda _turn: False,
    *,
    read: Actor | None = None,
    run: Actor | None = None,
    challenge: str = TRIED,
    services: tuple[Reference, ...] = SERVICES,
    solution: bytes = b"",
) -> CheckResult:
    actors = {"analyser": read or analyser(OWN), "harness": run or harness(notices)}
    with FakeSandbox(actors).open(ttl_seconds=60) as opened:
        context = CheckContext(
            run=opened,
            challenge=tiny.load(root, challenge_dot_toml=challenge).challenge,
            images={"subject": IMAGE, "harness": IMAGE},
            sources=b"",
            starter=b"",
            suite=(),
            expected=(),
            seed=1,
            references=services,
            solution=solution,
        )
        result = own_tests.run(context)
        assert [(one.check, None) for one in result.evidence] == list(own_tests.expected(context))
        return result


def summaries(result: CheckResult) -> list[str]:
    return [one.summary for one in result.evidence]


def test_both_lanes_are_told(tmp_path: Path) -> None:
    result = checked(
        tmp_path, lambda turn: turn.name.startswith("flawed") or turn.name in set("123456789")
    )

    assert summaries(result) == [
        "3 of 3 faulty services noticed by 1 test",
        "1 tests pass and reach 1 of 1 statement",
        "9 of 9 changes to the code noticed, none of 1 without a meaning",
    ]
    assert set(result.timings) == {"tests.faults", "tests.mutants"}


def test_a_changed_file_is_whole(tmp_path: Path) -> None:
    assert [change.text for change in OWN.mutants] == [f"x{n}y" for n in range(10)]
    seen: set[str] = set()

    def notices(turn: Turn) -> bool:
        seen.update(turn.files.values())
        return False

    checked(tmp_path, notices)
    assert seen == {f"x{n}y" for n in range(10)}


def test_tests_that_notice_nothing_are_tried_where_nobody_serves(tmp_path: Path) -> None:
    talking = checked(tmp_path, lambda turn: turn.name == "nobody")
    deaf = checked(tmp_path)

    assert summaries(talking)[0].startswith("0 of 3 faulty services noticed")
    assert talking.evidence[0].outcome is Outcome.MEASURED
    assert summaries(deaf)[0].startswith("the tests do not talk to the service at BASE_URL, so")
    assert deaf.evidence[0].measures[0].value == deaf.evidence[2].measures[0].value == 0


def test_without_services_of_ours_tests_are_tried_by_themselves(tmp_path: Path) -> None:
    assert [one.check for one in checked(tmp_path, services=()).evidence] == [
        "tests.coverage",
        "tests.mutants",
    ]


def test_a_challenge_may_do_without(tmp_path: Path) -> None:
    assert checked(tmp_path, challenge=tiny.CHALLENGE).evidence == ()


SOLUTION = b"reference"


def flaky(turn: Turn) -> bool:
    """Fails whenever it may stop: good services and equivalent mutants are noticed as well."""
    return turn.name != "as it is" and bool(turn.reference or turn.files)


def lanes(
    theirs: Callable[[Turn], bool], ours: Callable[[Turn], bool], *, until: int = 99
) -> Actor:
    """What the candidate's tests notice in their first runs, and what the reference's do."""
    runs: list[int] = []

    def act(box: Inside) -> int:
        job = TestsJob.model_validate_json(box.read_line())
        box.read(job.sources_bytes)
        runs.append(job.sources_bytes)
        early = runs.count(0) <= until
        box.write_line(reported(job, theirs if early and not job.sources_bytes else ours))
        return 0

    return act


def saboteur(box: Inside) -> int:
    """Passes whatever comes first and fails ever after; the reference's tests are sound."""
    job = TestsJob.model_validate_json(box.read_line())
    box.read(job.sources_bytes)
    theirs = reported(job, lambda turn: turn is not job.turns[0])
    box.write_line(reported(job, sound) if job.sources_bytes else theirs)
    return 0


def sound(turn: Turn) -> bool:
    """Notices what is wrong and nothing else."""
    return turn.name.startswith("flawed") or turn.name in set("123456789")


def test_tests_that_contradict_themselves_are_withheld_where_the_references_do_not(
    tmp_path: Path,
) -> None:
    result = checked(tmp_path, run=saboteur, solution=SOLUTION)

    assert [(one.outcome, one.fault) for one in result.evidence] == [
        (Outcome.NOT_MEASURED, Fault.CANDIDATE),
        (Outcome.MEASURED, None),
        (Outcome.NOT_MEASURED, Fault.CANDIDATE),
    ]
    assert set(result.timings) == {
        f"tests.{prefix}{lane}"
        for prefix in ("", "control-", "again-")
        for lane in ("faults", "mutants")
    }


def test_where_the_tests_of_the_reference_fail_as_well_the_machine_is_the_reason(
    tmp_path: Path,
) -> None:
    result = checked(tmp_path, run=lanes(flaky, flaky), solution=SOLUTION)

    assert {one.fault for one in result.evidence if one.outcome is Outcome.NOT_MEASURED} == {
        Fault.INFRASTRUCTURE
    }
    assert "the reference solution gives no answer either" in summaries(result)[2]
    assert not any("again" in name for name in result.timings)


def test_a_second_answer_counts_where_the_first_was_none(tmp_path: Path) -> None:
    result = checked(tmp_path, run=lanes(flaky, sound, until=4), solution=SOLUTION)

    assert summaries(result)[2] == "9 of 9 changes to the code noticed, none of 1 without a meaning"
    assert {one.outcome for one in result.evidence} == {Outcome.MEASURED}


def test_an_analyser_that_broke_is_left_to_the_pipeline(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="broke on these sources"):
        checked(tmp_path, read=analyser(OwnTests.broke("ValueError")))


def drowned(box: Inside) -> int:
    box.read_line()
    box.out_of_memory()
    return 0


@pytest.mark.parametrize(
    ("read", "fault", "why"),
    [
        (
            analyser(OWN.model_copy(update={"tests": ()})),
            Fault.CANDIDATE,
            "there is no test of the candidate's own",
        ),
        (drowned, Fault.LIMIT, "the sources cannot be analysed within limits (memory)"),
    ],
    ids=["none", "unreadable"],
)
def test_without_tests_nothing_is_earned(
    tmp_path: Path, read: Actor, fault: Fault, why: str
) -> None:
    result = checked(tmp_path, read=read)

    assert {one.outcome for one in result.evidence} == {Outcome.FAILED}
    assert {one.fault for one in result.evidence} == {fault}
    assert set(summaries(result)) == {why}
