from __future__ import annotations

import io

import pytest

from runner.harness.channel import Channel
from runner.harness.errors import HarnessError
from runner.harness.messages import Answer, Call, Progress
from tests.unit.harness.test_session import job


def channel(*answers: str) -> tuple[Channel, io.BytesIO]:
    written = io.BytesIO()
    return Channel(io.BytesIO("".join(f"{line}\n" for line in answers).encode()), written), written


def test_a_call_is_answered_by_its_number() -> None:
    end, written = channel(Answer(number=1, result={"subject": "s"}).model_dump_json())

    assert end.call("start", {"workers": 2}) == {"subject": "s"}
    assert Call.model_validate_json(written.getvalue()).arguments == {"workers": 2}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (Answer(number=1, error="daemon gone").model_dump_json(), "daemon gone"),
        (Answer(number=7).model_dump_json(), "answer 7 to call 1"),
        ("{", "malformed"),
        ('{"kind": "answer", "number": 1, "extra": 1}', "malformed"),
    ],
)
def test_a_bad_answer_is_our_error(line: str, problem: str) -> None:
    end, _ = channel(line)

    with pytest.raises(HarnessError, match=problem):
        end.call("kill")


def test_a_closed_line_is_our_error() -> None:
    end, _ = channel()

    with pytest.raises(HarnessError, match="closed the line"):
        end.call("kill")


def test_sources_that_are_cut_short_are_our_error() -> None:
    line = job().model_copy(update={"sources_bytes": 10}).model_dump_json()
    end = Channel(io.BytesIO(line.encode() + b"\nabc"), io.BytesIO())

    with pytest.raises(HarnessError, match="expected 10 bytes"):
        end.receive_job()


def test_progress_is_one_line() -> None:
    end, written = channel()
    end.send(Progress(check="a", outcome="passed", done=1, total=2))

    assert written.getvalue().count(b"\n") == 1
