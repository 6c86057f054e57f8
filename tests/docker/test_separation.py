"""The probes tell good services from bad ones: a short form of `takehome challenge probes`.

The whole of it: `takehome challenge probes --rounds 50`, and the same with `--load`.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from runner import separation
from runner.catalog import load_controls
from runner.proof import all_variants
from runner.sandbox import images
from runner.sandbox.docker import DockerSandbox, connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docker import DockerClient

pytestmark = pytest.mark.docker

MASKED = {"lock-in-the-process", "blocking-database", "blocking-client"}
"""Look right on one worker, or hide what is wrong by being slow."""

LATE = {"look-before-insert", "version-checked-before"}
"""Write on what they saw before: on a busy machine they run one after the other."""

OTHERS = 5
"""So many of the others are tried a day, in turn."""


@pytest.fixture
def client() -> Iterator[DockerClient]:
    client = connect()
    yield client
    client.close()


def test_every_round_tells_good_from_bad(client: DockerClient) -> None:
    loaded = load_controls("backend")
    known = separation.chosen(all_variants(loaded))
    good = [one for one in known if one.kind != "flawed"]
    masked = [one for one in known if one.name in MASKED]
    rest = [one for one in known if one not in good and one not in masked]
    first = dt.datetime.now(dt.UTC).timetuple().tm_yday * OTHERS
    turn = [rest[(first + number) % len(rest)] for number in range(OTHERS)]
    trial = separation.Trial(
        challenge=loaded, images=images.ensure(client, "backend"), rounds=2, load=False
    )

    tallies = list(separation.separate(trial, [*good, *masked, *turn], DockerSandbox(client)))

    assert len(masked) == len(MASKED)
    assert {
        (one.variant, one.requirement): one.reason for one in tallies if not one.separated
    } == {}


def test_a_busy_machine_makes_no_good_service_fail(client: DockerClient) -> None:
    loaded = load_controls("backend")
    good = [one for one in all_variants(loaded) if one.kind == "solution"]
    trial = separation.Trial(
        challenge=loaded, images=images.ensure(client, "backend"), rounds=1, load=True
    )

    tallies = list(separation.separate(trial, good, DockerSandbox(client)))

    assert {one.requirement: one.reason for one in tallies if one.failed} == {}


def test_a_busy_machine_hides_nobody_who_writes_on_an_old_look(client: DockerClient) -> None:
    loaded = load_controls("backend")
    late = [one for one in all_variants(loaded) if one.name in LATE]
    trial = separation.Trial(
        challenge=loaded, images=images.ensure(client, "backend"), rounds=3, load=True
    )

    tallies = list(separation.separate(trial, late, DockerSandbox(client)))

    assert [one.failed for one in tallies] == [3] * len(LATE), tallies
