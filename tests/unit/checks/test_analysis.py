"""Static analysis as a check: a tool that finds no time is tried on the reference."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from runner.analyser.document import Analysis, Lint, Request, ToolRun
from runner.checks import CheckContext, CheckResult, analysis
from runner.model import Fault, Outcome
from runner.testing.fake import IMAGE, FakeSandbox
from tests.unit.analyser.build import analysed
from tests.unit.catalog import tiny

if TYPE_CHECKING:
    from runner.testing.fake_box import Inside

SOLUTION = b"reference"


@functools.cache
def clean() -> Analysis:
    """What the analyser finds in next to nothing. Made once: it starts real tools."""
    with tempfile.TemporaryDirectory() as folder:
        return analysed(Path(folder), {"app/main.py": "app = 2\n"})


def linted(state: Literal["measured", "timeout", "crashed"]) -> Analysis:
    lint = Lint(run=ToolRun(state=state, reason="" if state == "measured" else "because"))
    return clean().model_copy(update={"lint": lint})


def checked(root: Path, *answers: Analysis | None, solution: bytes = SOLUTION) -> CheckResult:
    """The analyser answers so, one time after the other; None is no answer in time."""
    left = iter(answers)

    def analyser(box: Inside) -> int:
        request = Request.model_validate_json(box.read_line())
        box.read(request.submission_bytes + request.starter_bytes)
        document = next(left)
        if document is None:
            box.out_of_time()
        else:
            box.write_line(document.model_dump_json())
        return 0

    with FakeSandbox({"analyser": analyser}).open(ttl_seconds=60) as run:
        context = CheckContext(
            run=run,
            challenge=tiny.load(root).challenge,
            images={"subject": IMAGE, "harness": IMAGE},
            sources=b"",
            starter=b"",
            suite=(),
            expected=(),
            seed=1,
            solution=solution,
        )
        result = analysis.run(context)
    assert next(left, "nothing left") == "nothing left"
    return result


def ruff(result: CheckResult) -> tuple[Outcome, Fault | None]:
    [found] = [one for one in result.evidence if one.check == "static.ruff"]
    return found.outcome, found.fault


def test_a_tool_that_is_too_slow_on_the_reference_as_well_costs_nothing(tmp_path: Path) -> None:
    result = checked(tmp_path, linted("timeout"), linted("timeout"))

    assert ruff(result) == (Outcome.NOT_MEASURED, Fault.INFRASTRUCTURE)


def test_a_tool_that_is_too_slow_on_this_submission_only_is_withheld(tmp_path: Path) -> None:
    result = checked(tmp_path, linted("timeout"), linted("measured"), linted("timeout"))

    assert ruff(result) == (Outcome.NOT_MEASURED, Fault.LIMIT)


def test_a_second_answer_of_a_tool_counts(tmp_path: Path) -> None:
    result = checked(tmp_path, linted("timeout"), linted("measured"), linted("measured"))

    assert ruff(result) == (Outcome.MEASURED, None)


def test_without_a_reference_a_tool_without_time_is_withheld(tmp_path: Path) -> None:
    result = checked(tmp_path, linted("timeout"), solution=b"")

    assert ruff(result) == (Outcome.NOT_MEASURED, Fault.LIMIT)


def test_an_analyser_without_time_is_withheld_where_the_reference_has_enough(
    tmp_path: Path,
) -> None:
    result = checked(tmp_path, None, linted("measured"), None)

    assert {(one.outcome, one.fault) for one in result.evidence} == {
        (Outcome.NOT_MEASURED, Fault.LIMIT)
    }


def test_a_tool_that_crashes_is_left_to_the_pipeline(tmp_path: Path) -> None:
    assert ruff(checked(tmp_path, linted("crashed"))) == (Outcome.ERRORED, Fault.INFRASTRUCTURE)
