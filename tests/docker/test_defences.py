"""Each wall of a box is guarded on the real engine: without it, a promise is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.sandbox.docker import ROLE_LABEL, connect
from runner.sandbox.docker_gc import RUN_LABEL, collect
from tests.meta.defences.engine import ROWS
from tests.meta.defences.forge import forge, intact, red, unguarded
from tests.meta.test_defences import chosen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.docker, pytest.mark.slow]

SAMPLE = 5


@pytest.fixture
def swept() -> Iterator[None]:
    """Copies that lack a wall leave things behind: they are not there for the next test.

    A container with a role and no run is never made by the repository as it is, and by nobody
    else. What has a run is collected as after any process that was killed.
    """
    yield
    client = connect()
    for container in client.containers.list(all=True, filters={"label": ROLE_LABEL}):
        if RUN_LABEL not in container.labels:
            container.remove(force=True)
    collect(client)
    client.close()


@pytest.mark.usefixtures("swept")
def test_without_a_wall_a_promise_is_broken(tmp_path: Path) -> None:
    rows = chosen(ROWS, SAMPLE)
    outcomes = forge(rows, tmp_path)

    assert set(outcomes) == {row.name for row in rows}
    assert unguarded(outcomes) == ""


def test_with_every_wall_the_promises_are_kept(tmp_path: Path) -> None:
    assert red(forge(intact(chosen(ROWS, SAMPLE)), tmp_path)) == ""
