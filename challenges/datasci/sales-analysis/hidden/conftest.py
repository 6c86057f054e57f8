"""Fixtures of the suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desk import Desk, Runs
from exports import NUMBER, Drawn, graded

if TYPE_CHECKING:
    from runner.harness.program import Program


@pytest.fixture(scope="session")
def runs() -> Runs:
    """The runs of all tests."""
    return Runs()


@pytest.fixture
def desk(subject: Program, runs: Runs) -> Desk:
    """Runs the program."""
    return Desk(subject, runs)


@pytest.fixture
def exports(seed: int) -> tuple[Drawn, ...]:
    """The files that every question and every corruption is judged on."""
    return tuple(graded(seed, number) for number in range(1, NUMBER + 1))
