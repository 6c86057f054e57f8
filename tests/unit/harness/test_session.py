"""Who is charged when time runs out."""

from __future__ import annotations

import asyncio
import io
import socket
import time
from typing import TYPE_CHECKING

import pytest

from runner.harness.channel import Channel
from runner.harness.errors import HarnessError, SubjectError
from runner.harness.messages import Job, ServiceJob
from runner.harness.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def job(*, test_seconds: float = 0.2, suite_seconds: float = 30.0) -> Job:
    return Job(
        suite={},
        seed=1,
        settings={},
        service=ServiceJob(
            port=free_port(), upstream_port=free_port(), ready_path="/healthz", start_seconds=1.0
        ),
        command_seconds=1.0,
        output_bytes=1024,
        request_seconds=1.0,
        test_seconds=test_seconds,
        suite_seconds=suite_seconds,
        sources_bytes=0,
    )


@pytest.fixture
def session() -> Iterator[Session]:
    opened = Session(Channel(io.BytesIO(), io.BytesIO()), job())
    yield opened
    opened.close()


def test_a_test_that_waits_for_the_subject_too_long_is_the_subjects(session: Session) -> None:
    async def work() -> None:
        with session.waiting.on_subject():
            await asyncio.sleep(0.15)
        await asyncio.sleep(5)

    with pytest.raises(SubjectError, match=r"not done within 0\.2 s") as caught:
        session.run_test(work())
    assert caught.value.limit


def test_a_test_that_dawdles_by_itself_is_ours(session: Session) -> None:
    async def work() -> None:
        await asyncio.sleep(5)

    with pytest.raises(HarnessError, match="not done within"):
        session.run_test(work())


def test_only_a_tiny_service_is_probed_in_the_place_of_the_candidates(session: Session) -> None:
    async def work() -> None:
        async with session.control():
            pytest.fail("stood in")

    with pytest.raises(HarnessError, match="no tiny service"):
        session.run(work(), 5.0)


def test_what_a_test_raises_comes_through(session: Session) -> None:
    async def work() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        session.run_test(work())


def test_a_timeout_that_the_test_itself_raises_is_not_our_deadline(session: Session) -> None:
    async def work() -> None:
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        session.run_test(work())


@pytest.mark.parametrize(
    ("waited", "kind"), [(0.15, SubjectError), (0.0, HarnessError)], ids=["subject", "ours"]
)
def test_a_suite_without_time_left_is_charged_by_who_used_it(
    waited: float, kind: type[Exception]
) -> None:
    opened = Session(Channel(io.BytesIO(), io.BytesIO()), job(suite_seconds=0.1))

    async def work() -> None:
        raise AssertionError("never runs")

    with opened.waiting.on_subject():
        time.sleep(waited)
    time.sleep(0.15 - waited)
    try:
        with pytest.raises(kind, match="time was used up"):
            opened.run_test(work())
    finally:
        opened.close()


def test_a_session_that_cannot_be_closed_in_time_costs_no_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A flood keeps the loop busy: what was judged is judged all the same."""
    monkeypatch.setattr("runner.harness.session.CLOSE_SECONDS", 0.5)
    opened = Session(Channel(io.BytesIO(), io.BytesIO()), job())
    shut = opened._shut

    async def slowly() -> None:
        await shut()
        await asyncio.sleep(30)

    monkeypatch.setattr(opened, "_shut", slowly)
    opened.close()

    assert "closing the session: not done within 0.5 s" in capsys.readouterr().err
