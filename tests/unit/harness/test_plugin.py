"""What the fixtures of a hidden suite do to the service, with a session that plays along."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import pytest

from runner.harness.plugin import HarnessPlugin

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

SUITE = """
import pytest

pytestmark = pytest.mark.requirement("x")


@pytest.mark.probe
def test_probe(service):
    pass


@pytest.mark.probe
def test_probe_that_serves(server):
    pass


def test_first(FIRST):
    pass


@pytest.mark.workers(2)
def test_second(service, server):
    assert service is server


def test_third(server):
    pass
"""


class Service:
    """Writes down what is done to it, test by test."""

    start_limit = 1.0

    def __init__(self) -> None:
        self.done: list[list[str]] = []

    async def ensure(self, *, workers: int) -> None:
        self.done[-1].append(f"ensure {workers}")

    async def forget(self) -> None:
        self.done[-1].append("forget")

    async def obituary(self) -> tuple[str, bool]:
        return "", False

    def reset(self) -> None:
        """As the stub: nothing is recorded."""


class Session:
    """A session of one service, which is its own stub, job and line to the host."""

    served = True
    rounds = 1
    select: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.service = Service()
        self.web = (self.service, self.service)
        self.job = self.channel = self

    def check_time(self) -> None:
        self.service.done.append([])

    def send(self, _message: object) -> None:
        """Nobody watches."""

    def run(self, work: Coroutine[Any, Any, object], _seconds: float) -> object:
        return asyncio.run(work)


@pytest.mark.parametrize("first", ["service", "server"])
def test_a_server_is_clean_and_started_by_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    name = f"test_after_probes_{first}"
    (tmp_path / f"{name}.py").write_text(SUITE.replace("FIRST", first))
    session = Session()
    plugin = HarnessPlugin(session)  # type: ignore[arg-type]

    options = ("-q", "-p", "no:cacheprovider", "--import-mode=importlib")
    code = pytest.main([*options, f"-c={tmp_path / 'pytest.ini'}", str(tmp_path)], [plugin])
    sys.modules.pop(name, None)

    assert code == pytest.ExitCode.OK
    assert [item.outcome for item in plugin.items] == ["passed"] * 5
    assert session.service.done == [
        ["ensure 1"],
        [],
        ["forget", "ensure 1"] if first == "service" else ["forget"],
        ["ensure 2"],
        [],
        [],
    ]
