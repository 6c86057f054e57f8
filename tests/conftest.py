"""The Docker rule: only tests marked `docker` may talk to an engine.

Everything else sees an engine address that cannot be reached. A marked test is skipped where
no engine answers, and fails there when `TAKEHOME_REQUIRE_DOCKER=1` (`make test` sets it), so
that a machine without Docker can never look like a pass.
"""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

import docker
import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Generator

# How long an example takes says how busy the machine is, and nothing about the code.
settings.register_profile(
    "without a clock", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("without a clock")

UNREACHABLE = "unix:///nonexistent/only-tests-marked-docker-may-use-the-engine"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Cheap tests first: unmarked, slow, docker; within these the order of collection."""
    items.sort(key=lambda item: (_marked(item, "docker"), _marked(item, "slow")))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Take the engine away from unmarked tests, fixtures of every scope included."""
    before = os.environ.get("DOCKER_HOST")
    if not _marked(item, "docker"):
        os.environ["DOCKER_HOST"] = UNREACHABLE
    try:
        return (yield)
    finally:
        if before is None:
            os.environ.pop("DOCKER_HOST", None)
        else:
            os.environ["DOCKER_HOST"] = before


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail a marked test where no engine answers."""
    if not _marked(item, "docker"):
        return
    reason = _engine_problem()
    if not reason:
        return
    if os.environ.get("TAKEHOME_REQUIRE_DOCKER") == "1":
        pytest.fail(f"no Docker engine answers: {reason}", pytrace=False)
    pytest.skip(f"no Docker engine answers: {reason}")


def _marked(item: pytest.Item, name: str) -> bool:
    return item.get_closest_marker(name) is not None


@functools.cache
def _engine_problem() -> str:
    try:
        client = docker.from_env(timeout=10)
        client.ping()
        client.close()
    except docker.errors.DockerException as error:
        return str(error)
    return ""
