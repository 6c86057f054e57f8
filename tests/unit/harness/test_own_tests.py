"""The turns of a candidate's own tests, with a host that plays service and tests."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from runner.harness.errors import HarnessError
from runner.harness.messages import Message, Progress, TestsJob, TestsReport, Turn
from runner.harness.own_tests import STOP, OwnTests
from runner.harness.program import MARGIN_SECONDS
from runner.harness.slots import Slots
from runner.tree import SourceFile, pack
from tests.unit.harness.picture import folder_picture, slots_below

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runner.harness.channel import Channel

PASSED = {"t.py::a": "passed", "t.py::b": "failed", "t.py::c": "skipped"}
COVERAGE = {"app/main.py": {"executed": [1], "missing": [2]}}


def document(outcomes: dict[str, str], **changes: Any) -> str:
    parts = {
        "exit": 1,
        "without_addopts": False,
        "collected": 3,
        "selected": 3,
        "left_out": 0,
        "shortened": 0,
        "forged": False,
        "outcomes": outcomes,
        "seconds": {name: 2.5 if name.endswith("a") else 0.5 for name in outcomes},
        "problems": [],
    }
    return json.dumps(parts | changes)


class Host:
    """Keeps what it is asked; a run of the tests writes what `tests` returns.

    `look` sees the folder that the tests find in `/in`.
    """

    def __init__(
        self,
        root: Path,
        tests: Callable[[dict[str, Any]], dict[str, str]],
        look: Callable[[Path], None] = lambda _inputs: None,
    ) -> None:
        (root / "control").mkdir()
        self.root = root
        self.tests = tests
        self.look = look
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.plans: list[dict[str, Any]] = []
        self.limit = False
        self.starts: list[float] = []
        self.sent: list[Message] = []

    def send(self, message: Message) -> None:
        self.sent.append(message)

    def call(self, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.asked.append((verb, arguments))
        if verb == "start" and self.starts:
            time.sleep(self.starts.pop(0))
        if verb != "run":
            return {"subject": "s"}
        slot = self.root / "slots" / str(arguments["slot"])
        self.look(slot / "in")
        plan = json.loads((slot / "in" / "plan.json").read_text())
        self.plans.append(plan)
        for name, text in self.tests(plan).items():
            (slot / "out" / name).write_text(text)
        return {
            "how": "it exited with code 0",
            "limit": self.limit,
            "exit_code": 0,
            "wall_seconds": 0.1,
            "output": "last words",
            "cpu_seconds": None,
            "peak_memory_bytes": None,
        }


def job(*turns: Turn, seconds: float = 90.0) -> TestsJob:
    return TestsJob(
        own=(("t.py", "a"),),
        turns=turns,
        turn_seconds=60.0,
        seconds=seconds,
        output_bytes=100_000,
        sources_bytes=0,
    )


def report(host: Host, given: TestsJob, files: dict[str, str] | None = None) -> TestsReport:
    """The report on a submission of these files."""
    texts = (files or {}).items()
    sources = pack([SourceFile(path=path, data=text.encode()) for path, text in texts])
    slots = Slots(slots_below(host.root, len(given.turns)))
    channel = cast("Channel", host)
    return asyncio.run(OwnTests(channel, given, sources, host.root / "control", slots=slots).run())


def test_each_turn_stands_beside_its_own_service(tmp_path: Path) -> None:
    seen = []

    def tests(_plan: dict[str, Any]) -> dict[str, str]:
        seen.append((tmp_path / "control" / "app" / "main.py").read_text())
        return {"outcomes.json": document(PASSED)}

    host = Host(tmp_path, tests)
    turns = (Turn(name=name, reference={"app/main.py": name}) for name in ("good", "bad"))
    found = report(host, job(*turns))

    assert [turn.name for turn in found.turns] == ["good", "bad"]
    assert seen == ["good", "bad"]
    assert [verb for verb, _ in host.asked] == ["start", "run", "kill"] * 2
    assert host.asked[0][1] == {"workers": 1, "kind": "reference"}
    assert host.asked[1][1]["joined"] is True
    assert host.asked[2][1] == {"subject": "s"}
    assert len({arguments["slot"] for verb, arguments in host.asked if verb == "run"}) == 2
    assert host.sent == [Progress(check="beside a service", outcome="", done=1, total=2)]


def test_the_first_turn_decides_what_the_others_run_and_for_how_long(tmp_path: Path) -> None:
    host = Host(tmp_path, lambda _plan: {"outcomes.json": document(PASSED)})
    found = report(host, job(Turn(name="1"), Turn(name="2")))

    assert found.turns[1].outcomes == PASSED
    assert [plan["skip"] for plan in host.plans] == [[], ["t.py::b", "t.py::c"]]
    assert [plan["last"] for plan in host.plans] == [[], ["t.py::a"]]
    assert host.plans[0]["own"] == [["t.py", "a"]]
    runs = [arguments for verb, arguments in host.asked if verb == "run"]
    assert runs[0]["seconds"] == 60.0
    assert 5.0 < runs[1]["seconds"] < 8.0
    assert runs[1]["joined"] is False
    assert [run["stop"] for run in runs] == ["", STOP]


def test_changed_code_stands_in_the_place_of_the_submissions(tmp_path: Path) -> None:
    seen: list[str] = []
    host = Host(
        tmp_path,
        lambda _plan: {"outcomes.json": document(PASSED)},
        lambda inputs: seen.append((inputs / "src" / "app" / "x.py").read_text()),
    )
    changes: tuple[dict[str, str], ...] = ({}, {"app/x.py": "new"}, {})
    turns = (Turn(name=str(n), files=files) for n, files in enumerate(changes))
    report(host, job(*turns), {"app/x.py": "old"})

    assert seen == ["old", "new", "old"]


def all_passed(_plan: dict[str, Any]) -> dict[str, str]:
    passed = dict.fromkeys(PASSED, "passed")
    return {"outcomes.json": document(passed, exit=0, seconds=dict.fromkeys(PASSED, 0.1))}


def test_changed_code_differs_in_its_bytes_only(tmp_path: Path) -> None:
    files = {"a.py": "1", "app/x.py": "old", "app/y.py": "3", "b.py": "4"}
    seen = []
    host = Host(tmp_path, all_passed, lambda inputs: seen.append(folder_picture(inputs)))
    turns = (Turn(name=str(n), files={"app/x.py": text}) for n, text in enumerate(("new", "odd")))
    report(host, job(Turn(name="as it is"), *turns), files)

    assert len(seen[0]) == len(files) + len(("plan.json", "src", "src/app", "."))
    assert seen[1] == seen[2] == seen[0]


def test_a_plan_does_not_tell_the_first_turn_from_the_others(tmp_path: Path) -> None:
    host = Host(tmp_path, all_passed)
    report(host, job(*(Turn(name=name, reference={"a.py": name}) for name in "abc")))

    assert host.plans[1:] == [host.plans[0]] * 2


def test_a_service_that_takes_the_rest_of_the_time_to_start_ends_the_turns(tmp_path: Path) -> None:
    host = Host(tmp_path, lambda _plan: {"outcomes.json": document(PASSED)})
    host.starts = [0.0, 0.8]
    turns = (Turn(name=name, reference={"app/main.py": name}) for name in ("good", "bad", "worse"))
    found = report(host, job(*turns, seconds=MARGIN_SECONDS + 0.6))

    assert [turn.name for turn in found.turns] == ["good"]
    assert host.asked[-1][0] == "kill"


@pytest.mark.parametrize("name", ["app/none.py", "../plan.json", "/etc/passwd", "app"])
def test_only_files_of_the_submission_are_changed(tmp_path: Path, name: str) -> None:
    host = Host(tmp_path, lambda _plan: {"outcomes.json": document(PASSED)})

    with pytest.raises(HarnessError, match="no file"):
        report(host, job(Turn(name="1", files={name: "new"})), {"app/x.py": "old"})
    assert host.plans == []


def test_a_few_slow_tests_are_left_out_of_later_turns(tmp_path: Path) -> None:
    many = {f"t.py::{name}": "passed" for name in "abcdefghij"}
    host = Host(tmp_path, lambda _plan: {"outcomes.json": document(many)})
    report(host, job(Turn(name="1"), Turn(name="2")))

    assert [plan["skip"] for plan in host.plans] == [[], ["t.py::a"]]
    assert [plan["last"] for plan in host.plans] == [[], []]


def test_a_turn_for_which_there_is_no_time_is_not_begun(tmp_path: Path) -> None:
    def tests(_plan: dict[str, Any]) -> dict[str, str]:
        time.sleep(0.3)
        return {"outcomes.json": document(PASSED, seconds=dict.fromkeys(PASSED, 0.0))}

    host = Host(tmp_path, tests)
    found = report(host, job(Turn(name="1"), Turn(name="2"), seconds=MARGIN_SECONDS + 0.5))

    assert [turn.name for turn in found.turns] == ["1"]
    assert len(host.plans) == 1


def test_a_turn_that_the_end_of_all_time_cuts_off_tells_nothing(tmp_path: Path) -> None:
    def tests(plan: dict[str, Any]) -> dict[str, str]:
        host.limit = plan["skip"] != []
        time.sleep(0.6 * host.limit)
        return {"outcomes.json": document(PASSED)}

    host = Host(tmp_path, tests)
    found = report(host, job(Turn(name="1"), Turn(name="2"), seconds=MARGIN_SECONDS + 0.5))

    assert [turn.name for turn in found.turns] == ["1"]
    assert len(host.plans) == 2


def test_coverage_is_read_where_it_was_asked_for(tmp_path: Path) -> None:
    written = {"outcomes.json": document(PASSED), "coverage.json": json.dumps(COVERAGE)}
    host = Host(tmp_path, lambda _plan: written)
    first, second = report(host, job(Turn(name="1", coverage=True), Turn(name="2"))).turns

    assert first.coverage["app/main.py"].missing == (2,)
    assert second.coverage == {}


def test_after_a_limit_there_is_no_coverage_to_be_had(tmp_path: Path) -> None:
    host = Host(tmp_path, lambda _plan: {"outcomes.json": document(PASSED)})
    host.limit = True
    (turn,) = report(host, job(Turn(name="1", coverage=True))).turns

    assert turn.limit
    assert turn.outcomes == PASSED
    assert turn.problem == ""


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ({}, "wrote no file outcomes.json"),
        ({"outcomes.json": "[]"}, "malformed"),
        ({"outcomes.json": document({"x" * 301: "passed"})}, "malformed"),
        ({"outcomes.json": document({"x": "great"})}, "malformed"),
        ({"outcomes.json": document({}, problems=["t.py: No module named y"])}, "named y"),
        ({"outcomes.json": document({}, exit=5)}, "pytest ended with 5): last words"),
    ],
)
def test_documents_that_are_none_end_the_job(
    tmp_path: Path, written: dict[str, str], problem: str
) -> None:
    host = Host(tmp_path, lambda _plan: written)
    (turn,) = report(host, job(Turn(name="1"), Turn(name="2"))).turns

    assert problem in turn.problem
    assert len(turn.problem) <= 1000
