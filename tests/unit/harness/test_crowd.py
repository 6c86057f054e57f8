"""The crowd is an observation: whatever becomes of the health check, nobody fails by it."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, cast

import pytest

from runner.harness.errors import SubjectError
from runner.harness.gate import Gate
from runner.harness.notes import Notes
from runner.harness.probes import overlap
from runner.harness.reply import Reply

if TYPE_CHECKING:
    from aiohttp import web

    from runner.harness.probes.target import Target


class Shop:
    """A target that asks upstream, and answers health checks with what it was given."""

    ask_path = "/slow/"

    def __init__(self, error: Exception | None) -> None:
        self.upstream = self
        self.error = error
        self.numbers = itertools.count()
        self.gates: list[Gate] = []

    def name(self) -> str:
        return f"item-{next(self.numbers)}"

    def hold(self, path: str, need: float, *, timeout: float, tokens: tuple[str, ...]) -> Gate:
        self.gates.append(Gate(path, need, timeout, tokens))
        return self.gates[-1]

    async def ask(self, name: str) -> Reply:
        await self.gates[-1].hold(name, cast("web.BaseRequest", None))
        return Reply(where="x", status=200, headers={}, body=b"{}", seconds=0.0, at=0.0)

    async def health(self) -> Reply:
        if self.error:
            raise self.error
        return Reply(where="x", status=200, headers={}, body=b"{}", seconds=0.0, at=0.0)


def crowded(error: Exception | None) -> Notes:
    notes = Notes()
    asyncio.run(overlap.crowd(cast("Target", Shop(error)), notes))
    return notes


@pytest.mark.parametrize(
    ("error", "said"), [(None, "answered after"), (SubjectError("no answer"), "not answered")]
)
def test_the_crowd_is_counted_and_the_health_check_told(error: Exception | None, said: str) -> None:
    notes = crowded(error)
    assert notes.measures[0].value == overlap.CROWD
    assert f"health check {said}" in notes.notes[0]


def test_an_error_of_ours_is_no_observation() -> None:
    with pytest.raises(KeyError):
        crowded(KeyError("ours"))
