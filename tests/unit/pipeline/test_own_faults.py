"""Whatever breaks on our side at whatever moment: never the candidate's loss, never a gain.

Every call of the sandbox breaks once at each of its uses. What follows may be a void run, a run
without a record (exit code 4), criteria that are errored and name the stage, or nothing at all
where the call decides nothing. How often a stage is tried again is not looked at.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from runner.errors import InfrastructureError
from runner.model import Fault, Record, Status
from tests.unit.analyser.build import analysed
from tests.unit.pipeline.breaking import BROKEN, ENDED, LATE, Counting, Point
from tests.unit.pipeline.whole import Whole

if TYPE_CHECKING:
    from runner.model import CriterionResult

STAGES = ("suite", "analysis", "tests", "harness", "analyser")
THEIRS = (Fault.CANDIDATE, Fault.LIMIT)

CALLS = (
    *("isolation", "open", "exit", "volume"),
    *(f"start {role}" for role in ("harness", "analyser", "subject", "control", "tests")),
    "start locker",
    *(f"{call} {role}" for call in ("write", "read_line") for role in ("harness", "locker")),
    *("write analyser", "read_line analyser", "wait analyser"),
    *(f"{call} {role}" for call in ("kill", "remove") for role in ("subject", "control", "tests")),
    *("wait subject", "wait tests", "usage subject", "signal subject"),
    "remove locker",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return Whole(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def good(whole: Whole) -> tuple[Record, Counting]:
    """The grading in which nothing breaks, and how often each call was used."""
    counting = Counting()
    graded = whole.grade(counting)
    assert isinstance(graded.record, Record)
    assert graded.left == 0
    assert graded.record.score.automatic.percent == 100
    return graded.record, counting


def judged(record: Record) -> dict[str, tuple[object, ...]]:
    return {one.id: (one.status, one.earned, one.possible, one.fault) for one in record.criteria}


def fair(good: Record, found: Record | InfrastructureError) -> None:
    """Fail unless this may become of a grading that would have been `good`."""
    if isinstance(found, InfrastructureError):
        assert found.exit_code == 4
        return
    if found.outcome == "void":
        assert any(stage in found.advice.text for stage in STAGES), found.advice.text
        assert found.score.automatic.model_dump() == {"earned": 0, "possible": 0, "percent": 0}
        assert {one.earned for one in found.criteria} == {0}
        return
    assert found.score.automatic.percent <= good.score.automatic.percent
    assert found.score.automatic.earned <= good.score.automatic.earned
    before, after = judged(good), judged(found)
    assert before.keys() == after.keys()
    for one in found.criteria:
        if after[one.id] != before[one.id]:
            ours(one)


def ours(one: CriterionResult) -> None:
    """Fail unless a criterion that came out otherwise says that we broke, and where."""
    assert one.status in (Status.ERRORED, Status.NOT_MEASURED), (one.id, one.status, one.summary)
    assert one.earned == 0
    assert one.fault not in THEIRS, (one.id, one.summary)
    named = (*STAGES, "the reference solution gives no answer either")
    assert any(stage in one.summary for stage in named), one.summary


def test_every_call_is_among_those_that_break(good: tuple[Record, Counting]) -> None:
    """But for two: the fake engine asks `wait harness` itself when a box joins a network, and a
    service of ours may have said that it serves before anybody waits for it."""
    _, counting = good
    assert set(counting.uses) - {"wait harness", "wait control"} == set(CALLS)


@pytest.mark.parametrize("call", CALLS)
def test_whatever_breaks_is_fair(whole: Whole, good: tuple[Record, Counting], call: str) -> None:
    """At each of its uses; a line also ends, or does not come in time."""
    record, counting = good
    ways = ("", ENDED, LATE) if call.startswith("read_line") else ("",)
    points = [
        Point(call=call, number=number, how=how)
        for number, how in itertools.product(range(1, counting.uses[call] + 1), ways)
    ]

    def broken(point: Point) -> bool:
        count = Counting(point)
        graded = whole.grade(count)
        assert graded.left == 0, point
        fair(record, graded.record)
        return count.struck

    with ThreadPoolExecutor(max_workers=8) as pool:
        # A look whether a command has ended may come once less.
        assert any(pool.map(broken, points))


ENGINE_LEVEL = ("isolation", "open", "exit")


@pytest.mark.parametrize("call", ENGINE_LEVEL)
def test_without_an_engine_there_is_no_record(whole: Whole, call: str) -> None:
    graded = whole.grade(Counting(Point(call=call, number=1)))
    assert isinstance(graded.record, InfrastructureError)
    assert BROKEN in str(graded.record)


def test_what_nobody_could_judge_names_its_stage(whole: Whole) -> None:
    """The engine goes away for good: every use of a call breaks from some moment on."""

    class Gone(Counting):
        def use(self, call: str) -> str:
            if call.startswith("start"):
                self._point = Point(call=call, number=self.uses[call] + 1)
            return super().use(call)

    graded = whole.grade(Gone())
    assert isinstance(graded.record, Record)
    assert graded.record.outcome == "void"
    assert "suite" in graded.record.advice.text
    assert BROKEN in graded.record.advice.text


POOR = {"app/main.py": "import os\nimport sys\ndef f(x):\n  return x==None\n" * 20}


@pytest.fixture(scope="module")
def poor(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """Good behaviour, and code that earns nothing."""
    whole = Whole(tmp_path_factory.mktemp("poor"))
    whole.analysis = analysed(tmp_path_factory.mktemp("analysed"), POOR)
    return whole


@pytest.mark.parametrize("call", ["start analyser", "write analyser", "read_line analyser"])
def test_nothing_is_gained_where_we_break_once(poor: Whole, call: str) -> None:
    honest = poor.grade().record
    broken = poor.grade(Counting(Point(call=call, number=1))).record

    assert isinstance(honest, Record)
    assert honest.score.automatic.percent < 90
    if isinstance(broken, Record):
        assert broken.score.automatic.percent <= honest.score.automatic.percent
