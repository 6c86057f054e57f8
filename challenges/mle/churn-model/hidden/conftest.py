"""Fixtures of the suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from serving import Serving
from works import Case, Kept, Works, case

if TYPE_CHECKING:
    from runner.harness.program import Program
    from runner.harness.service import Service


@pytest.fixture(scope="session")
def kept() -> Kept:
    """The runs of all tests."""
    return Kept()


@pytest.fixture
def works(subject: Program, kept: Kept) -> Works:
    """Trains and predicts."""
    return Works(subject, kept)


@pytest.fixture
def usual(seed: int) -> Case:
    """The file that most tests look at."""
    return case(seed, "usual")


@pytest.fixture(scope="session")
def shown() -> list[bool]:
    """Not empty once the service has been seen to predict."""
    return []


@pytest.fixture
def serving(server: Service, works: Works, usual: Case, shown: list[bool]) -> Serving:
    """The service with the model of the usual file."""
    return Serving(server, works, usual, shown)
